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
