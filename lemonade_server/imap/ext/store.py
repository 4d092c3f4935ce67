"""STORE and UID STORE (RFC 3501 §6.4.6; UNCHANGEDSINCE and MODIFIED of RFC 7162 §3.1.3).

Messages that another session expunged are passed over. By number that is NO, unless the client
asked for silence: then it did what could be done (RFC 2180 §4.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from lemonade_server.imap import big_writes, states
from lemonade_server.imap.ext.inprogress import CommandProgress
from lemonade_server.imap.ext.messagelimit import newest, with_limit
from lemonade_server.imap.fetch.flag_lines import flags_line, modseq_lines, say_keywords
from lemonade_server.imap.registry import Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store import flags, messages
from lemonade_server.store.db import Tx
from lemonade_server.store.flag_changes import FlagChanges, Mode
from lemonade_server.store.flags import Within
from lemonade_server.store.ids import Uid
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No

NEEDS = ("inprogress", "messagelimit")


@dataclass(slots=True)
class Change:
    """What a STORE asks for. ``mode`` is "+", "-" or "="."""

    mode: Mode
    silent: bool
    bits: int
    keywords: list[str]
    unchanged_since: int | None


class Storing(Protocol):
    """What a STORE changes other than flags."""

    async def store(
        self, session: Session, view: View, uids: Sequence[int]
    ) -> tuple[list[Uid], int]:
        """Change it: which messages UNCHANGEDSINCE held back, and how many are gone. Bad, No."""


STORE_ITEMS: dict[bytes, Callable[[Cursor, int | None], Storing]] = {}
"""By name: called with the cursor behind it and UNCHANGEDSINCE, reads to the end of the command."""


@command(b"STORE", states=states.SELECTED, expunge=False)
async def store(session: Session, cursor: Cursor) -> Ok:
    """Change flags or annotations of some messages, by number."""
    return await _store(session, cursor, by_uid=False)


@command(b"UID STORE", states=states.SELECTED)
async def uid_store(session: Session, cursor: Cursor) -> Ok:
    """Change flags or annotations of some messages, by UID."""
    return await _store(session, cursor, by_uid=True)


def change(cursor: Cursor) -> Change | Storing:
    """[SP modifiers] SP store-att-flags, up to the end of the command. Raises Bad, No."""
    unchanged_since = None
    cursor.sp()
    if cursor.maybe(b"("):
        cursor.expect(b"UNCHANGEDSINCE")
        unchanged_since = cursor.sp().number64()
        cursor.expect(b")").sp()
    for name, parse in STORE_ITEMS.items():
        if cursor.word(name):
            return parse(cursor.sp(), unchanged_since)
    mode: Mode = "+" if cursor.maybe(b"+") else "-" if cursor.maybe(b"-") else "="
    cursor.expect(b"FLAGS")
    silent = cursor.maybe(b".SILENT")
    cursor.sp()
    words = cursor.flag_list() if cursor.peek() == b"(" else cursor.all(Cursor.flag)
    cursor.end()
    bits, keywords = flags.split(words)
    return Change(mode, silent, bits, keywords, unchanged_since)


async def _store(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    view = session.selected
    numbers = cursor.sp().numset()
    asked = change(cursor)
    if isinstance(asked, Change):
        session.writable  # noqa: B018  (raises No)
    uids, limit = newest(session, view.resolve(numbers, by_uid))
    if isinstance(asked, Change):
        modified, missing = await _flag(session, view, uids, asked)
    else:
        modified, missing = await asked.store(session, view, uids)
    if modified:
        listed = modified if by_uid else [view.sequence(uid) or 0 for uid in modified]
        code = b"MODIFIED " + numset.from_sorted(sorted(listed))
        return with_limit(session, Ok(b"some were changed by others meanwhile", code), limit)
    if missing and not by_uid:
        if not (isinstance(asked, Change) and asked.silent):
            raise No("some of the messages were expunged meanwhile", b"EXPUNGEISSUED")
        return with_limit(session, Ok(b"STORE completed", b"EXPUNGEISSUED"), limit)
    return with_limit(session, Ok(b"STORE completed"), limit)


async def _flag(
    session: Session, view: View, uids: Sequence[int], asked: Change
) -> tuple[list[Uid], int]:
    """Change flags: which messages UNCHANGEDSINCE held back, and how many are gone."""
    within = flags.within(view.rights)
    asked = _permitted_change(asked, within)
    if asked.unchanged_since is not None:
        session.count_modseqs()
    modified: list[Uid] = []
    missing = 0
    progress = CommandProgress(session)
    for start in range(0, len(uids), big_writes.PIECE):
        chunk = uids[start : start + big_writes.PIECE]
        job = partial(_apply, view, chunk, asked, within)
        async with big_writes.turn(session.service, len(uids)):
            clean = not view.dirty
            stored = await session.write(job, frees=True, messages_only=True)
        if clean:
            _pass_over(session, view, stored)
        await _report(session, view, asked, stored)
        modified += stored.modified
        missing += len(chunk) - len(stored.changed) - len(stored.unchanged)
        if start + len(chunk) < len(uids):
            await progress.tell(start + len(chunk), len(uids))
    return modified, missing - len(modified)


def _permitted_change(asked: Change, within: Within) -> Change:
    """What of it the user may do. Raises No NOPERM for nothing (RFC 4314 §4).

    What is left out is told even to who asked for silence: he would think that it was done.
    """
    if within.is_all:
        return asked
    bits, keywords = within.allowed(asked.bits, asked.keywords)
    named, left = bool(asked.bits or asked.keywords), bool(bits or keywords)
    if not (within.bits or within.keywords) or (named and not left):
        raise No("you may not change these flags in this mailbox", b"NOPERM")
    whole = asked.mode != "=" and (bits, keywords) == (asked.bits, asked.keywords)
    return Change(asked.mode, asked.silent and whole, bits, keywords, asked.unchanged_since)


def _apply(view: View, uids: Sequence[int], asked: Change, within: Within, tx: Tx) -> FlagChanges:
    """The job of one chunk."""
    mode, bits, keywords, since = asked.mode, asked.bits, asked.keywords, asked.unchanged_since
    return messages.store_flags(
        tx, view.mailbox, uids, mode, bits, keywords, since, within, told=view.modseq
    )


def _pass_over(session: Session, view: View, stored: FlagChanges) -> None:
    """Need no look at the mailbox when nobody else has changed it since the client was told: what
    this command changed is told by itself.
    """
    if any(state.follows_changes for state in session.extension_states):
        return
    if not stored.modseq or stored.before != view.modseq:
        return
    if view.heard not in (0, stored.modseq):
        return
    view.modseq = stored.modseq
    if not view.expunged:
        view.uids = session.service.arrays.share(view.mailbox, view.modseq, view.uids)
    view.dirty, view.heard = False, 0


async def _report(session: Session, view: View, asked: Change, stored: FlagChanges) -> None:
    """Say how the messages stand now.

    .SILENT leaves out only the echo of one's own change, not MODSEQ where that is told.
    What somebody else changed as well, since this client was last told, the change feed tells
    (B-60), as it tells what UNCHANGEDSINCE held back.
    """
    for uid, _, _, modseq in stored.changed:
        before = stored.untold.get(uid) if asked.silent else None
        if modseq > view.modseq and (before is None or view.reported.get(uid) == before):
            session.reported(uid, modseq)
    current = sorted(stored.changed + stored.unchanged)
    say_keywords(session, view, [row[2] for row in current])
    lines: Iterable[bytes]
    if not asked.silent:
        lines = (flags_line(session, view, *row) for row in current)
    elif session.dialect.modseqs:
        lines = modseq_lines(view, [(row[0], row[3]) for row in stored.changed])
    else:
        return
    await session.send(b"".join(lines))
