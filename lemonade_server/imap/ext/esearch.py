"""ESEARCH: what a search returns (RFC 4731), and the saved result ``$`` (RFC 5182)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.store.ids import Uid
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.syntax import quoted

ESEARCH = capability(Capability(b"ESEARCH", 4731, states.LOGGED_IN))
SEARCHRES = capability(Capability(b"SEARCHRES", 5182, states.LOGGED_IN))


@dataclass(slots=True)
class Found:
    """A result: ascending UIDs, and the numbers that the client asked for (UIDs or messages)."""

    uids: list[Uid]
    numbers: Sequence[int]


Option = Callable[[Found], bytes]


def _minimum(found: Found) -> bytes:
    return b"MIN %d" % found.numbers[0] if found.numbers else b""


def _maximum(found: Found) -> bytes:
    return b"MAX %d" % found.numbers[-1] if found.numbers else b""


def _count(found: Found) -> bytes:
    return b"COUNT %d" % len(found.numbers)


def _all(found: Found) -> bytes:
    return b"ALL " + numset.from_sorted(found.numbers) if found.numbers else b""


def _saved(_: Found) -> bytes:
    return b""


RETURN_OPTIONS: dict[bytes, Option] = {
    b"MIN": _minimum,
    b"MAX": _maximum,
    b"COUNT": _count,
    b"ALL": _all,
    b"SAVE": _saved,
}


def return_options(cursor: Cursor) -> list[bytes] | None:
    """``RETURN (…)`` if it stands here: the options in order, ALL for none. Raises Bad."""
    if not cursor.word(b"RETURN"):
        return None
    names = cursor.sp().listed(Cursor.keyword)
    for name in names:
        if name not in RETURN_OPTIONS:
            cursor.fail("MIN, MAX, COUNT, ALL or SAVE")
    return list(dict.fromkeys(names)) or [b"ALL"]


def esearch_line(
    tag: bytes, by_uid: bool, options: Sequence[bytes], found: Found, modseq: int
) -> bytes:
    """The ESEARCH response. It is sent even when nothing is found (RFC 4731 §3.1)."""
    words = [b"* ESEARCH (TAG %b)" % quoted(tag)]
    if by_uid:
        words.append(b"UID")
    words += filter(None, (RETURN_OPTIONS[name](found) for name in options))
    if modseq:
        words.append(b"MODSEQ %d" % modseq)
    return b" ".join(words) + b"\r\n"


def told(options: Sequence[bytes], found: Found) -> list[Uid]:
    """The UIDs that the options tell about: with MIN and MAX alone it is only those."""
    if not found.uids or b"ALL" in options or b"COUNT" in options:
        return found.uids
    ends = {b"MIN": found.uids[0], b"MAX": found.uids[-1]}
    return sorted({ends[name] for name in options if name in ends}) or found.uids


def save(options: Sequence[bytes], found: Found) -> list[Uid]:
    """What ``$`` stands for afterwards: all, or only MIN and MAX (RFC 5182 §2.4)."""
    return list(told(options, found))
