"""Comparators: which texts are alike, and in which order they are (RFC 4790)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from lemonade_server.wire.text import casemap

_DIGITS = re.compile(r"[0-9]*")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")


@dataclass(frozen=True, slots=True)
class Comparator:
    """``fold`` makes texts alike that are equal; ``order`` what is compared by less and greater.

    ``substring``: it can look for parts, as ``:contains`` and ``:matches`` do.
    """

    name: str
    fold: Callable[[str], str]
    order: Callable[[str], object]
    substring: bool = True


def ascii_casemap(text: str) -> str:
    """``a`` to ``z`` in upper case, nothing else (RFC 4790 §9.2)."""
    return text.upper() if text.isascii() else text.translate(_UPPER)


def octets(text: str) -> str:
    """The text itself (RFC 4790 §9.3)."""
    return text


def numeric(text: str) -> str:
    """The digits at the start without leading zeros; ``:`` stands for what is no number."""
    found = _DIGITS.match(text)
    digits = found[0] if found else ""
    return (digits.lstrip("0") or "0") if digits else ":"


def numeric_order(text: str) -> tuple[int, str]:
    """Numbers by size without their being computed; all else is one, beyond every number."""
    folded = numeric(text)
    return (1 << 62, "") if folded == ":" else (len(folded), folded)


COMPARATORS = {
    found.name: found
    for found in (
        Comparator("i;octet", octets, lambda text: text.encode("utf-8", "surrogatepass")),
        Comparator("i;ascii-casemap", ascii_casemap, ascii_casemap),
        Comparator("i;ascii-numeric", numeric, numeric_order, substring=False),
        Comparator("i;unicode-casemap", casemap, casemap),
    )
}
DEFAULT = "i;ascii-casemap"
BUILT_IN = ("i;octet", "i;ascii-casemap")
"""Need no ``require`` (RFC 5228 §2.7.3)."""
