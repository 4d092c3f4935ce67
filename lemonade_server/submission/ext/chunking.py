"""CHUNKING and BINARYMIME: BDAT (RFC 3030).

A chunk is read to its last octet whatever we think of it: what it holds must never be taken for
commands (S-05).
"""

from __future__ import annotations

from lemonade_server.net.connection import PeerGone
from lemonade_server.wire import smtp
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp_framer import Chunk, ChunkEnd

from ..message import check_size, finish
from ..registry import command, extension
from ..session import Goodbye, Session
from ..spooling import Intake
from ..transaction import CHUNKS

NEEDS = ("mail",)

extension("CHUNKING", rfc=3030)
extension("BINARYMIME", rfc=3030)

LARGEST = 2**32
"""A chunk beyond this is not even read: the connection ends."""


@command(b"BDAT", anonymous=True)
async def bdat(session: Session, args: bytes) -> None:
    """Take a chunk. A refused one spoils the transaction until RSET (RFC 3030 §2)."""
    try:
        size, last = smtp.bdat(args)
    except Reply as error:
        # Nobody knows where the chunk ends: go no further.
        raise Goodbye(error.code, error.enhanced, error.text) from error
    if size > LARGEST:
        raise Goodbye(552, "5.3.4", "No message is that large")
    if last:
        session.owe_each()
    try:
        refusal = _refusal(session, size)
        intake = await _read(session, size, keep=refusal is None)
        if refusal is not None:
            raise refusal
        _check_lines(session, intake, last)
        if last:
            await finish(session)
    except Reply:
        _spoil(session, last)
        raise
    if not last:
        session.say(250, "2.0.0", f"{size} octets taken")


def _refusal(session: Session, size: int) -> Reply | None:
    """Why the chunk must not be taken, found out before it is read."""
    try:
        session.require_login()
        transaction = session.current
        transaction.must_take(CHUNKS)
        check_size(session, transaction.size + size)
    except Reply as refusal:
        return refusal
    transaction.way = CHUNKS
    transaction.source = "bdat" if transaction.source == "data" else transaction.source
    transaction.size += size
    return None


def _spoil(session: Session, last: bool) -> None:
    """After a failure: over when this was the last chunk, else waiting for RSET."""
    if last:
        session.reset()
    elif session.transaction is not None:
        session.transaction.failed = True


async def _read(session: Session, size: int, keep: bool) -> Intake:
    """Exactly ``size`` octets, into the spool or away."""
    intake = Intake(session, keep)
    session.framer.expect_chunk(size)
    while True:
        match await session.conn.event(session.face.bounds.idle):
            case Chunk(octets):
                await intake.take(octets)
            case ChunkEnd():
                await intake.finish()
                return intake
            case _:
                raise PeerGone("closed in the middle of a chunk")


def _check_lines(session: Session, intake: Intake, last: bool) -> None:
    """Only a BINARYMIME message may hold a CR or LF alone. Raises Reply."""
    transaction = session.current
    if transaction.mail.body == "BINARYMIME":
        return
    if intake.bare or (last and transaction.ends_in_cr):
        raise Reply(554, "5.6.0", "The message has line ends that are not CRLF")
