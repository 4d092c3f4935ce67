"""A system in use is brought up to date by the first command, and keeps what it holds."""

from __future__ import annotations

from pathlib import Path

from tests.mailserver import MailServer

COUNT = """
from django.db import connection
connection.cursor().execute("INSERT INTO sent VALUES ('alice@lemonade.test', 1800000000, 7)")
"""
TELL = """
from lemonade_server.models import Sent
print(*Sent.objects.values_list("who", "last_at", "spans"))
"""


def test_the_first_tables_are_upgraded_with_what_they_count(tmp_path: Path) -> None:
    server = MailServer(tmp_path)
    server.manage("migrate", "lemonade_server", "0001", "--verbosity=0", "--skip-checks")
    server.manage("shell", "--verbosity=0", "-c", COUNT)
    assert server.manage("checkstore").strip() == "The store is sound."
    output = server.manage("shell", "--verbosity=0", "-c", TELL)
    assert output.strip() == "('alice@lemonade.test', 1800000000, '1800000000:7')"


WRITE = """
from django.db import connection
for number, text in enumerate((
    "  Al@Lemonade.test \\r\\n\\tbob+x@lemonade.test\\n\\nCarol@Example.NET\\nal@lemonade.test",
    "one@lemonade.test, two@lemonade.test",
    " \\n ",
)):
    connection.cursor().execute(
        "INSERT INTO alias (address, targets) VALUES (%s, %s)",
        [f"alias{number}@lemonade.test", text],
    )
"""
READ_ROWS = """
from lemonade_server.models import Alias
for alias in Alias.objects.all():
    print(alias, *(f"<{target.address}>" for target in alias.targets.all()))
"""
READ_TEXT = """
from django.db import connection
cursor = connection.cursor()
cursor.execute("SELECT targets FROM alias ORDER BY address")
print(cursor.fetchall())
"""


def test_the_lines_of_an_alias_become_rows_and_lines_again(tmp_path: Path) -> None:
    server = MailServer(tmp_path)
    server.manage("migrate", "lemonade_server", "0009", "--verbosity=0", "--skip-checks")
    server.manage("shell", "--verbosity=0", "-c", WRITE)
    assert server.manage("checkstore").strip() == "The store is sound."
    assert server.manage("shell", "--verbosity=0", "-c", READ_ROWS).splitlines() == [
        "alias0@lemonade.test <al@lemonade.test> <bob+x@lemonade.test> <Carol@Example.NET>",
        "alias1@lemonade.test <one@lemonade.test, two@lemonade.test>",
        "alias2@lemonade.test",
    ]
    server.manage("migrate", "lemonade_server", "0009", "--verbosity=0", "--skip-checks")
    text = server.manage("shell", "--verbosity=0", "-c", READ_TEXT)
    assert text.strip() == repr(
        [
            ("al@lemonade.test\nbob+x@lemonade.test\nCarol@Example.NET",),
            ("one@lemonade.test, two@lemonade.test",),
            ("",),
        ]
    )
