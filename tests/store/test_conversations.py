"""Conversations against a plain model, through histories of arrivals, flags and expunges."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from lemonade_server.store import messages
from lemonade_server.store.conversation_elsewhere import ElsewhereCounts
from lemonade_server.store.conversation_members import MOST_UIDS
from lemonade_server.store.conversation_summaries import (
    MOST_PEOPLE,
    ConversationSummaries,
    ConversationSummary,
)
from lemonade_server.store.conversations import CollapsedMailboxes, first_messages
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.flags import FLAGGED, SEEN
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.messages import NewMessage
from lemonade_server.store.search_tree import All, Flag, Node, SameThread
from lemonade_server.store.sort_order import Key
from lemonade_server.store.sort_orders import SortOrders
from lemonade_server.store.sorting import sort
from lemonade_server.store.tx import Tx
from lemonade_server.wire.thread_keys import thread_name, thread_number

from .conftest import mailbox, put, row, store

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
    """A mailbox to which things happen, and what is kept of it all the while.

    ``outside`` are messages of the same conversations in other mailboxes, by mailbox and UID.
    """

    mailbox: MailboxId
    account: AccountId
    dice: random.Random
    living: dict[int, Said] = field(default_factory=dict)
    outside: dict[tuple[MailboxId, int], Said] = field(default_factory=dict)
    firsts: CollapsedMailboxes = field(default_factory=CollapsedMailboxes)
    orders: SortOrders = field(default_factory=SortOrders)
    summaries: ConversationSummaries = field(default_factory=ConversationSummaries)
    count: int = 0
    places: dict[str, MailboxId] = field(default_factory=dict)

    def __post_init__(self) -> None:
        names = ("Sent", "Archive", "Trash", "Junk")
        self.places = {name: mailbox(self.account, name).id for name in names}

    def arrive(self) -> None:
        octets, said = self.write()
        self.living[put(self.mailbox, octets, internaldate=said.arrived)] = said

    def arrive_elsewhere(self) -> None:
        octets, said = self.write()
        place = self.dice.choice(list(self.places.values()))
        self.outside[place, put(place, octets, internaldate=said.arrived)] = said

    def change_elsewhere(self) -> None:
        if not self.outside:
            return
        place, uid = self.dice.choice(list(self.outside))
        with transaction() as tx:
            if self.dice.random() < 0.5:
                messages.store_flags(tx, place, [uid], "+", SEEN, [])
                self.outside[place, uid].bits |= SEEN
            else:
                messages.expunge(tx, place, [uid], False)
                del self.outside[place, uid]

    def write(self) -> tuple[bytes, Said]:
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
        return octets.encode(), said

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
            summaries = self.summaries.of(
                tx, self.mailbox, list(numbers.values()), upto, self.account
            )
            for root, number in numbers.items():
                self.compare(root, members[root], summaries[number])

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

    def compare(self, root: str, uids: Sequence[int], found: ConversationSummary) -> None:
        ordered = sorted(uids, key=lambda uid: (self.living[uid].arrived, uid))
        says = [self.living[uid] for uid in ordered]
        assert found.count == len(uids)
        assert found.unseen == sum(not said.bits & SEEN for said in says)
        assert bool(found.bits & FLAGGED) == any(said.bits & FLAGGED for said in says)
        assert found.attachments == sum(said.attached for said in says)
        assert found.muted == any(said.muted for said in says)
        assert found.arrived == says[-1].arrived
        assert list(found.uids) == sorted(ordered[-MOST_UIDS:])
        outside = self.elsewhere(root)
        there = found.elsewhere or ElsewhereCounts()
        assert there.count == len(outside)
        assert there.unseen == sum(not said.bits & SEEN for _, said in outside)
        assert there.attachments == sum(said.attached for _, said in outside)
        both = [(said.arrived, True, uid, said) for uid, said in zip(ordered, says, strict=True)]
        both += [(said.arrived, False, uid, said) for uid, said in outside]
        every = [said for *_, said in sorted(both, key=lambda each: each[:3])]
        names = list(dict.fromkeys(said.author for said in [every[0], *every[1:][-16:]]))
        if len(names) > MOST_PEOPLE:
            names = [names[0], *names[1 - MOST_PEOPLE :]]
        assert [name for name, _ in found.people] == names

    def elsewhere(self, root: str) -> list[tuple[int, Said]]:
        put_away = self.places["Trash"], self.places["Junk"]
        return [
            (uid, said)
            for (place, uid), said in self.outside.items()
            if said.root == root and place not in put_away
        ]


@pytest.mark.parametrize("seed", range(4))
def test_a_history_as_a_model_has_it(inbox: MailboxId, account: AccountId, seed: int) -> None:
    history = History(inbox, account, random.Random(seed))
    actions = (
        *(history.arrive, history.arrive, history.flag, history.expunge),
        *(history.arrive_elsewhere, history.change_elsewhere),
    )
    for _ in range(40):
        history.dice.choice((history.arrive, history.arrive, history.arrive_elsewhere))()
    for step in range(60):
        history.dice.choice(actions)()
        upto = row(inbox).uidnext - 1
        history.check(upto if step % 3 else upto - history.dice.randrange(4))


def test_what_is_kept_is_followed_and_not_read_again(
    inbox: MailboxId, account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """New mail, flags and expunges of a few messages cost a look at their own conversations."""
    history = History(inbox, account, random.Random(1))
    for _ in range(60):
        history.arrive()
    history.check(row(inbox).uidnext - 1)
    for of_all in ("_threads", "_read_by_arrival"):
        monkeypatch.setattr(f"lemonade_server.store.conversations.{of_all}", None)
    for action in (history.arrive, history.flag, history.expunge, history.arrive):
        action()
        upto = row(inbox).uidnext - 1
        with snapshot() as tx:
            first_messages(tx, inbox, All(), ORDERS[0], upto, None, history.firsts, history.orders)


def test_lists_by_arrival_are_read_from_an_index(
    inbox: MailboxId, account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No row of a message is read, nothing is sorted in memory; other orders are read as ever."""
    history = History(inbox, account, random.Random(7))
    for _ in range(60):
        history.arrive()
    upto = row(inbox).uidnext - 1
    with snapshot() as tx:
        wanted = [history.collapsed(sort(tx, inbox, All(), keys, upto)) for keys in ORDERS[:2]]
    monkeypatch.setattr("lemonade_server.store.conversations.sort", None)
    with snapshot() as tx:
        for keys, uids in zip(ORDERS[:2], wanted, strict=True):
            found = first_messages(
                tx, inbox, All(), keys, upto, None, CollapsedMailboxes(), SortOrders()
            )
            assert list(found) == uids


