"""MESSAGELIMIT (RFC 9738): a command works on the newest messages and says how far it came.

Shows: MESSAGELIMIT.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from lemonade_server.models import Account

from .inside import Wire, imap_server


@pytest.fixture
def wire(transactional_db: None) -> Iterator[Wire]:
    """A logged-in client of a server with a limit of 3; its INBOX holds UIDs 2 to 6."""
    Account.objects.create_user("alice@lemonade.test", "lemonade")
    with imap_server(message_limit=3) as port, closing(Wire(port)) as wire:
        wire.send(b"a LOGIN alice lemonade")
        assert b" MESSAGELIMIT=3" in wire.until(b"a")[-1]
        for number in range(1, 7):
            wire.send(b"b%d APPEND INBOX {14+}\r\nSubject: %d\r\n\r\n" % (number, number))
            wire.until(b"b%d" % number)
        wire.send(b"c SELECT INBOX")
        wire.until(b"c")
        wire.send(b"d STORE 1 +FLAGS.SILENT (\\Deleted)")
        wire.send(b"e EXPUNGE")
        wire.until(b"e")
        yield wire


def ask(wire: Wire, line: bytes) -> list[bytes]:
    wire.send(b"t " + line)
    return [reply.rstrip(b"\r\n") for reply in wire.until(b"t")]


def test_fetch_and_search(wire: Wire) -> None:
    *fetched, last = ask(wire, b"FETCH 1:* (UID)")
    assert fetched == [b"* %d FETCH (UID %d)" % (number, number + 1) for number in (3, 4, 5)]
    assert last.startswith(b"t OK [MESSAGELIMIT 3 4] ")
    *fetched, last = ask(wire, b"UID FETCH 1:3 (UID)")
    assert fetched == [b"* 1 FETCH (UID 2)", b"* 2 FETCH (UID 3)"]
    assert last == b"t OK FETCH completed", "what lies below comes by going on there"
    found, last = ask(wire, b"SEARCH ALL")
    assert found == b"* SEARCH 3 4 5" and last.startswith(b"t OK [MESSAGELIMIT 3 4] ")
    found, last = ask(wire, b"UID SEARCH UID 1:3")
    assert (found, last) == (b"* SEARCH 2 3", b"t OK SEARCH completed")


def test_store_and_expunge(wire: Wire) -> None:
    *received, last = ask(wire, b"UID STORE 1:* +FLAGS (\\Seen)")
    assert len(received) == 3 and last.startswith(b"t OK [MESSAGELIMIT 3 4] ")
    *_, told_, last = ask(wire, b"UID STORE 1:* (UNCHANGEDSINCE 7) +FLAGS.SILENT (\\Seen)")
    assert told_.startswith(b"* OK [MESSAGELIMIT 3 4] "), "MODIFIED has the tagged reply"
    assert last.startswith(b"t OK [MODIFIED 4:6] ")
    ask(wire, b"STORE 1:3 +FLAGS.SILENT (\\Deleted)")
    ask(wire, b"STORE 4:5 +FLAGS.SILENT (\\Deleted)")
    *gone, code, last = ask(wire, b"UID EXPUNGE 1:*")
    assert code.startswith(b"* OK [MESSAGELIMIT 3 4] ") or gone.pop(0).startswith(b"* OK [MESS")
    assert last.startswith(b"t OK [HIGHESTMODSEQ ")
    found, _ = ask(wire, b"UID SEARCH ALL")
    assert found == b"* SEARCH 2 3"


def test_copy_and_move(wire: Wire) -> None:
    (last,) = ask(wire, b"COPY 1:* Sent")
    assert last.startswith(b"t NO [MESSAGELIMIT 3] "), "none was copied"
    status, _ = ask(wire, b"STATUS Sent (MESSAGES)")
    assert status == b"* STATUS Sent (MESSAGES 0)"
    code, *gone, last = ask(wire, b"MOVE 1:* Sent")
    assert b" 4:6 1:3] " in code and gone == [b"* 3 EXPUNGE"] * 3
    assert last.startswith(b"t OK [MESSAGELIMIT 3 4] ")
