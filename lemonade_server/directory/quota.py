"""Sizes as people write them, in octets. Decimal, as disks and mail limits are counted."""

from __future__ import annotations

import re

_DECIMAL = re.compile(r"\d+,\d{1,2}(?!\d)")
_SIZE = re.compile(r"(\d+(?:\.\d*)?|\.\d+) *([kmgt]?)(?:i?b|o|octets|bytes)?")
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_UNITS = (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
_NO_LIMIT = ("", "-", "none", "unlimited", "no limit", "∞")
LARGEST = 2**62


def parse_octets(text: str) -> int:
    """``5 GB``, ``1,5g`` or ``5,000,000`` in octets; ``unlimited`` and nothing are 0.

    Raises ValueError.
    """
    plain = text.strip().lower().replace("\u00a0", " ")
    if plain in _NO_LIMIT:
        return 0
    plain = plain.replace(",", ".") if _DECIMAL.match(plain) else plain.replace(",", "")
    found = _SIZE.fullmatch(plain)
    if found is None or not plain.isascii():
        raise ValueError(text)
    count = int(float(found[1]) * _FACTORS[found[2]])
    if count > LARGEST:
        raise ValueError(text)
    return count


def spell_octets(count: int) -> str:
    """The shortest exact form that ``parse_octets`` reads."""
    for name, factor in _UNITS:
        if count and count % factor == 0:
            return f"{count // factor} {name}"
    return str(count)