@pytest.mark.parametrize("arrived", [-5, 0, 2**32 - 1, 2**32, 253_402_300_799])
def test_a_date_beyond_all_bounds_is_in_its_place(
    inbox: MailboxId, account: AccountId, arrived: int
) -> None:
    history = History(inbox, account, random.Random(3))
    for at in range(12):
        history.arrive()
        if at % 4 == 0:
            octets, said = history.write()
            said.arrived = arrived
            history.living[put(inbox, octets, internaldate=arrived)] = said
    history.check(row(inbox).uidnext - 1)


def test_large_conversations_and_subjects_are_told_in_few_octets(
    inbox: MailboxId, account: AccountId
) -> None:
    subject = "word " * 20_000
    octets = (
        f"From: Ann <ann@x>\r\nSubject: {subject}\r\nMessage-ID: <a@x>\r\n"
        "References: <a@x> <b@x> <a@x>\r\n\r\nbody\r\n"
    ).encode()
    for _ in range(60):
        put(inbox, octets)
    with snapshot() as tx:
        thread = thread_number("a@x", "")
        found = ConversationSummaries().of(tx, inbox, [thread], 1_000, account)[thread]
    assert found.count == 60
    assert len(found.uids) == MOST_UIDS
    assert found.people == (("Ann", "ann@x"),)
    assert found.subject == subject[:250]


def test_of_a_conversation_of_5000_messages_few_are_read(
    inbox: MailboxId, account: AccountId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether they are here or elsewhere; with references that run in a circle."""
    octets = b"From: %b@x\r\nMessage-ID: <%b@x>\r\nReferences: <root@x> <%b@x> <root@x>\r\n\r\n"
    contents = [store(octets % (name, name, name)) for name in (b"ann", b"bob")]
    sent = mailbox(account, "Sent").id
    with transaction() as tx:
        for place, content in ((inbox, contents[0]), (sent, contents[1])):
            new = [NewMessage(content, 0, [], 1_700_000_000 + at) for at in range(5_000)]
            messages.append_all(tx, place, new)
    read: list[int] = []
    rows = Tx.rows

    def counted_rows(tx: Tx, sql: str, args: Sequence[object] = ()) -> list[tuple[object, ...]]:
        found = rows(tx, sql, args)
        read.append(len(found))
        return found

    monkeypatch.setattr(Tx, "rows", counted_rows)
    thread = thread_number("root@x", "")
    with snapshot() as tx:
        firsts = first_messages(
            tx, inbox, All(), ORDERS[0], 5_000, None, CollapsedMailboxes(), SortOrders()
        )
        found = ConversationSummaries().of(tx, inbox, [thread], 5_000, account)[thread]
    assert list(firsts) == [5_000]
    assert (found.count, found.unseen, len(found.uids)) == (5_000, 5_000, MOST_UIDS)
    assert found.elsewhere is not None and found.elsewhere.count == 5_000
    assert found.people == (("", "bob@x"), ("", "ann@x"))
    assert sum(read) < 60, read


def test_a_message_without_an_identifier_is_found_by_its_thread(inbox: MailboxId) -> None:
    put(inbox, b"Subject: a\r\n\r\n")
    uid = put(inbox, b"Subject: b\r\n\r\n")
    with snapshot() as tx:
        content = tx.value("SELECT content_id FROM message WHERE uid = %s", (uid,))
        node = SameThread(thread_name("", "", str(content)))
        assert sort(tx, inbox, node, [], 10) == [uid]
        assert sort(tx, inbox, SameThread("not a name"), [], 10) == []
