"""Resumable sessions: octets, limits, time, other processes, and who may not resume.

Shows: X-DRAFT-W02-RECONNECT.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, closing

import pytest

from tests.mailserver import PASSWORD, MailServer

from .inside import Wire, imap_server

MESSAGE = b"Subject: x\r\n\r\nbody\r\n"
ELSEWHERE = b"* BYE [UNAVAILABLE] session resumed elsewhere\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """A server of its own, for tests that restart it."""
    server = MailServer(tmp_path_factory.mktemp("reconnect"))
    server.start()
    yield server
    server.stop()


def login(server: MailServer, email: str, parameter: str) -> tuple[Wire, list[bytes]]:
    """A new connection and the answer to its login."""
    wire = Wire(server.ports["imap"])
    wire.send(f"a LOGIN {email} {PASSWORD} {parameter}".encode())
    return wire, wire.until(b"a")


def word(name: bytes, lines: list[bytes]) -> str:
    """What follows ``name`` in the answer."""
    found = re.search(name + rb" ([\w-]+)", b"".join(lines))
    assert found is not None, (name, lines)
    return found[1].decode()


def begin(server: MailServer, email: str) -> tuple[str, str]:
    """A session with INBOX selected that waits to be resumed: its id, and where it stood."""
    wire, lines = login(server, email, "(NEWSID)")
    with closing(wire):
        sid = word(rb"NEWSID", lines)
        wire.send(b"b SELECT INBOX")
        received = wire.until(b"b")
        wire.send(b"c LOGOUT (PRESERVE)")
        wire.until(b"c")
    return sid, f"{word(rb'UIDVALIDITY', received)} {word(rb'HIGHESTMODSEQ', received)}"


def answer(server: MailServer, email: str, parameter: str) -> list[bytes]:
    """The answer to a login whose connection is then left properly."""
    wire, lines = login(server, email, parameter)
    with closing(wire):
        wire.send(b"z LOGOUT (PRESERVE)")
        wire.until(b"z")
    return lines


def append(server: MailServer, email: str, count: int) -> None:
    with closing(Wire(server.ports["imap"])) as wire:
        wire.send(f"a LOGIN {email} {PASSWORD}".encode())
        wire.until(b"a")
        literal = b" {%d+}\r\n%b" % (len(MESSAGE), MESSAGE)
        wire.send(b"b APPEND INBOX" + literal * count)
        assert wire.until(b"b")[-1].startswith(b"b OK")


def is_resumed(lines: list[bytes]) -> bool:
    return b"* FOLDER INBOX\r\n" in lines and lines[-1].startswith(b"a OK [READ-WRITE] ")


def test_when_nothing_changed_it_is_said_in_few_octets(mail_server: MailServer) -> None:
    """P-54: one answer to one command, under 600 octets after the greeting."""
    email = mail_server.add_account()
    append(mail_server, email, 20)
    sid, state = begin(mail_server, email)
    lines = answer(mail_server, email, f"(SID {sid} {state} 1:20)")
    assert is_resumed(lines)
    assert not any(b" FETCH " in line or b" EXPUNGED " in line for line in lines)
    assert sum(map(len, lines)) < 600


def test_unknown_expired_and_foreign_ids_are_answered_alike(mail_server: MailServer) -> None:
    """P-56."""
    email, other = mail_server.add_account(), mail_server.add_account("bob")
    expired, state = begin(mail_server, email)
    account = "(SELECT id FROM account WHERE email = %s)"
    mail_server.call(
        "sql", f"UPDATE imap_session SET seen_at = seen_at - 1801 WHERE account_id = {account}",
        [email],
    )  # fmt: skip
    foreign, _ = begin(mail_server, other)
    answers = [
        answer(mail_server, email, f"(SID {sid} {state} 1:9)")
        for sid in (expired, foreign, "none-such", "P1234567890")
    ]
    fresh = answer(mail_server, email, "(NEWSID)")
    for lines in answers:
        assert [line.split()[1] for line in lines] == [b"NEWSID", b"OK"]
        assert lines[-1] == fresh[-1]


def test_a_new_password_and_being_disabled_end_a_session(mail_server: MailServer) -> None:
    """P-64, and of a connection in use it is the end too."""
    email = mail_server.add_account()
    count = "SELECT COUNT(*) FROM imap_session s JOIN account a ON a.id = s.account_id"
    count += " WHERE a.email = %s"
    sid, state = begin(mail_server, email)
    assert mail_server.call("sql", count, [email]) == [[1]]
    mail_server.call("set_active", email, False)
    assert mail_server.call("sql", count, [email]) == [[0]]
    mail_server.call("set_active", email, True)
    wire, lines = login(mail_server, email, f"(SID {sid} {state})")
    with closing(wire):
        assert not is_resumed(lines)
        mail_server.call("set_password", email, PASSWORD)
        assert mail_server.call("sql", count, [email]) == [[0]]
        # Of its connection either may come first: that the login, or that the session ended.
        assert wire.line().startswith((b"* BYE [AUTHENTICATIONFAILED]", b"* BYE [UNAVAILABLE]"))
    assert mail_server.call("sql", count, [email]) == [[0]]


def test_at_the_limit_the_longest_unused_goes(mail_server: MailServer) -> None:
    """P-62."""
    email = mail_server.add_account()
    oldest, state = begin(mail_server, email)
    younger, _ = begin(mail_server, email)
    seen = "UPDATE imap_session SET seen_at = seen_at - 60 WHERE id ="
    seen += " (SELECT MIN(s.id) FROM imap_session s JOIN account a ON a.id = s.account_id"
    mail_server.call("sql", f"{seen} WHERE a.email = %s)", [email])
    with ExitStack() as stack:
        for _ in range(15):
            wire, lines = login(mail_server, email, "(NEWSID)")
            stack.enter_context(closing(wire))
            assert lines[0].startswith(b"* NEWSID ")
        assert not is_resumed(answer(mail_server, email, f"(SID {oldest} {state})"))
        # That one took the place of the other: now 15 are in use and one waits.
        assert not is_resumed(answer(mail_server, email, f"(SID {younger} {state})"))
        wire, lines = login(mail_server, email, "(NEWSID)")
        stack.enter_context(closing(wire))
        assert lines[0].startswith(b"* NEWSID ")
        for parameter in ("(NEWSID)", f"(SID {oldest} {state})"):
            wire, lines = login(mail_server, email, parameter)
            stack.enter_context(closing(wire))
            assert lines[0] == b"* NOSID\r\n" and len(lines) == 2
            assert lines[1].startswith(b"a OK [CAPABILITY ")
            wire.send(b"b SELECT INBOX")
            assert wire.until(b"b")[-1].startswith(b"b OK")


def test_a_session_survives_a_restart_and_a_crash(server: MailServer) -> None:
    """P-64."""
    email = server.add_account()
    append(server, email, 3)
    sid, state = begin(server, email)
    assert server.stop_server() == 0
    server.start_server()
    wire, lines = login(server, email, f"(SID {sid} {state} 1:3)")
    assert is_resumed(lines)
    server.kill_server()
    wire.close()
    server.start_server()
    lines = answer(server, email, f"(SID {sid} {state} 1:3)")
    assert is_resumed(lines), "though the crash left it marked as in use"
    assert server.call("check") == []
    assert sid not in server.log(), "X-12"


def test_it_is_resumed_from_another_process(server: MailServer) -> None:
    """P-61: the connection of the first process is told, and ended."""
    email = server.add_account()
    second = MailServer(server.data)
    second.environment = {**server.environment}
    for name, port in second.ports.items():
        second.environment[f"LEMONADE_{name.upper()}_PORT"] = str(port)
    second.start_server()
    try:
        sid, state = begin(server, email)
        first, lines = login(server, email, f"(SID {sid} {state})")
        assert is_resumed(lines)
        there, lines = login(second, email, f"(SID {sid} {state})")
        assert is_resumed(lines)
        with closing(first), closing(there):
            assert first.line() == ELSEWHERE
            assert first.line() == b""
            there.send(b"b NOOP")
            assert there.until(b"b")[-1].startswith(b"b OK")
        # What the displaced one does before it is told changes nothing.
        one, _ = login(server, email, f"(SID {sid} {state})")
        two, _ = login(second, email, f"(SID {sid} {state})")
        with closing(one), closing(two):
            one.send(b"b UNSELECT")
            assert one.line() == ELSEWHERE
        assert is_resumed(answer(server, email, f"(SID {sid} {state})"))
    finally:
        assert second.stop_server() == 0


def test_it_can_be_turned_off() -> None:
    with imap_server(reconnect=False) as port, closing(Wire(port)) as wire:
        assert b"RECONNECT" not in wire.greeting
        wire.send(b"a LOGIN x y (NEWSID)")
        assert wire.line().startswith(b"a BAD")
        wire.send(b"b LOGOUT (PRESERVE)")
        assert wire.line().startswith(b"b BAD")
        wire.send(b"c LOGOUT")
        assert wire.until(b"c")[-1].startswith(b"c OK")


def test_the_same_is_told_as_by_qresync(mail_server: MailServer) -> None:
    """P-65: whatever the client says it knows."""
    email = mail_server.add_account()
    append(mail_server, email, 12)
    sid, state = begin(mail_server, email)
    append(mail_server, email, 2)
    with closing(Wire(mail_server.ports["imap"])) as wire:
        for number, command in enumerate(
            (
                f"LOGIN {email} {PASSWORD}",
                "SELECT INBOX",
                "STORE 2,5:7,11 +FLAGS.SILENT (\\Deleted)",
                "EXPUNGE",
                "STORE 1:3,8 +FLAGS.SILENT (\\Seen $Work)",
            )
        ):
            wire.send(b"t%d " % number + command.encode())
            assert wire.until(b"t%d" % number)[-1].startswith(b"t%d OK" % number)
    for known in ("", " 1:14", " 2:6", " 5,11", " 1,3:4", " 13:90", " 200:300"):
        resumed = answer(mail_server, email, f"(SID {sid} {state}{known})")
        with closing(Wire(mail_server.ports["imap"])) as wire:
            wire.send(f"a LOGIN {email} {PASSWORD}".encode())
            wire.until(b"a")
            wire.send(b"b ENABLE QRESYNC")
            wire.until(b"b")
            wire.send(f"c SELECT INBOX (QRESYNC ({state}{known}))".encode())
            selected = wire.until(b"c")
        assert news(resumed, b"* EXPUNGED ") == news(selected, b"* VANISHED (EARLIER) "), known


def news(lines: list[bytes], gone: bytes) -> tuple[list[bytes], list[bytes]]:
    """The FETCH responses, \\Recent aside, and the UIDs that are gone."""
    received = [line.replace(b" \\Recent", b"") for line in lines if b" FETCH (" in line]
    return received, [line[len(gone) :] for line in lines if line.startswith(gone)]
