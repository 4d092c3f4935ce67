"""A client that asks for very many conversions at once: bounded memory, others are served."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from tests.convert import samples
from tests.mailserver import MailServer

from .wire import Wire, memory

pytestmark = pytest.mark.slow

MANY = 200
MEGABYTE = 1_048_576
FAMILY = 600 * MEGABYTE
"""What the server and its decoders may take together beyond what they had."""


def with_picture(server: MailServer, side: int) -> tuple[str, Wire]:
    """An account with one picture in INBOX, and a session that has selected it."""
    email = server.add_account()
    wire = Wire(server).login(email)
    picture = base64.encodebytes(samples.encoded(samples.picture(side, side), "PNG"))
    head = b"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    message = head + picture.replace(b"\n", b"\r\n")
    assert wire.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(message), message)).startswith(b"OK")
    assert wire.ask(b"SELECT INBOX").startswith(b"OK")
    return email, wire


def conversions() -> bytes:
    """Commands in one go, none of which asks for what another one did."""
    line = b'v%d CONVERT 1 ("image/jpeg" ("pix-x" "%d" "pix-y" "%d")) BINARY[1]\r\n'
    return b"".join(line % (number, side, side) for number, side in enumerate(range(20, 20 + MANY)))


def family(pid: int) -> int:
    """Octets that a process and its descendants hold in memory."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    found = 0
    for each in map(int, children):
        try:
            found += family(each)
        except (OSError, AssertionError):  # it has ended meanwhile
            continue
    return found + memory(pid)


def test_two_hundred_at_once(mail_server: MailServer) -> None:
    """One after the other, and others are served meanwhile."""
    email, wire = with_picture(mail_server, 100)
    before = family(mail_server.pid)
    most = 0
    with wire, Wire(mail_server).login(email) as other:
        wire.send(conversions())
        for number in range(MANY):
            assert wire.reply(b"v%d " % number).startswith(b"OK"), number
            if number % 10 == 0:
                assert other.ask(b"NOOP").startswith(b"OK")
                most = max(most, family(mail_server.pid))
    assert most - before < FAMILY
