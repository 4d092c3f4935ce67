"""DATA: a message between here and a line with a single dot (RFC 5321 §4.1.1.4)."""

from __future__ import annotations

from lemonade_server.net.connection import PeerGone
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp_framer import Data, DataEnd

from ..message import check_size, finish
from ..registry import command
from ..session import Session
from ..spooling import Intake
from ..transaction import DATA

NEEDS = ("mail",)


@command(b"DATA")
async def data(session: Session, args: bytes) -> None:
    """Take a message in lines. Binary messages come in chunks only (RFC 3030 §3, S-09)."""
    transaction = session.current
    if args:
        raise Reply(501, "5.5.4", "DATA takes no argument")
    if transaction.mail.body == "BINARYMIME":
        raise Reply(503, "5.5.1", "A BINARYMIME message comes by BDAT")
    transaction.must_take(DATA)
    transaction.way = DATA
    session.say(354, "", "Go on; end with a line of one dot")
    session.owe_each()
    try:
        end = await _read(session)
        # A line break that is no CRLF might end the message for the next server (S-07).
        if end.bare_cr or end.bare_lf:
            raise Reply(554, "5.6.0", "The message has line ends that are not CRLF")
        check_size(session, end.size)
        await finish(session)
    finally:
        session.reset()


async def _read(session: Session) -> DataEnd:
    """The message into the spool, to its end; what exceeds the limit is read and dropped."""
    intake = Intake(session)
    session.framer.expect_data()
    while True:
        match await session.conn.event(session.face.bounds.idle):
            case Data(octets):
                await intake.take(octets)
            case DataEnd() as end:
                await intake.finish()
                return end
            case _:
                raise PeerGone("closed in the middle of a message")
