"""Who wrote messages and what they are called, kept in memory: it never changes."""

from __future__ import annotations

from collections.abc import Collection
from threading import Lock

from lemonade_server.wire.envelope import Authorship, authorship

from .sql import conversations as sql
from .tx import Tx

CUT = 8_192
"""Octets of an envelope that are read: enough for all but the longest subjects."""

MOST_LONG = 20
"""Envelopes that are read to their end."""


class Authorships:
    """Those of the contents that were asked for last."""

    MOST = 10_000
    """Some hundred octets each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[int, Authorship] = {}

    def of(
        self, tx: Tx, contents: Collection[int], titled: Collection[int]
    ) -> dict[int, Authorship]:
        """Those of some contents, as far as they are there; with the subjects of ``titled`` ones,
        which are among them.
        """
        with self._lock:
            found = {content: self._kept[content] for content in contents if content in self._kept}
        missing = {content for content in contents if content not in found}
        missing.update(content for content in titled if _lacks_subject(found.get(content)))
        if not missing:
            return found
        fresh = _read(tx, missing, titled)
        with self._lock:
            self._kept.update(fresh)
            while len(self._kept) > self.MOST:
                del self._kept[next(iter(self._kept))]
        return found | fresh


def _lacks_subject(known: Authorship | None) -> bool:
    return known is not None and known.subject is None and not known.is_cut


def _read(tx: Tx, contents: Collection[int], titled: Collection[int]) -> dict[int, Authorship]:
    def read(some: Collection[int], octets: int) -> dict[int, Authorship]:
        rows = tx.rows(sql.ENVELOPES, (octets, list(some)))
        return {
            content: authorship(bytes(envelope), with_subject=content in titled)
            for content, envelope in rows
        }

    found = read(contents, CUT)
    cut = [content for content, each in found.items() if each.is_cut][:MOST_LONG]
    return found | read(cut, 2**31 - 1) if cut else found
