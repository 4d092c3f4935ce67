"""The recipe for a back-up in docs/running.md, and `restore`: clients find nothing under a UID that
they know as something else.
"""

from __future__ import annotations

import imaplib
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from lemonade_server.store import vendor
from tests.certificates import Authority
from tests.mailserver import PASSWORD, MailServer
from tests.processes import ROOT
from tests.stores import Postgres, postgres

LARGE = "x" * 70 + "\r\n"


def recipe(heading: str) -> str:
    """The shell commands of a section of the documentation."""
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return "\n".join(re.findall(r"```sh\n(.*?)```", section, re.DOTALL))


def run(script: str, server: MailServer, back_up: Path) -> str:
    script = script.replace("/backup", str(back_up)).replace("var/", f"{server.data}/")
    done = subprocess.run(
        ["sh", "-ec", script], cwd=ROOT, env=server.environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def inbox(server: MailServer, email: str) -> imaplib.IMAP4:
    client = imaplib.IMAP4("127.0.0.1", server.ports["imap"], timeout=60)
    client.login(email, PASSWORD)
    client.select("INBOX")
    return client


def validity(client: imaplib.IMAP4) -> int:
    return int(client.response("UIDVALIDITY")[1][0])


def append(client: imaplib.IMAP4, subject: str, lines: int = 1) -> None:
    octets = f"Subject: {subject}\r\n\r\n{LARGE * lines}".encode()
    assert client.append("INBOX", None, None, octets)[0] == "OK"


@pytest.mark.parametrize("own_certificate", [False, True])
def test_the_recipe_and_the_restore(tmp_path: Path, own_certificate: bool) -> None:
    if shutil.which("sqlite3") is None:
        pytest.fail("the recipe needs the command sqlite3")
    settings = {}
    if own_certificate:
        both = str(Authority(tmp_path).issue("localhost"))
        settings = {"TLS_CERT": both, "TLS_KEY": both}
    data, back_up = tmp_path / "data", tmp_path / "back-up"
    data.mkdir()
    server = MailServer(data, **settings)
    if server.environment["LEMONADE_DATABASE_URL"]:
        pytest.skip("the recipe is that for SQLite")
    server.start()
    email = server.add_account()
    client = inbox(server, email)
    append(client, "small")
    append(client, "large", 2000)
    assert "The store is sound." in run(recipe("Back-up"), server, back_up)
    before = validity(client)
    append(client, "gone with the disk")
    client.logout()
    server.stop()

    shutil.rmtree(data)
    data.mkdir()
    output = server.manage("restore", str(back_up))
    assert re.search(r"\d+ mailboxes have a new UIDVALIDITY", output)
    server.start_server()
    client = inbox(server, email)
    assert validity(client) > before
    append(client, "another one with the third UID")
    _, found = client.uid("FETCH", "1:*", "(BODY[HEADER.FIELDS (SUBJECT)])")
    subjects = [part[1].split(b"\r\n")[0] for part in found if isinstance(part, tuple)]
    assert subjects == [
        b"Subject: small", b"Subject: large", b"Subject: another one with the third UID",
    ]  # fmt: skip
    client.logout()
    server.stop()


def test_what_cannot_be_restored_is_said(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    for folder in (data, other):
        folder.mkdir()
    server = MailServer(data)
    if server.environment["LEMONADE_DATABASE_URL"]:
        pytest.skip("of SQLite")

    def refused(*words: str) -> str:
        with pytest.raises(AssertionError) as caught:
            server.manage("restore", *words)
        text = str(caught.value)
        assert "Traceback" not in text
        return text

    assert "is no back-up" in refused(str(other))
    server.start()
    assert "stop them first" in refused(str(other))
    server.stop_server()
    shutil.copy(data / "lemonade.sqlite3", other)
    assert "is there already" in refused(str(other))
    server.stop()


def test_what_waits_is_held_and_sessions_end(tmp_path: Path) -> None:
    """Without a folder: the database is in place, as PostgreSQL's tools leave it."""
    server = MailServer(tmp_path)
    server.start()
    email = server.add_account()
    server.call("sql", "UPDATE account SET last_uidvalidity = 4000000000", [])
    server.call(
        "sql",
        "INSERT INTO submission (account_id, sender, content_id, size, message_id, envid, ret,"
        " body, smtputf8, source, arrived_at, release_at, hold, by_at, by_mode, priority, tls)"
        " SELECT id, %s, 0, 1, '', '', '', '', %s, 'smtp', 1, 0, '', NULL, '', 0, ''"
        " FROM account WHERE email = %s",
        [email, False, email],
    )
    server.call(
        "sql",
        "INSERT INTO recipient (submission_id, address, orcpt, notify, place, state, attempts,"
        " next_attempt_at, lease_until, lease_owner, status, diagnostic, remote, told)"
        " SELECT id, 'carol@example.org', '', '', '*', 'queued', 0, 1, 0, '', '', '', '', ''"
        " FROM submission",
        [],
    )
    server.stop_server()
    output = server.manage("restore")
    assert "Mail for 1 recipients waits in the queue" in output
    assert server.call("sql", "SELECT state FROM recipient", []) == [["held"]]
    newest = server.call("sql", "SELECT MIN(uidvalidity) FROM mailbox", [])[0][0]
    assert newest > 4_000_000_000
    server.call("sql", "DELETE FROM recipient", [])
    server.call("sql", "DELETE FROM submission", [])
    server.stop()


def test_a_dump_that_was_put_back(tmp_path: Path) -> None:
    """With PostgreSQL's own tools, as the documentation has it."""
    with postgres() as cluster:
        put_back(tmp_path, cluster)


def put_back(tmp_path: Path, cluster: Postgres) -> None:
    server = MailServer(tmp_path)
    server.environment["LEMONADE_DATABASE_URL"] = cluster.url
    server.start()
    email = server.add_account()
    client = inbox(server, email)
    append(client, "kept")
    dump = cluster.run("pg_dump", "-Fc", *cluster.address, "lemonade")
    before = validity(client)
    append(client, "gone with the disk")
    old = server.call("sql", "SELECT MAX(id) FROM content", [])[0][0]
    client.logout()
    server.stop()

    cluster.run("dropdb", *cluster.address, "lemonade")
    cluster.run("createdb", *cluster.address, "lemonade")
    cluster.run("pg_restore", "-e", *cluster.address, "-d", "lemonade", stdin=dump)
    output = server.manage("restore")
    assert "mailboxes have a new UIDVALIDITY" in output
    server.start_server()
    client = inbox(server, email)
    assert validity(client) > before
    append(client, "another one with the second UID")
    assert server.call("sql", "SELECT MAX(id) FROM content", [])[0][0] > old + 1_000_000
    _, found = client.uid("FETCH", "1:*", "(BODY[HEADER.FIELDS (SUBJECT)])")
    subjects = [part[1].split(b"\r\n")[0] for part in found if isinstance(part, tuple)]
    assert subjects == [b"Subject: kept", b"Subject: another one with the second UID"]
    client.logout()
    server.stop()


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble(path: Path) -> None:
    octets = bytearray(path.read_bytes())
    octets[4096 : len(octets) // 2] = b"x" * (len(octets) // 2 - 4096)
    path.write_bytes(octets)


def empty(path: Path) -> None:
    path.write_bytes(b"")


def replace(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE another (program)")


@pytest.mark.parametrize("spoil", [cut, garble, empty, replace])
def test_a_database_that_is_not_whole_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    """Else an empty file would be taken for a server without mail, and lie there for good."""
    file = tmp_path / "lemonade.sqlite3"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE mailbox (id INTEGER PRIMARY KEY, name TEXT)")
        made.execute("CREATE INDEX mailbox_name ON mailbox (name)")
        made.executemany("INSERT INTO mailbox (name) VALUES (?)", [("x" * 900,)] * 200)
        made.commit()
    assert vendor.is_whole(file)
    spoil(file)
    before = file.read_bytes()
    assert not vendor.is_whole(file)
    assert file.read_bytes() == before and not list(tmp_path.glob("*-*"))
