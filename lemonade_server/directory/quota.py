"""Sizes as people write them, in octets: GB is decimal, as disks and mail limits are counted,
GiB is binary.
"""

from __future__ import annotations

import re

_THOUSANDS = re.compile(r"\d{1,3}(?:(?:,\d{3})+|(?:[ '\u2019]\d{3})+|(?:\.\d{3}){2,})(?![\d.,])")
_SIZE = re.compile(r"(\d+)(?:[.,](\d{1,2}|\d{4,}))? *([kmgt]?)(i?)(?:b|o|octets|bytes)?")
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
_BINARY = {"": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
_UNITS = (("TB", 10**12), ("GB", 10**9), ("MB", 10**6), ("kB", 10**3))
_NO_LIMIT = ("", "-", "none", "unlimited", "no limit", "∞")
LARGEST = 2**62


def parse_octets(text: str) -> int:
    """``5 GB``, ``1,5g``, ``4 GiB`` or ``5,000,000`` in octets; ``unlimited`` and nothing are 0.

    Raises ValueError, also for ``1.000 GB``, which is one for some and a thousand for others.
    """
    plain = re.sub(r"[\u00a0\u2009\u202f]", " ", text.strip().lower())
    if plain in _NO_LIMIT:
        return 0
    if (grouped := _THOUSANDS.match(plain)) is not None:
        plain = re.sub(r"\D", "", grouped[0]) + plain[grouped.end() :]
    found = _SIZE.fullmatch(plain)
    if found is None or not plain.isascii() or (found[2] and not found[3]):
        raise ValueError(text)
    factor = _BINARY[found[3]] if found[4] else _FACTORS[found[3]]
    count = (
        int(float(f"{found[1]}.{found[2] or 0}") * factor) if found[2] else int(found[1]) * factor
    )
    if count > LARGEST:
        raise ValueError(text)
    return count


def spell_octets(count: int) -> str:
    """The shortest exact form that ``parse_octets`` reads."""
    for name, factor in _UNITS:
        if count and count % factor == 0:
            return f"{count // factor} {name}"
    return str(count)
