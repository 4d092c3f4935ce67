"""``:matches``: ``*`` and ``?`` in bounded time, with what they stood for (RFC 5228 §2.7.1).

The pieces between stars are looked for from left to right, each at its first place: that is the
match in which earlier stars are shortest (RFC 5229 §3.2), and nothing is ever tried again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

ANY = None
"""A ``?`` in a piece."""

Piece = tuple[str | None, ...]
Spend = Callable[[int], None]


@dataclass(slots=True)
class GlobPattern:
    """A pattern between its stars; one piece when there is none."""

    pieces: list[Piece]
    lengths: list[int]


@lru_cache(maxsize=4096)
def pattern(text: str) -> GlobPattern:
    """Read a pattern. ``\\*``, ``\\?`` and ``\\\\`` stand for the characters themselves."""
    pieces: list[list[str | None]] = [[]]
    literal: list[str] = []

    def flush() -> None:
        if literal:
            pieces[-1].append("".join(literal))
            literal.clear()

    escaped = False
    for char in text:
        if escaped or char not in "*?\\":
            literal.append(char)
            escaped = False
        elif char == "\\":
            escaped = True
        else:
            flush()
            if char == "?":
                pieces[-1].append(ANY)
            else:
                pieces.append([])
    if escaped:
        literal.append("\\")
    flush()
    frozen = [tuple(piece) for piece in pieces]
    return GlobPattern(frozen, [_length(piece) for piece in frozen])


def _length(piece: Piece) -> int:
    return sum(1 if part is ANY else len(part) for part in piece)


def match(wanted: GlobPattern, value: str, spend: Spend) -> list[tuple[int, int]] | None:
    """Where each ``*`` and ``?`` stood, in order; None when the value does not match.

    ``spend`` is told about the work, and may raise.
    """
    pieces, lengths = wanted.pieces, wanted.lengths
    first, last = pieces[0], pieces[-1]
    spend(1 + len(pieces) + len(value) // 64)
    if len(pieces) == 1:
        if len(value) != lengths[0] or not _fits(first, value, 0):
            return None
        return list(_wildcards(first, 0))
    if len(value) < lengths[0] + lengths[-1] or not _fits(first, value, 0):
        return None
    found = list(_wildcards(first, 0))
    at, end = lengths[0], len(value) - lengths[-1]
    for piece, length in zip(pieces[1:-1], lengths[1:-1], strict=True):
        place = _find(piece, length, value, at, end, spend)
        if place < 0:
            return None
        found.append((at, place))
        found += _wildcards(piece, place)
        at = place + length
    if not _fits(last, value, end):
        return None
    found.append((at, end))
    return found + list(_wildcards(last, end))


def _fits(piece: Piece, value: str, at: int) -> bool:
    for part in piece:
        if part is ANY:
            at += 1
        elif not value.startswith(part, at):
            return False
        else:
            at += len(part)
    return True


def _wildcards(piece: Piece, at: int) -> list[tuple[int, int]]:
    found = []
    for part in piece:
        if part is ANY:
            found.append((at, at + 1))
        at += 1 if part is ANY else len(part)
    return found


def _find(piece: Piece, length: int, value: str, at: int, end: int, spend: Spend) -> int:
    """The first place in ``value[at:end]`` where the piece stands, -1 when there is none."""
    if all(part is ANY for part in piece):
        return at if at + length <= end else -1
    if len(piece) == 1 and piece[0] is not ANY:
        return value.find(piece[0], at, end)
    before, anchor = _anchor(piece)
    place = at
    while place + length <= end:
        found = value.find(anchor, place + before, end)
        if found < 0 or found - before + length > end:
            return -1
        spend(len(piece))
        place = found - before
        if _fits(piece, value, place):
            return place
        place += 1
    return -1


def _anchor(piece: Piece) -> tuple[int, str]:
    """The longest literal of a piece, and how far behind its begin it stands."""
    best, before, at = "", 0, 0
    for part in piece:
        if part is not ANY and len(part) > len(best):
            best, before = part, at
        at += 1 if part is ANY else len(part)
    return before, best
