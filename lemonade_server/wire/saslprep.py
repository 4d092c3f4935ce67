"""SASLprep (RFC 4013): names that look the same become the same octets."""

from __future__ import annotations

import stringprep
import unicodedata

_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
    stringprep.in_table_a1,  # not assigned: a stored string (§2.5)
)


def saslprep(text: str) -> str:
    """The prepared string. Raises ValueError when it holds what must not be (§2.3, §2.4)."""
    if text.isascii() and text.isprintable():
        return text
    mapped = "".join(
        " " if stringprep.in_table_c12(char) else char
        for char in text
        if not stringprep.in_table_b1(char)
    )
    prepared = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    if any(bad(char) for char in prepared for bad in _PROHIBITED):
        raise ValueError("a character that can't stand in a name")
    if any(stringprep.in_table_d1(char) for char in prepared):
        ends = prepared[0], prepared[-1]
        mixed = any(stringprep.in_table_d2(char) for char in prepared)
        if mixed or not all(stringprep.in_table_d1(char) for char in ends):
            raise ValueError("text of both directions in one name")
    return prepared
