"""SORT inside one mailbox (RFC 5256), by display names too (RFC 5957).

Stored keys are compared by the database. Display names are not stored: they are read from the
header when they are asked for, and annotations (RFC 5257 §4.9) are read from their own table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from lemonade_server.wire.display import display_name
from lemonade_server.wire.partial import PartialRange

from . import search as searching
from .errors import Gone
from .ids import AccountId, MailboxId, Uid
from .mailbox_rows import MailboxRow, get
from .message_annotations import sorted_by
from .rows import rows
from .search_tree import All, Node, without_needless
from .sort_order import Key, order_by
from .sort_orders import SortedUids, SortOrders
from .tx import Tx

CHUNK = 1_000
FEW = 20
"""The part of a mailbox, one of so many, that is rather sorted than looked for in an order."""

DISPLAY = {"DISPLAYFROM": b"from", "DISPLAYTO": b"to"}
STORED = {
    "ANNOTATION": "m.uid",
    "ARRIVAL": "m.internaldate",
    "CC": "c.sort_cc",
    "DATE": "c.sent",
    "DISPLAYFROM": "c.header",
    "DISPLAYTO": "c.header",
    "FROM": "c.sort_from",
    "MODSEQ": "m.modseq",
    "RELEVANCY": "m.uid",
    "SIZE": "m.size",
    "SUBJECT": "c.base_subject",
    "TO": "c.sort_to",
    "UID": "m.uid",
}


def by_display(keys: Sequence[Key]) -> bool:
    """Whether headers have to be read to sort by ``keys``, which takes long."""
    return any(key.name in DISPLAY for key in keys)


def by_relevancy(keys: Sequence[Key]) -> bool:
    """Whether it is sorted by how well messages match, the best one first (RFC 6203 §6)."""
    return any(key.name == "RELEVANCY" for key in keys)


def by_annotation(keys: Sequence[Key]) -> bool:
    """Whether it is sorted by what somebody noted."""
    return any(key.name == "ANNOTATION" for key in keys)


def by_modseq(keys: Sequence[Key]) -> bool:
    """Whether mod-sequences are told by the order, so that they count as asked for (RFC 7162)."""
    return any(key.name == "MODSEQ" for key in keys)


def moves(keys: Sequence[Key]) -> bool:
    """Whether a message can get another place among others when it changes."""
    return by_modseq(keys) or by_annotation(keys)


def sort(
    tx: Tx,
    mailbox: MailboxId,
    node: Node,
    keys: Sequence[Key],
    upto: int,
    scores: dict[int, int] | None = None,
    part: PartialRange | None = None,
    kept: SortOrders | None = None,
    memory: searching.SearchMemory | None = None,
    within: Sequence[int] | None = None,
) -> list[Uid]:
    """UIDs of what ``node`` finds, sorted by ``keys``; ``upto``, ``scores``, ``part`` and
    ``within``, which goes without ``kept``, as in ``search``.

    Where the order is one of the ``kept`` ones, or all is asked for, it is sorted no more than
    once. Raises Gone, LimitReached.
    """
    if kept is not None and scores is None and lasts(keys):
        row = get(tx, mailbox)
        if row is None:
            raise Gone
        if without_needless(node) == All():
            return _order(tx, row, keys, kept).first(min(upto, row.uidnext - 1), part)
        is_found = memory is not None and memory.text_results.knows(row, node)
        if is_found or kept.has(row, keys):
            found = searching.search(tx, mailbox, node, upto, memory=memory)
            if len(found) * FEW > row.messages:
                uids = _order(tx, row, keys, kept).among(found)
                return uids if part is None else list(part.cut(uids))
    if not (by_display(keys) or by_relevancy(keys) or by_annotation(keys)):
        order = order_by(keys)
        return searching.search(
            tx, mailbox, node, upto, order, within=within, scores=scores, part=part, memory=memory
        )
    scores = {} if scores is None else scores
    found = searching.search(tx, mailbox, node, upto, within=within, scores=scores)
    table = list(_list_positions(tx, mailbox, found, keys, scores))
    for at, key in reversed(list(enumerate(keys))):
        table.sort(key=lambda place: place.values[at], reverse=key.reverse)
    uids = [place.uid for place in table]
    return uids if part is None else list(part.cut(uids))


def lasts(keys: Sequence[Key]) -> bool:
    """Whether no message ever gets another place, in an order that is not that of the mailbox."""
    return not (moves(keys) or by_relevancy(keys)) and any(key.name != "UID" for key in keys)


def _order(tx: Tx, mailbox: MailboxRow, keys: Sequence[Key], kept: SortOrders) -> SortedUids:
    return kept.find(
        tx,
        mailbox,
        keys,
        lambda: sort(tx, mailbox.id, All(), keys, mailbox.uidnext - 1),
        lambda held, new: insertions(tx, mailbox.id, keys, held, new),
    )


@dataclass(slots=True)
class _ListPosition:
    """Where a message belongs: what is compared of it, key by key, and at last its UID."""

    uid: Uid
    keys: Sequence[Key]
    values: tuple[Any, ...]

    def __lt__(self, other: _ListPosition) -> bool:
        for key, mine, theirs in zip(self.keys, self.values, other.values, strict=True):
            if mine != theirs:
                return bool(mine > theirs if key.reverse else mine < theirs)
        return self.uid < other.uid


def _list_positions(
    tx: Tx,
    mailbox: MailboxId,
    uids: Sequence[int],
    keys: Sequence[Key],
    scores: Mapping[int, int] = MappingProxyType({}),
) -> Iterator[_ListPosition]:
    """The places of those that are there, by UID."""
    columns = ("m.internaldate", *(STORED[key.name] for key in keys))
    noted = [_annotation_texts(tx, mailbox, key) for key in keys]
    for start in range(0, len(uids), CHUNK):
        for row in rows(tx, mailbox, uids[start : start + CHUNK], columns):
            values = zip(keys, noted, row[2:], strict=True)
            compared = [_value(key, notes, each, row[1], scores) for key, notes, each in values]
            yield _ListPosition(row[0], keys, tuple(compared))


def _annotation_texts(tx: Tx, mailbox: MailboxId, key: Key) -> Mapping[int, str]:
    """What an annotation says of messages, by UID; for any other key nothing is read."""
    if key.name != "ANNOTATION":
        return {}
    return sorted_by(tx, mailbox, AccountId(key.account), key.entry)


def _value(
    key: Key, noted: Mapping[int, str], stored: Any, arrived: int, scores: Mapping[int, int]
) -> Any:
    """What is compared under ``key``. Messages without the annotation come first."""
    if key.name == "ANNOTATION":
        return noted.get(stored, "")
    if key.name == "RELEVANCY":
        return -scores.get(stored, 0)
    if key.name in DISPLAY:
        return display_name(bytes(stored), DISPLAY[key.name])
    return arrived if stored is None else stored


def insertions(
    tx: Tx, mailbox: MailboxId, keys: Sequence[Key], held: Sequence[int], new: Sequence[int]
) -> list[tuple[int, Uid]]:
    """Where ``new`` messages belong among those that are ``held`` in the order of ``keys``.

    Places in the list as it is afterwards, counted from 0, ascending. It is for keys by which
    nothing ``moves``, so it is enough to read the few that a binary search looks at. A held message
    that is gone meanwhile is passed over. Costs some hundred microseconds a new message.
    """
    search = _SortedUids(tx, mailbox, keys, held)
    found = sorted(_list_positions(tx, mailbox, sorted(new), keys))
    return [(search.before(place) + count, place.uid) for count, place in enumerate(found)]


class _SortedUids:
    """Sorted messages of which only UIDs are known: the places are read when they are needed."""

    def __init__(
        self, tx: Tx, mailbox: MailboxId, keys: Sequence[Key], uids: Sequence[int]
    ) -> None:
        self._tx = tx
        self._mailbox = mailbox
        self._keys = keys
        self._uids = uids
        self._read: dict[int, _ListPosition | None] = {}

    def before(self, place: _ListPosition) -> int:
        """How many of them come before this place."""
        low, high = 0, len(self._uids)
        while low < high:
            middle = (low + high) // 2
            at, other = self._living(middle, high)
            if other is not None and other < place:
                low = at + 1
            else:
                high = middle
        return low

    def _living(self, start: int, stop: int) -> tuple[int, _ListPosition | None]:
        """The first one from ``start`` on that is still there; None when there is none."""
        for at in range(start, stop):
            found = self._place(self._uids[at])
            if found is not None:
                return at, found
        return stop, None

    def _place(self, uid: int) -> _ListPosition | None:
        if uid not in self._read:
            self._read[uid] = next(
                _list_positions(self._tx, self._mailbox, [uid], self._keys), None
            )
        return self._read[uid]
