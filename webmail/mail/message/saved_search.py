"""A search that was saved under a name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A filter of the server (RFC 5466). ``name`` is how every client calls it, ``label`` what
    people do; ``words`` are the query that was saved, or call a filter that another client made.
    """

    name: str
    label: str
    words: str
