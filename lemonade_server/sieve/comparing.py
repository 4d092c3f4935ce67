"""Match types (RFC 5228 §2.7, RFC 5231)."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from . import globbing
from .comparators import Comparator
from .run import Run

RELATIONS: dict[str, Callable[[Any, Any], bool]] = {
    "gt": operator.gt, "ge": operator.ge, "lt": operator.lt,
    "le": operator.le, "eq": operator.eq, "ne": operator.ne,
}  # fmt: skip


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
            return self._relate(run, str(sum(1 for _ in values)), list(keys))
        wanted = list(keys)
        return any(self._one(run, value, wanted) for value in values)

    def _one(self, run: Run, value: str, keys: list[str]) -> bool:
        match self.kind:
            case "is":
                folded = run.fold(self.comparator, value)
                run.spend(len(keys))
                return any(run.fold(self.comparator, key) == folded for key in keys)
            case "contains":
                folded = run.fold(self.comparator, value)
                run.spend(len(keys) * (1 + len(folded) // 256))
                return any(run.fold(self.comparator, key) in folded for key in keys)
            case "matches":
                return any(self._globs(run, value, key) for key in keys)
        return self._relate(run, value, keys)

    def _relate(self, run: Run, value: str, keys: list[str]) -> bool:
        relation, order = RELATIONS[self.relation], self.comparator.order
        run.spend(len(keys) + len(value) // 64)
        return any(relation(order(value), order(key)) for key in keys)

    def _globs(self, run: Run, value: str, key: str) -> bool:
        folded = run.fold(self.comparator, value)
        wanted = globbing.pattern(run.fold(self.comparator, key))
        spans = globbing.match(wanted, folded, run.spend)
        if spans is None:
            return False
        if self.captures:
            # Folding may have changed the length: then the folded text is all there is.
            source = value if len(folded) == len(value) else folded
            run.match_groups = [source, *(source[start:stop] for start, stop in spans)]
        return True
