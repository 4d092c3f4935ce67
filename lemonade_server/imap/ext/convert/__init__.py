"""CONVERT: parts of messages in the form that a client can show (RFC 5259).

Nothing that is stored changes, and \\Seen is never set.
"""

from __future__ import annotations

from collections.abc import Awaitable
from functools import partial

from lemonade_server.convert import catalogue
from lemonade_server.convert.cache import ConversionResult
from lemonade_server.convert.converter import Converter
from lemonade_server.imap import states
from lemonade_server.imap.ext.convert.grammar import ConvertArguments, convert_arguments, pattern
from lemonade_server.imap.ext.convert.results import MessageConversions, SourceMessage, Span, look
from lemonade_server.imap.ext.inprogress import wait
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No
from lemonade_server.wire.syntax import quoted_string, string

NEEDS = ("inprogress",)

CONVERT = Capability(
    b"CONVERT",
    5259,
    states.LOGGED_IN,
    enabled=lambda session: session.service.converter is not None,
)

MOST_MESSAGES = 100  # whose parts one command converts
MOST_PARTS = 20
ROWS = 50
CHUNK = 262_144


@command(b"CONVERSIONS", states=states.LOGGED_IN, capability=CONVERT)
async def conversions(session: Session, cursor: Cursor) -> Ok:
    """What can be converted to what, and with which parameters (§5.1)."""
    origin, target = pattern(cursor.sp()), pattern(cursor.sp())
    cursor.end()
    for each in catalogue.matching(origin, target):
        params = b" ".join(quoted_string(name.encode()) for name in each.params)
        pair = quoted_string(each.source.encode()), quoted_string(each.target.encode())
        session.untagged(b"CONVERSION %b %b (%b)" % (*pair, params))
    return Ok()


@command(b"CONVERT", states=states.SELECTED, capability=CONVERT, expunge=False)
async def convert(session: Session, cursor: Cursor) -> Ok:
    """Convert parts of messages, by number (§6)."""
    return await _convert(session, cursor, by_uid=False)


@command(b"UID CONVERT", states=states.SELECTED, capability=CONVERT)
async def uid_convert(session: Session, cursor: Cursor) -> Ok:
    """Convert parts of messages, by UID."""
    return await _convert(session, cursor, by_uid=True)


async def _convert(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    view = session.selected
    numbers = cursor.sp().numset()
    wanted = convert_arguments(cursor.sp())
    wanted.uid = wanted.uid or by_uid
    uids = view.resolve(numbers, by_uid)
    _check(wanted, len(uids))
    tally = _Tally(session)
    missing = 0
    for at in range(0, len(uids), ROWS):
        chunk = uids[at : at + ROWS]
        reading = partial(look, view=view, uids=chunk, asked=wanted, expunged=not by_uid)
        found = await session.read(reading)
        missing += len(chunk) - len(found)
        for message in found:
            await tally.answer(message, wanted)
    if missing and not by_uid:
        raise No("some of the messages were expunged meanwhile", b"EXPUNGEISSUED")
    return tally.outcome()


def _check(wanted: ConvertArguments, messages: int) -> None:
    """Raises No for what is not known at all, or too much at a time (§8.5, §9)."""
    if wanted.target is not None and not catalogue.is_known(wanted.target):
        raise No("this media type is unknown here")
    parts = len(wanted.parts())
    if parts and messages > MOST_MESSAGES:
        text = f"at most {MOST_MESSAGES} messages are converted at a time"
        raise No(text, b"MAXCONVERTMESSAGES %d" % MOST_MESSAGES)
    if parts > MOST_PARTS:
        text = f"at most {MOST_PARTS} parts are converted at a time"
        raise No(text, b"MAXCONVERTPARTS %d" % MOST_PARTS)


class _Tally:
    """Answers message by message, and knows at the end how it went."""

    def __init__(self, session: Session) -> None:
        assert session.service.converter is not None  # or the command is not there
        self._session = session
        self._converter: Converter = session.service.converter
        self._succeeded = self._failed = self._later = 0

    async def answer(self, looked: SourceMessage, wanted: ConvertArguments) -> None:
        """Convert what is asked for of one message, then send its response."""
        session = self._session
        if session.conn.overdue:  # nobody converts for a client that has gone
            await session.conn.flush()
        message = MessageConversions(self._converter, session.account, wanted, looked, self._wait)
        try:
            await message.convert()
            number = session.selected.sequence(looked.uid) or 0
            head = b"* %d CONVERTED (TAG %b) (" % (number, string(session.call.tag))
            if wanted.uid:
                head += b"UID %d" % looked.uid
            for piece in await message.response(head):
                if isinstance(piece, Span):
                    await self._send(piece)
                else:
                    await session.send(piece)
        finally:
            message.close()
        self._succeeded += message.succeeded
        self._failed += len(message.failures)
        self._later += sum(failure.later for failure in message.failures)

    async def _wait(self, result: Awaitable[ConversionResult]) -> ConversionResult:
        return await wait(self._session, result, b"still converting")

    async def _send(self, span: Span) -> None:
        for at in range(span.low, span.high, CHUNK):
            stop = min(at + CHUNK, span.high)
            await self._session.send(
                await self._session.db.run(partial(span.result.read, at, stop))
            )

    def outcome(self) -> Ok:
        """OK if anything succeeded, or nothing was to be done (§9). Raises No."""
        if not self._failed:
            return Ok()
        if self._succeeded:
            return Ok(b"Some conversions failed")
        raise No("All conversions failed", b"TEMPFAIL" if self._later == self._failed else b"")
