"""One search whose result its client keeps, and what has to be said to keep it right.

The context remembers which messages the client holds, in their order (RFC 5267 §4.3). When messages
come or change, those few are judged anew, so an update costs what the changes cost.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lemonade_server.imap.view import uids_within
from lemonade_server.store.search import search
from lemonade_server.store.search_tree import (
    Node,
    follows_clock,
    follows_flags,
    follows_others,
    reads_text,
)
from lemonade_server.store.sorting import insertions, moves, sort
from lemonade_server.wire.context_update import Update, addto, apply_update, difference, removefrom
from lemonade_server.wire.syntax import quoted_string

if TYPE_CHECKING:
    from lemonade_server.imap.fetch.plan import Plan
    from lemonade_server.imap.view import View
    from lemonade_server.store.db import Tx
    from lemonade_server.store.ids import MailboxId
    from lemonade_server.store.sort_order import Key


@dataclass(slots=True)
class Context:
    """One result that is kept up. ``keys`` is None for SEARCH: then the order is by UID.

    ``plan`` is what is fetched of new messages (RFC 5465 §7); ``results`` what the client holds.
    ``where`` names the mailbox, where that has to be told (RFC 7377 §2.1).
    """

    tag: bytes
    by_uid: bool
    node: Node
    keys: Sequence[Key] | None
    plan: Plan | None
    results: array[int]
    where: bytes = b""
    follows_flags: bool = field(init=False)
    follows_clock: bool = field(init=False)
    follows_others: bool = field(init=False)
    reads_text: bool = field(init=False)
    moves: bool = field(init=False)

    def __post_init__(self) -> None:
        self.follows_flags = follows_flags(self.node)
        self.follows_clock = follows_clock(self.node)
        self.follows_others = follows_others(self.node)
        self.reads_text = reads_text(self.node)
        self.moves = moves(self.keys or ())

    @property
    def placed(self) -> bool:
        """Whether positions are told: the order is not that of the mailbox."""
        return self.keys is not None

    @property
    def follows_all(self) -> bool:
        """Whether it has to be searched anew as a whole."""
        return self.follows_clock or self.follows_others or self.moves

    def among(self, uids: Iterable[int]) -> set[int]:
        """Those of the messages that the client holds."""
        if self.placed:
            return set(uids).intersection(self.results)
        return set(uids_within(self.results, [(uid, uid) for uid in uids]))

    def judged(self, tx: Tx, mailbox: MailboxId, uids: Sequence[int]) -> Update:
        """What is different because of these messages. Raises Gone, LimitReached."""
        found = set(search(tx, mailbox, self.node, within=uids))
        mine = self.among(uids)
        gone, new = mine - found, sorted(found - mine)
        if self.keys is None:
            return Update(gone, [(0, uid) for uid in new])
        kept = [uid for uid in self.results if uid not in gone] if new else []
        return Update(gone, insertions(tx, mailbox, self.keys, kept, new))

    def searched(self, tx: Tx, mailbox: MailboxId, upto: int) -> Update:
        """What is different as a whole. Raises Gone, LimitReached."""
        if self.keys is None:
            found = search(tx, mailbox, self.node, upto)
        else:
            found = sort(tx, mailbox, self.node, self.keys, upto)
        return difference(self.results, found)

    def line(self, view: View, update: Update) -> bytes:
        """The ESEARCH response. REMOVEFROM comes first: ADDTO tells places without those."""
        by_uid = self.by_uid or not view.dialect.numbers
        number = _itself if by_uid else _number_in(view)
        words = [b"* ESEARCH (TAG %b%b)" % (quoted_string(self.tag), self.where)]
        if by_uid:
            words.append(b"UID")
        if update.gone:
            words.append(removefrom(self.results, update.gone, number, placed=self.placed))
        if update.new:
            words.append(addto(update.new, number, placed=self.placed))
        return b" ".join(words) + b"\r\n"

    def take(self, update: Update) -> None:
        """The client has been told."""
        self.results = apply_update(self.results, update, placed=self.placed)


def _itself(uid: int) -> int:
    return uid


def _number_in(view: View) -> Callable[[int], int]:
    return lambda uid: view.sequence(uid) or 0
