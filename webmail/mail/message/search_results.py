"""What a search of several folders found: a page of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from .messages import Row


@dataclass(frozen=True, slots=True)
class FoundRow:
    """One line of the results, and where the message lies."""

    folder: str
    uidvalidity: int
    row: Row


@dataclass(slots=True)
class SearchResults:
    """A page of what was found in all folders. ``first`` counts from 1 at the top.

    ``by_relevance``: the best stand first; else the newest do. ``totals`` are those of the folders
    in which something was found.
    """

    rows: list[FoundRow]
    totals: dict[str, int] = field(default_factory=dict)
    first: int = 0
    by_relevance: bool = False

    @property
    def total(self) -> int:
        """How many messages were found."""
        return sum(self.totals.values())

    @property
    def last(self) -> int:
        """The place of the last one that is shown; 0 when nothing is."""
        return self.first + len(self.rows) - 1 if self.rows else 0
