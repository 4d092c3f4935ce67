"""Sizes as people read them."""

from __future__ import annotations

from django.utils.formats import number_format

UNITS = (("kB", 1e3), ("MB", 1e6), ("GB", 1e9))


def size_in_words(size: int) -> str:
    """A size in decimal units with one decimal: 980 B, 1.3 kB, 12.4 MB."""
    if size < 1000:
        return f"{size} B"
    unit, scale = next((u, s) for u, s in UNITS if size < 999.95 * s or u == UNITS[-1][0])
    value = round(size / scale, 1)
    return f"{number_format(value, 0 if value == int(value) else 1)} {unit}"
