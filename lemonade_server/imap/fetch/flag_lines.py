"""How flags are told: FETCH responses of changes, FLAGS and PERMANENTFLAGS of a mailbox."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from lemonade_server.store import flags
from lemonade_server.store.ids import Modseq, Uid

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed

LINES_AT_ONCE = 200
NOTHING: Mapping[int, bytes] = MappingProxyType({})


async def say_flags(
    session: Session, view: View, rows: list[Changed], noted: Mapping[int, bytes] = NOTHING
) -> None:
    """FETCH responses for rows of the change feed; FLAGS first when a keyword is new here.

    ``noted`` are data items that go with the flags of some messages, by UID.
    """
    say_keywords(session, view, [row[3] for row in rows])
    lines: list[bytes] = []
    for uid, modseq, bits, keywords, _ in rows:
        line = flags_line(session, view, uid, bits, keywords, Modseq(modseq), noted.get(uid, b""))
        if line:
            lines.append(line)
        if len(lines) >= LINES_AT_ONCE:
            await session.send(b"".join(lines))
            lines.clear()
            await asyncio.sleep(0)  # others run between two parts of a long answer
    await session.send(b"".join(lines))


def flags_line(
    session: Session,
    view: View,
    uid: int,
    bits: int,
    keywords: str,
    modseq: Modseq,
    more: bytes = b"",
) -> bytes:
    """One whole ``* n FETCH (FLAGS …)`` line, with ``more`` behind the flags; empty for a UID the
    client does not know.

    Whether it carries UID and MODSEQ, too, the dialect says; in a UID command it carries UID
    (RFC 3501 §6.4.8).
    """
    number = view.sequence(uid)
    if number is None:
        return b""
    dialect = session.dialect
    line = dialect.flags_line_by_uid if session.call.uid else dialect.flags_line
    return line % {
        b"number": number,
        b"uid": uid,
        b"modseq": modseq,
        b"flags": flags.render(bits, keywords, view.is_recent(uid)),
        b"more": b" " + more if more else b"",
    }


def modseq_lines(view: View, changed: Iterable[tuple[Uid, int]]) -> Iterator[bytes]:
    """``* n FETCH`` with nothing but the new mod-sequence of messages (RFC 7162 §3.1.3)."""
    line = view.dialect.modseq_line
    for uid, modseq in changed:
        yield line % {b"number": view.sequence(uid) or 0, b"uid": uid, b"modseq": modseq}


def say_keywords(session: Session, view: View, keywords: list[str]) -> None:
    """Send FLAGS and PERMANENTFLAGS again when a keyword was not listed before (B-61)."""
    known = set(view.keywords.split())
    new = {word for text in set(keywords) for word in text.split()} - known
    if new:
        view.keywords = " ".join(sorted(known | new))
        say_flag_lists(session, view)


def say_flag_lists(session: Session, view: View) -> None:
    """The FLAGS response and the PERMANENTFLAGS code of a mailbox (RFC 3501 §7.2.6)."""
    listed = b" ".join([flags.SYSTEM, *view.keywords.encode().split()])
    session.untagged(b"FLAGS (%b)" % listed)
    permanent = permanent_flags(view)
    text = b"kept" if permanent.endswith(b"\\*") else b"no other can be changed"
    session.ok(b"PERMANENTFLAGS (%b)" % permanent, text)


def permanent_flags(view: View) -> bytes:
    """The flags that this client may change, as its rights are (RFC 4314 §5.1.1)."""
    within = flags.within(view.rights)
    if view.read_only or not within.bits:
        return b""
    words = [flags.render(within.bits, "")]
    if within.keywords:
        words += [*view.keywords.encode().split(), b"\\*"]
    return b" ".join(words)
