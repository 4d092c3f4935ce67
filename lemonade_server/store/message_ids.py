"""Which messages have which Message-ID, kept in memory: eight octets a message.

A client that looks for one message asks for HEADER Message-ID and the whole identifier. Most fields
hold one identifier between brackets and nothing else; such a field holds ``<x>`` only if it is
``<x>``. So what has the same checksum is looked at, and those few whose field is otherwise.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, insort
from dataclasses import dataclass
from zlib import crc32

from lemonade_server.wire.text import casemap

from .ids import MailboxId, Modseq
from .lasting import LastingOfMailboxes
from .mailbox_rows import MailboxRow
from .search_tree import And, Header, Node
from .sql import messages as sql_messages
from .sql import search as sql
from .tx import Tx

CHUNK = 1_000
LARGE = 50_000
OFTEN = 4
"""Searches for one identifier that cost as much as reading all."""

MOST_ASKED = 10_000
"""Mailboxes of which it is known how often they were asked."""

FIELD = casemap("message-id") + ":"
_WHOLE = re.compile(r"<[^<>]*>\Z")


@dataclass(frozen=True, slots=True)
class MessageIds:
    """Checksums, each with the UID below it, sorted; and the UIDs of fields that are otherwise."""

    sums: array[int]
    others: frozenset[int]
    modseq: Modseq
    upto: int
    gone: frozenset[int] = frozenset()

    @property
    def octets(self) -> int:
        """About the memory that it takes."""
        return self.sums.itemsize * len(self.sums) + 64 * len(self.others)

    def candidates(self, value: str) -> list[int]:
        """UIDs of the messages of which some may have this identifier, and all that have it."""
        low = _sum_of(value) << 32
        at = bisect_left(self.sums, low)
        found = set(self.others)
        while at < len(self.sums) and self.sums[at] < low + (1 << 32):
            found.add(self.sums[at] - low)
            at += 1
        return sorted(found - self.gone)


def identifier_in(node: Node) -> str | None:
    """A whole identifier that all messages have which a program finds."""
    for each in node.nodes if isinstance(node, And) else [node]:
        if isinstance(each, And):
            inner = identifier_in(each)
            if inner is not None:
                return inner
        elif isinstance(each, Header) and each.name == "message-id" and _WHOLE.match(each.value):
            return each.value
    return None


class MessageIdsOfMailboxes:
    """Those of the mailboxes that were asked for last, of all that this process serves."""

    KEPT_OCTETS = 16 << 20

    def __init__(self) -> None:
        self._kept = LastingOfMailboxes[MessageIds](self.KEPT_OCTETS)
        self._asked: dict[MailboxId, int] = {}

    def is_worth_while(self, mailbox: MailboxRow) -> bool:
        """Whether to read all of a mailbox: a large one for somebody who goes on asking."""
        if len(self._asked) > MOST_ASKED:
            self._asked.clear()
        asked = self._asked.get(mailbox.id, 0)
        self._asked[mailbox.id] = asked + 1
        return asked >= OFTEN or mailbox.messages <= LARGE

    def of(self, tx: Tx, mailbox: MailboxRow) -> MessageIds:
        """The identifiers of all messages of a mailbox."""
        upto = mailbox.uidnext - 1

        def read() -> MessageIds:
            uids = tx.integers(sql_messages.UIDS, (mailbox.id, mailbox.id))
            sums, others = _read(tx, mailbox.id, uids)
            return MessageIds(array("Q", sorted(sums)), frozenset(others), mailbox.modseq, upto)

        def follow(known: MessageIds, new: list[int], gone: frozenset[int]) -> MessageIds | None:
            if len(new) + len(gone) > mailbox.messages // 16 + 64:
                return None
            sums, others = known.sums, known.others
            if new:
                fresh, more = _read(tx, mailbox.id, new)
                sums = sums[:]
                for each in fresh:
                    insort(sums, each)
                others = others.union(more)
            return MessageIds(sums, others, mailbox.modseq, upto, gone)

        return self._kept.current(tx, mailbox, "message-id", read, follow)


def _read(tx: Tx, mailbox: MailboxId, uids: list[int]) -> tuple[list[int], list[int]]:
    """Checksums with UIDs, and the UIDs of messages whose field is more than an identifier."""
    sums: list[int] = []
    others: list[int] = []
    for start in range(0, len(uids), CHUNK):
        chunk = uids[start : start + CHUNK]
        rows = tx.rows(sql.MESSAGE_IDS, (FIELD, FIELD, FIELD, mailbox, chunk[0], chunk[-1]))
        for uid, line, another in rows:
            if not line.startswith(FIELD):
                continue
            value = line[len(FIELD) :].partition("\n")[0].removeprefix(" ")
            cut = len(line) == sql.LONGEST_MESSAGE_ID and "\n" not in line
            if not another and not cut and _WHOLE.match(value):
                sums.append(_sum_of(value) << 32 | uid)
            else:
                others.append(uid)
    return sums, others


def _sum_of(value: str) -> int:
    return crc32(value.encode("utf-8", "surrogatepass"))
