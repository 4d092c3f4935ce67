"""Expunges that the server has forgotten are still told, on return and in a session: L-16.

Shows: QRESYNC.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.mailserver import MailServer

from .client import Client

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
APPEND = b"APPEND INBOX {%d+}\r\n%b" % (len(MESSAGE), MESSAGE)


@pytest.fixture
def email(mail_server: MailServer) -> str:
    email = mail_server.add_account()
    with closing(Client(mail_server, email)) as client:
        for _ in range(8):
            client.ok(APPEND)
    return email


@pytest.fixture
def watcher(mail_server: MailServer, email: str) -> Iterator[Client]:
    with closing(Client(mail_server, email, qresync=True)) as client:
        client.select()
        yield client


def code(client: Client, name: bytes) -> str:
    """A response code of the last command."""
    return b"".join(client.other).partition(b"[" + name + b" ")[2].partition(b"]")[0].decode()


def forget(server: MailServer, email: str) -> None:
    """As pruning does, but at once: every tombstone of the account's INBOX."""
    where = "SELECT m.id, m.modseq FROM mailbox m JOIN account a ON a.id = m.account_id"
    found = server.call("sql", f"{where} WHERE a.email = %s AND m.name = 'INBOX'", [email])
    ((mailbox, modseq),) = found
    server.call("sql", "DELETE FROM vanished WHERE mailbox_id = %s", [mailbox])
    floor = "UPDATE mailbox SET tombstone_floor = %s WHERE id = %s"
    server.call("sql", floor, [modseq, mailbox])


def test_on_return_and_in_a_session(mail_server: MailServer, email: str, watcher: Client) -> None:
    watcher.ok("SELECT INBOX")
    uidvalidity, modseq = code(watcher, b"UIDVALIDITY"), code(watcher, b"HIGHESTMODSEQ")
    watcher.select()
    with closing(Client(mail_server, email)) as busy:
        busy.select()
        busy.ok("UID STORE 2,4:5,8 +FLAGS.SILENT (\\Deleted)")
        busy.ok("EXPUNGE")
        forget(mail_server, email)
        busy.ok(APPEND)
    with closing(Client(mail_server, email, qresync=True)) as back:
        back.ok(f"SELECT INBOX (QRESYNC ({uidvalidity} {modseq}))")
        assert b"* VANISHED (EARLIER) 2,4:5,8\r\n" in back.other
        back.ok(f"SELECT INBOX (QRESYNC ({uidvalidity} {modseq} 1:4,8))")
        assert b"* VANISHED (EARLIER) 2,4,8\r\n" in back.other
        back.ok(f"SELECT INBOX (QRESYNC ({uidvalidity} {modseq} 1:8 (1,2,3,4 1,3,6,7)))")
        assert b"* VANISHED (EARLIER) 8\r\n" in back.other
    watcher.ok("NOOP")
    watcher.learn()
    assert watcher.uids == [1, 3, 6, 7, 9]
