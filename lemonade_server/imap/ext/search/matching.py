"""What a search finds for its command: all of it, or no more than its RETURN options tell of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lemonade_server.imap.ext.esearch import (
    Matches,
    Options,
    PartsNeeded,
    choice,
    parts_needed,
)
from lemonade_server.imap.ext.inprogress import read_long
from lemonade_server.imap.ext.messagelimit import newest
from lemonade_server.imap.search.program import Program, as_numbers
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import Uid
from lemonade_server.store.search import count
from lemonade_server.store.search_tree import Node, reads_text
from lemonade_server.store.sort_order import Key
from lemonade_server.wire.partial import PartialRange

MANY = 5_000
"""Messages of a mailbox that is not looked through among the short reads."""

Find = Callable[[Tx, Node, int, dict[int, int] | None, PartialRange | None], list[Uid]]
"""Of a node: UIDs up to the last one that the session knows, with scores, maybe a part of them."""


@dataclass(slots=True)
class Search:
    """One command's search; with ``limited`` it finds the newest messages that a command may.

    ``keys`` are those of its order; none: by UID.
    """

    session: Session
    view: View
    reading: Program
    node: Node
    options: Options | None
    by_uid: bool
    limited: bool
    slow: bool = False
    keys: Sequence[Key] = ()

    async def run(self, find: Find) -> tuple[Matches, bytes]:
        """The matches, and the code that says which are left out. Raises StoreError."""
        session, slow = self.session, self.slow or reads_text(self.node)
        upto = self.view.uidnext - 1
        wanted = None
        if not self.reading.fuzzy:
            wanted = parts_needed(self.options, modseq=self.reading.modseq)

        choose = choice(self.options)

        def job(tx: Tx) -> tuple[Matches, bytes]:
            scores: dict[int, int] | None = {} if self.reading.fuzzy else None
            code = b""
            if choose is not None:
                chosen = choose(session, tx, self.view.mailbox, self.node, self.keys, upto, scores)
                if wanted is not None and not self._is_too_much(len(chosen)):
                    return self._cut(chosen, wanted), b""
                uids = list(chosen)
            else:
                if wanted is not None:
                    found = self._parts(tx, find, wanted, upto)
                    if found is not None:
                        return found, b""
                uids = find(tx, self.node, upto, scores, None)
            if self.limited:
                uids, code = newest(session, uids)
            return Matches(uids, self._numbers(uids), scores or {}), code

        if slow or len(self.view) > MANY:
            return await read_long(session, job)
        return await session.db.read(job)

    def _is_too_much(self, count: int) -> bool:
        """Whether this is more than one command may work on."""
        return self.limited and count > self.session.env.message_limit

    def _cut(self, chosen: Sequence[Uid], wanted: PartsNeeded) -> Matches:
        """The parts that are wanted of what is found."""
        parts = {}
        for part in wanted.parts:
            uids = list(part.cut(chosen))
            parts[part] = Matches(uids, self._numbers(uids))
        return Matches([], [], parts=parts, count=len(chosen))

    def _parts(self, tx: Tx, find: Find, wanted: PartsNeeded, upto: int) -> Matches | None:
        """The parts that are wanted; None when more is found than one command may work on."""
        limit = self.session.env.message_limit
        limited = self.limited and len(self.view) > limit
        known = -1
        if wanted.counts or (limited and not all(part.backwards for part in wanted.parts)):
            known = count(
                tx, self.view.mailbox, self.node, upto, self.session.service.search_memory
            )
            if limited and known > limit:
                return None
        parts = {}
        for part in wanted.parts:
            uids = find(tx, self.node, upto, None, part)
            parts[part] = Matches(uids, self._numbers(uids))
        return Matches([], [], parts=parts, count=known)

    def _numbers(self, uids: list[Uid]) -> list[Uid] | list[int]:
        return uids if self.by_uid else as_numbers(self.view, uids)
