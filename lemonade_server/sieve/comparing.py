"""Comparators (RFC 4790) and match types (RFC 5228 §2.7, RFC 5231)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lemonade_server.wire.text import casemap

from . import globbing

if TYPE_CHECKING:
    from .run import Run

_DIGITS = re.compile(r"[0-9]*")
_UPPER = str.maketrans("abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ")

RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt, "ge": operator.ge, "lt": operator.lt,
    "le": operator.le, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip


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


@dataclass(slots=True)
class Match:
    """How a test compares. ``relation`` for ``:value`` and ``:count``.

    ``captures``: ``:matches`` sets the match variables (RFC 5229 §3.2).
    """

    kind: str
    comparator: Comparator
    relation: str = ""
    captures: bool = True

    def any(self, run: Run, values: Iterable[str], keys: Iterable[str]) -> bool:
        """Whether one of the values fits one of the keys."""
        if self.kind == "count":
            return self._related(run, str(sum(1 for _ in values)), list(keys))
        wanted = list(keys)
        return any(self._one(run, value, wanted) for value in values)

    def _one(self, run: Run, value: str, keys: list[str]) -> bool:
        match self.kind:
            case "is":
                folded = run.folded(self.comparator, value)
                run.spend(len(keys))
                return any(run.folded(self.comparator, key) == folded for key in keys)
            case "contains":
                folded = run.folded(self.comparator, value)
                run.spend(len(keys) * (1 + len(folded) // 256))
                return any(run.folded(self.comparator, key) in folded for key in keys)
            case "matches":
                return any(self._globs(run, value, key) for key in keys)
        return self._related(run, value, keys)

    def _related(self, run: Run, value: str, keys: list[str]) -> bool:
        relation, order = RELATIONS[self.relation], self.comparator.order
        run.spend(len(keys) + len(value) // 64)
        return any(relation(order(value), order(key)) for key in keys)

    def _globs(self, run: Run, value: str, key: str) -> bool:
        folded = run.folded(self.comparator, value)
        wanted = globbing.pattern(run.folded(self.comparator, key))
        spans = globbing.match(wanted, folded, run.spend)
        if spans is None:
            return False
        if self.captures:
            # Folding may have changed the length: then the folded text is all there is.
            source = value if len(folded) == len(value) else folded
            run.matched = [source, *(source[start:stop] for start, stop in spans)]
        return True
