"""Numbers that a browser sends: UIDs, UIDVALIDITYs, mod-sequences, places in a list."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

MOST_DIGITS = 19
MOST_MODSEQ = 2**63 - 2  # it has 63 bits, and so has the one after it (RFC 7162 §3.1.2)
MOST_UID = 2**32 - 1  # RFC 9051 §2.3.1.1


def number(text: str) -> int | None:
    """A number of plain digits; None for anything else, and for one that no server gives out."""
    if not (text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS):
        return None
    return value if (value := int(text)) <= MOST_MODSEQ else None


def uid_number(text: str) -> int | None:
    """A UID; None for anything else."""
    value = number(text)
    return value if value is not None and 0 < value <= MOST_UID else None


def write_uid_set(uids: Iterable[int]) -> str:
    """UIDs as a compact set, ``1:3,7`` (RFC 9051 §9, sequence-set); "" for none."""
    return ",".join(f"{low}" if low == high else f"{low}:{high}" for low, high in _runs(uids))


def _runs(uids: Iterable[int]) -> Iterator[tuple[int, int]]:
    low = high = 0
    for uid in sorted(set(uids)):
        if low and uid == high + 1:
            high = uid
            continue
        if low:
            yield low, high
        low = high = uid
    if low:
        yield low, high


def read_uid_set(text: str, most: int) -> list[int] | None:
    """``1:5,9`` as UIDs; None for nonsense, and for ``most`` UIDs or more."""
    out: list[int] = []
    for piece in filter(None, text.split(",")):
        low, _, high = piece.partition(":")
        first, last = uid_number(low) or 0, uid_number(high or low) or 0
        if not 0 < first <= last or last - first + len(out) >= most:
            return None
        out.extend(range(first, last + 1))
    return out
