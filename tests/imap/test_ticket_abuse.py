"""Tickets in wrong hands: guessing is slowed down, a disabled owner's tickets die (X-02, X-12)."""

from __future__ import annotations

import imaplib
import math
import re
import time

from tests.mailserver import PASSWORD, MailServer


def login(server: MailServer, email: str) -> imaplib.IMAP4:
    imap = imaplib.IMAP4("127.0.0.1", server.ports["imap"], timeout=20)
    imap.login(email, PASSWORD)
    return imap


def command(imap: imaplib.IMAP4, line: str) -> tuple[bytes, bytes]:
    """The untagged lines and the tagged reply."""
    imap.send(f"x {line}\r\n".encode())
    lines = []
    while not (reply := imap.readline()).startswith(b"x "):
        lines.append(reply)
    return b"".join(lines), reply


def ticket(server: MailServer, owner: str) -> str:
    imap = login(server, owner)
    assert imap.append("INBOX", "", "", b"Subject: x\r\n\r\nsecret")[0] == "OK"
    url = f"imap://{owner.replace('@', '%40')}@localhost/INBOX/;uid=1/;section=text"
    lines, _ = command(imap, f'GENURLAUTH "{url};urlauth=authuser" INTERNAL')
    imap.logout()
    found = re.search(rb'"(.*)"', lines)
    assert found is not None
    return found[1].decode()


def test_who_guesses_waits_and_others_do_not(mail_server: MailServer) -> None:
    real = ticket(mail_server, mail_server.add_account())
    imap = login(mail_server, mail_server.add_account())
    wrong = real[:-66] + "01" * 33
    started = time.monotonic()
    for _ in range(10):
        assert command(imap, f'URLFETCH "{wrong}"')[0].endswith(b" NIL\r\n")
    free = time.monotonic() - started
    started = time.monotonic()
    assert command(imap, f'URLFETCH "{wrong}" "{wrong}" "{wrong}"')[0].count(b" NIL\r\n") == 3
    assert time.monotonic() - started >= 0.7
    assert free < 5.0
    other = login(mail_server, mail_server.add_account())
    quickest = math.inf  # of a few: the machine may be busy with other things once
    for _ in range(5):
        started = time.monotonic()
        assert b'"secret"' in command(other, f'URLFETCH "{real}"')[0]
        quickest = min(quickest, time.monotonic() - started)
    assert quickest < 0.5
    other.logout()
    imap.logout()


def test_a_ticket_that_is_right_ends_the_waiting(mail_server: MailServer) -> None:
    real = ticket(mail_server, mail_server.add_account())
    imap = login(mail_server, mail_server.add_account())
    wrong = real[:-66] + "01" * 33
    for _ in range(10):
        command(imap, f'URLFETCH "{wrong}"')
    quickest = math.inf  # of a few: the machine may be busy with other things once
    for _ in range(5):
        assert b'"secret"' in command(imap, f'URLFETCH "{real}"')[0]
        started = time.monotonic()
        command(imap, f'URLFETCH "{wrong}" "{wrong}" "{wrong}"')
        quickest = min(quickest, time.monotonic() - started)
    assert quickest < 0.6
    imap.logout()


def test_a_disabled_owners_tickets_die(mail_server: MailServer) -> None:
    owner = mail_server.add_account()
    real = ticket(mail_server, owner)
    imap = login(mail_server, mail_server.add_account())
    assert b'"secret"' in command(imap, f'URLFETCH "{real}"')[0]
    mail_server.call("set_account", owner, {"is_active": False})
    assert command(imap, f'URLFETCH "{real}"')[0].endswith(b" NIL\r\n")
    mail_server.call("set_account", owner, {"is_active": True})
    assert b'"secret"' in command(imap, f'URLFETCH "{real}"')[0]
    imap.logout()


def test_uses_are_counted_and_no_token_is_logged(mail_server: MailServer) -> None:
    owner, reader = mail_server.add_account(), mail_server.add_account()
    real = ticket(mail_server, owner)
    imap = login(mail_server, reader)
    for _ in range(3):
        command(imap, f'URLFETCH "{real}"')
    wrong = real[:-66] + "0102" * 16 + "03"
    command(imap, f'URLFETCH "{wrong}"')
    imap.logout()
    rows = mail_server.call(
        "sql",
        "SELECT uses, octets, last_used_by FROM urlauth_ticket WHERE rump = %s",
        [real.rsplit(":", 2)[0]],
    )
    assert rows == [[3, 18, reader]]
    log = mail_server.log()
    assert "ticket refused" in log
    assert real[-64:] not in log and wrong[-64:] not in log
