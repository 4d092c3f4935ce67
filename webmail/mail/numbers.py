"""Numbers that a browser sends: UIDs, UIDVALIDITYs, mod-sequences, places in a list."""

from __future__ import annotations

MOST_DIGITS = 19  # a mod-sequence has 63 bits (RFC 7162 §3.1.2)


def number(text: str) -> int | None:
    """A number of plain digits; None for anything else, and for one that no server gives out."""
    fits = text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS
    return int(text) if fits else None
