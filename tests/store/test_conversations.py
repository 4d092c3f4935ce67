"""Conversations against a plain model, through histories of arrivals, flags and expunges."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from lemonade_server.store import messages
from lemonade_server.store.conversation_summaries import (
    MOST_PEOPLE,
    MOST_UIDS,
    ConversationSummaries,
    ConversationSummary,
)
from lemonade_server.store.conversations import CollapsedMailboxes, first_messages
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.flags import FLAGGED, SEEN
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.search_tree import All, Flag, Node, SameThread
from lemonade_server.store.sort_order import Key
from lemonade_server.store.sort_orders import SortOrders
from lemonade_server.store.sorting import sort
from lemonade_server.wire.thread_keys import thread_name, thread_number

from .conftest import put, row

ORDERS: tuple[Sequence[Key], ...] = (
    [Key("ARRIVAL", reverse=True)],
    [Key("ARRIVAL")],
    [Key("SUBJECT"), Key("DATE", reverse=True)],
    [Key("DISPLAYFROM")],
    [Key("MODSEQ")],
    [],
)
NODES: tuple[Node, ...] = (All(), Flag(SEEN, is_set=False))


@dataclass(slots=True)
class Said:
    """A message as the test knows it."""

    root: str
    arrived: int
    author: str
    attached: bool
    bits: int = 0
    muted: bool = False


@dataclass(slots=True)
class History:
    """A mailbox to which things happen, and what is kept of it all the while."""

    mailbox: MailboxId
    dice: random.Random
    living: dict[int, Said] = field(default_factory=dict)
    firsts: CollapsedMailboxes = field(default_factory=CollapsedMailboxes)
    orders: SortOrders = field(default_factory=SortOrders)
    summaries: ConversationSummaries = field(default_factory=ConversationSummaries)
    count: int = 0

    def arrive(self) -> None:
        self.count += 1
        root = f"<{self.dice.randrange(6)}@x>" if self.dice.random() < 0.8 else ""
        said = Said(
            root or f"<own{self.count}@x>",
            1_700_000_000 + self.dice.randrange(10),
            f"P{self.dice.randrange(12)}",
            self.dice.random() < 0.3,
        )
        references = f"References: {root} <loop@x> {root}\r\n" if root else ""
        kind = 'Content-Type: application/pdf; name="a.pdf"\r\n' if said.attached else ""
        octets = (
            f"From: {said.author} <{said.author}@y>\r\nSubject: {self.dice.choice('abc')}\r\n"
            f"Message-ID: <own{self.count}@x>\r\n{references}{kind}\r\nbody\r\n"
        )
        self.living[put(self.mailbox, octets.encode(), internaldate=said.arrived)] = said

    def flag(self) -> None:
        uids = self.some()
        if not uids:
            return
        with transaction() as tx:
            if self.dice.random() < 0.3:
                messages.store_flags(tx, self.mailbox, uids, "+", 0, ["$muted"])
                for uid in uids:
                    self.living[uid].muted = True
            else:
                bits = self.dice.choice((SEEN, FLAGGED))
                messages.store_flags(tx, self.mailbox, uids, "+", bits, [])
                for uid in uids:
                    self.living[uid].bits |= bits

    def expunge(self) -> None:
        uids = self.some()
        with transaction() as tx:
            messages.expunge(tx, self.mailbox, uids, False)
        for uid in uids:
            del self.living[uid]

    def some(self) -> list[int]:
        most = min(3, len(self.living))
        return sorted(self.dice.sample(sorted(self.living), self.dice.randint(0, most)))

    def check(self, upto: int) -> None:
        with snapshot() as tx:
            for keys in ORDERS:
                for node in NODES:
                    found = first_messages(
                        tx, self.mailbox, node, keys, upto, None, self.firsts, self.orders
                    )
                    everything = sort(tx, self.mailbox, node, keys, upto)
                    assert list(found) == self.collapsed(everything), (keys, node)
            members = self.members(upto)
            numbers = {root: thread_number(root[1:-1], "") for root in members}
            summaries = self.summaries.of(tx, self.mailbox, list(numbers.values()), upto)
            for root, number in numbers.items():
                self.compare(members[root], summaries[number])

    def collapsed(self, uids: Sequence[int]) -> list[int]:
        firsts: dict[str, int] = {}
        for uid in uids:
            firsts.setdefault(self.living[uid].root, uid)
        return list(firsts.values())

    def members(self, upto: int) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for uid, said in self.living.items():
            if uid <= upto:
                found.setdefault(said.root, []).append(uid)
        return found

    def compare(self, uids: Sequence[int], found: ConversationSummary) -> None:
        ordered = sorted(uids, key=lambda uid: (self.living[uid].arrived, uid))
        says = [self.living[uid] for uid in ordered]
        assert found.count == len(uids)
        assert found.unseen == sum(not said.bits & SEEN for said in says)
        assert bool(found.bits & FLAGGED) == any(said.bits & FLAGGED for said in says)
        assert found.attachments == sum(said.attached for said in says)
        assert found.muted == any(said.muted for said in says)
        assert found.arrived == says[-1].arrived
        assert list(found.uids) == sorted(ordered[-MOST_UIDS:])
        names = list(dict.fromkeys(said.author for said in [says[0], *says[1:][-16:]]))
        if len(names) > MOST_PEOPLE:
            names = [names[0], *names[1 - MOST_PEOPLE :]]
        assert [name for name, _ in found.people] == names


@pytest.mark.parametrize("seed", range(4))
def test_a_history_as_a_model_has_it(inbox: MailboxId, seed: int) -> None:
    history = History(inbox, random.Random(seed))
    for _ in range(40):
        history.arrive()
    for step in range(60):
        history.dice.choice((history.arrive, history.arrive, history.flag, history.expunge))()
        upto = row(inbox).uidnext - 1
        history.check(upto if step % 3 else upto - history.dice.randrange(4))


def test_what_is_kept_is_followed_and_not_read_again(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New mail, flags and expunges of a few messages cost a look at their own conversations."""
    history = History(inbox, random.Random(1))
    for _ in range(60):
        history.arrive()
    history.check(row(inbox).uidnext - 1)
    monkeypatch.setattr("lemonade_server.store.conversations._threads", None)  # of all
    for action in (history.arrive, history.flag, history.expunge, history.arrive):
        action()
        upto = row(inbox).uidnext - 1
        with snapshot() as tx:
            first_messages(tx, inbox, All(), ORDERS[0], upto, None, history.firsts, history.orders)


