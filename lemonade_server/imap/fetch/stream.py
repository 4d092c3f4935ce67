"""Sends the items of a plan for some messages, whoever asked for them: FETCH or NOTIFY.

Rows come in chunks, each rendered on the database thread in the transaction that read it. Large
bodies are left out there and streamed behind it, so memory does not follow the size of mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from lemonade_server.imap.fetch.flag_lines import say_keywords
from lemonade_server.imap.fetch.plan import Frame, Keeper, Plan, Row
from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.store import contents, flags, ghosts, messages
from lemonade_server.store.blobs import BlobMissing
from lemonade_server.store.decoded_parts import DecodedPart
from lemonade_server.store.errors import StoreError, StoreFull, Unavailable
from lemonade_server.store.extract import Extract
from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire.syntax import literal_head, string

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.db import Tx

log = structlog.get_logger()

ROWS = 200
NARROW_ROWS = 1_000  # of the message table alone: an eighth of the time each
ROWS_WITH_BODIES = 25
INLINE_OCTETS = 262_144
CHUNK_OCTETS = 1_048_576


async def send_messages(
    session: Session, view: View, plan: Plan, uids: Sequence[int], *, expunged: bool = False
) -> int:
    """Send the plan's items of ``uids`` (ascending); returns how many are there no more.

    With ``expunged`` those that others expunged just now are there, as they were (RFC 2180 §4.1.1).
    """
    at = missing = 0
    size = NARROW_ROWS if plan.is_narrow else ROWS
    if plan.bodies or plan.annotates:
        size = ROWS_WITH_BODIES
    while at < len(uids):
        chunk = uids[at : at + size]
        changed: set[int] = set()
        if plan.seen and not view.read_only and "s" in view.rights:
            changed = await _mark_seen(session, view, chunk)
        job = _Chunk(view, plan, chunk, changed, expunged, session.service)
        await session.read(job.run)
        at += job.done
        missing += job.missing
        for piece in job.out:
            if isinstance(piece, Extract | DecodedPart):
                await send_octets(session, piece)
            else:
                await session.send(piece)
    return missing


async def send_octets(session: Session, extract: Extract | DecodedPart) -> None:
    """Stream the octets of a literal. Where NUL can't stand it is 0x80 (B-49).

    Raises Goodbye when they can't be read to the end: the announced size was a promise.
    """
    if isinstance(extract, DecodedPart):
        content, octets = extract.encoded.content, extract.stream(session.db)
    else:
        content = extract.content
        octets = contents.stream(session.db, content, extract.start, extract.stop)
    while True:
        try:
            data = await anext(octets, None)
        except Unavailable as error:
            text = "a message can't be read to its end at the moment, try again later"
            raise Goodbye(text, b"UNAVAILABLE") from error
        except (BlobMissing, StoreError, OSError) as error:
            log.exception("octets of a message are lost", content=content)
            raise Goodbye("a message can't be read to its end", b"SERVERBUG") from error
        if data is None:
            return
        await session.send(data if extract.binary else data.replace(b"\0", b"\x80"))


async def _mark_seen(session: Session, view: View, uids: Sequence[int]) -> set[int]:
    """Set \\Seen where it is missing; returns the UIDs whose flags changed.

    On a full disk mail can still be read: it stays unseen.
    """

    def unseen(tx: Tx) -> list[int]:
        rows = messages.rows(tx, view.mailbox, uids, (MessageField.SYSTEM_FLAGS,))
        return [row[0] for row in rows if not row[1] & flags.SEEN]

    new = await session.read(unseen)
    if not new:
        return set()
    try:
        stored = await session.write(
            lambda tx: messages.store_flags(tx, view.mailbox, new, "+", flags.SEEN, [], None)
        )
    except (StoreFull, Unavailable):
        return set()
    for uid, _, _, modseq in stored.changed:
        session.reported(uid, modseq)
    say_keywords(session, view, [row[2] for row in stored.changed])
    return {row[0] for row in stored.changed}


@dataclass(slots=True)
class _Chunk:
    """One read: as many of ``uids`` as fit into memory, rendered. ``done`` counts them."""

    view: View
    plan: Plan
    uids: Sequence[int]
    changed: set[int]
    expunged: bool
    keeper: Keeper
    out: list[bytes | Extract | DecodedPart] = field(default_factory=list)
    done: int = 0
    missing: int = 0

    def run(self, tx: Tx) -> None:
        """The job for a database thread."""
        self.out.clear()
        rows = messages.rows(tx, self.view.mailbox, self.uids, self.plan.fields)
        if self.expunged and len(rows) < len(self.uids):
            rows = ghosts.beside(tx, self.view.mailbox, self.uids, self.plan.fields, rows)
        self.missing = len(self.uids) - len(rows)
        self.done = len(self.uids)
        frame = Frame(tx, self.view, self.uids, self.keeper)
        if self.plan.bodies:
            self._bodies(rows, frame)
        else:
            self.out.append(self._lines(rows, frame))

    def _numbers(self, rows: list[Row]) -> Sequence[int]:
        """The message number of each row, or its UID where there are no numbers."""
        if not self.view.dialect.numbers:
            return [row[0] for row in rows]
        first = self.view.sequence(self.uids[0]) or 0
        last = first + len(rows) - 1
        if first and not self.missing and self.view.uids[last - 1] == self.uids[-1]:
            return range(first, last + 1)
        return [self.view.sequence(row[0]) or 0 for row in rows]

    def _lines(self, rows: list[Row], frame: Frame) -> bytes:
        parts = self.plan.parts
        line = self.view.dialect.fetch_line
        if self.plan.annotates:
            return b"".join(
                [
                    line % (number, b" ".join(filter(None, [part(row, frame) for part in parts])))
                    for number, row in zip(self._numbers(rows), rows, strict=True)
                ]
            )
        return b"".join(
            [
                line % (number, b" ".join([part(row, frame) for part in parts]))
                for number, row in zip(self._numbers(rows), rows, strict=True)
            ]
        )

    def _bodies(self, rows: list[Row], frame: Frame) -> None:
        held = 0
        pending: list[bytes] = []
        head = self.view.dialect.fetch_head
        for count, (number, row) in enumerate(zip(self._numbers(rows), rows, strict=True)):
            if held > CHUNK_OCTETS:  # the next read begins with this message
                self.done = list(self.uids).index(row[0])
                self.missing = self.done - count
                break
            pending.append(head % number)
            held += self._message(row, frame, pending)
            self.out.append(b"".join(pending))  # apart: no message helps to compress another one
            pending.clear()

    def _message(self, row: Row, frame: Frame, pending: list[bytes]) -> int:
        """One message with bodies; returns how many octets of them are held in memory."""
        held = 0
        parts = self.plan.parts
        if row[0] in self.changed:
            modseqs = self.view.dialect.modseqs
            parts = parts + (self.plan.changed_modseq if modseqs else self.plan.changed)
        gap = b""
        said = b" ".join(filter(None, [part(row, frame) for part in parts]))
        if said:
            pending.append(said)
            gap = b" "
        for body in self.plan.bodies:
            label, extract = body(row, frame)
            pending.append(gap + label)
            gap = b" "
            if extract is None:
                pending.append(b"NIL")
            elif extract.data is None and extract.size > INLINE_OCTETS:
                pending.append(literal_head(extract.size, binary=extract.binary))
                self.out += [b"".join(pending), extract]
                pending.clear()
            else:
                data = extract.read(frame.tx)
                held += len(data)
                pending.append(string(data, allow8=extract.binary))
        pending.append(b")\r\n")
        return held