def test_large_conversations_and_subjects_are_told_in_few_octets(inbox: MailboxId) -> None:
    subject = "word " * 20_000
    octets = (
        f"From: Ann <ann@x>\r\nSubject: {subject}\r\nMessage-ID: <a@x>\r\n"
        "References: <a@x> <b@x> <a@x>\r\n\r\nbody\r\n"
    ).encode()
    for _ in range(60):
        put(inbox, octets)
    with snapshot() as tx:
        thread = thread_number("a@x", "")
        found = ConversationSummaries().of(tx, inbox, [thread], 1_000)[thread]
    assert found.count == 60
    assert len(found.uids) == MOST_UIDS
    assert found.people == (("Ann", "ann@x"),)
    assert found.subject == subject[:250]


def test_a_message_without_an_identifier_is_found_by_its_thread(inbox: MailboxId) -> None:
    put(inbox, b"Subject: a\r\n\r\n")
    uid = put(inbox, b"Subject: b\r\n\r\n")
    with snapshot() as tx:
        content = tx.value("SELECT content_id FROM message WHERE uid = %s", (uid,))
        node = SameThread(thread_name("", "", str(content)))
        assert sort(tx, inbox, node, [], 10) == [uid]
        assert sort(tx, inbox, SameThread("not a name"), [], 10) == []
