"""SORT against a plain model: the database and the display names order alike."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lemonade_server.store import messages
from lemonade_server.store.db import Tx, snapshot, transaction
from lemonade_server.store.flags import SEEN
from lemonade_server.store.ids import MailboxId, Uid
from lemonade_server.store.search_tree import All, And, Flag, Node
from lemonade_server.store.sort_order import Key
from lemonade_server.store.sort_orders import SortOrders
from lemonade_server.store.sorting import insertions, sort
from lemonade_server.wire.partial import PartialRange
from lemonade_server.wire.text import casemap

from .conftest import put, row

NAMES = ["Émile <a@x>", "emile <b@x>", "zoe@y", "Ärzte <c@x>", "", "\U0001f34b <d@x>", "ﬁn <e@x>"]


def fields(number: int) -> dict[str, Any]:
    """What message ``number`` says; equal values are wanted."""
    return {
        "from": NAMES[number % 7],
        "to": NAMES[(number * 3) % 5],
        "subject": ("Re: b", "B", "a", "", "É")[number % 5],
        "date": 5 + number % 4,
        "arrived": 1_700_000_000 + number % 3,
        "body": "x" * (number % 4),
    }


def message(says: dict[str, Any]) -> bytes:
    lines = [f"{name.title()}: {says[name]}" for name in ("from", "to", "subject") if says[name]]
    lines.append(f"Date: {says['date']} Mar 2020 12:00:00 +0000")
    return ("\r\n".join(lines) + f"\r\n\r\n{says['body']}").encode()


KEYS = ("ARRIVAL", "DATE", "SIZE", "SUBJECT", "FROM", "TO", "CC", "DISPLAYFROM", "DISPLAYTO")
ORDERS = st.lists(st.builds(Key, st.sampled_from(KEYS), st.booleans()), min_size=1, max_size=4)


def compared(key: str, says: dict[str, Any], size: int) -> Any:
    """What a key compares, said independently of how the store keeps it."""
    address = says["to" if key in ("TO", "DISPLAYTO") else "from"]
    if key == "DATE":
        return says["date"]
    if key in ("FROM", "TO"):
        inside = address.rpartition("<")[2].partition("@")[0]
        return casemap(inside)
    if key in ("DISPLAYFROM", "DISPLAYTO"):
        return casemap(address.partition(" <")[0])
    if key == "SUBJECT":
        return casemap(says["subject"].removeprefix("Re: "))
    return {"ARRIVAL": says["arrived"], "SIZE": size, "CC": ""}[key]


def test_sorted_as_a_model_sorts(inbox: MailboxId) -> None:
    table = {}
    for number in range(1, 26):
        says = fields(number)
        octets = message(says)
        table[put(inbox, octets, internaldate=says["arrived"])] = says, len(octets)

    @given(ORDERS)
    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    def check(keys: list[Key]) -> None:
        expected = sorted(table)
        for key in reversed(keys):
            expected.sort(key=lambda uid: compared(key.name, *table[uid]), reverse=key.reverse)
        with snapshot() as tx:
            assert sort(tx, inbox, All(), keys, max(table)) == expected

    check()


def test_new_messages_are_put_where_a_sort_puts_them(inbox: MailboxId) -> None:
    uids = [put(inbox, message(fields(n)), internaldate=fields(n)["arrived"]) for n in range(25)]

    @given(ORDERS, st.sets(st.sampled_from(uids), min_size=1), st.sets(st.integers(90, 99)))
    @settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
    def check(keys: list[Key], new: set[int], gone: set[int]) -> None:
        """``gone`` are held by the client but no longer there."""
        with snapshot() as tx:
            whole = sort(tx, inbox, All(), keys, max(uids))
            held = [uid for uid in whole if uid not in new]
            assert insertions(tx, inbox, keys, held, sorted(new)) == [
                (place, uid) for place, uid in enumerate(whole) if uid in new
            ]
            for at, uid in enumerate(gone):
                held.insert(at * 3, Uid(uid))
            received = insertions(tx, inbox, keys, held, sorted(new))
        for place, uid in received:
            held.insert(place, uid)
        assert [uid for uid in held if uid not in gone] == whole

    check()


def test_only_what_the_session_knows(inbox: MailboxId) -> None:
    for _ in range(3):
        put(inbox)
    for name in ("SUBJECT", "DISPLAYFROM"):
        with snapshot() as tx:
            assert sort(tx, inbox, All(), [Key(name)], 2) == [1, 2]


def test_a_kept_order_is_that_of_the_store(inbox: MailboxId) -> None:
    """Whatever came and went, and whichever part is asked for."""
    dice = random.Random(5)
    kept = SortOrders()
    living: list[Uid] = []
    orders = [[Key("SUBJECT")], [Key("DATE", True), Key("FROM")], [Key("DISPLAYFROM", True)]]
    for number in range(60):
        if living and number % 5 == 4:
            gone = dice.sample(living, dice.randint(1, min(4, len(living))))
            with transaction() as tx:
                messages.expunge(tx, inbox, gone, only_deleted=False)
            living = [uid for uid in living if uid not in gone]
        else:
            says = fields(number)
            living.append(put(inbox, message(says), number % 2, internaldate=says["arrived"]))
        keys = dice.choice(orders)
        node: Node = dice.choice((All(), And([All()]), Flag(SEEN)))
        upto = dice.choice((number, number // 2))
        low, high = sorted((dice.randint(1, 9), dice.randint(1, 9)))
        part = dice.choice((None, PartialRange(low, high, dice.random() < 0.5)))
        with snapshot() as tx:
            plain = sort(tx, inbox, node, keys, upto, part=part)
            assert sort(tx, inbox, node, keys, upto, part=part, kept=kept) == plain
            everything = sort(tx, inbox, All(), keys, 999)
            assert sort(tx, inbox, All(), keys, 999, kept=kept) == everything
            assert sorted(everything) == living


def test_a_page_of_a_kept_order_reads_no_other_message(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        put(inbox, message(fields(number)))
    kept = SortOrders()
    page = PartialRange(1, 3, backwards=False)
    with snapshot() as tx:
        wanted = sort(tx, inbox, All(), [Key("SUBJECT")], 30, part=page)
        assert sort(tx, inbox, All(), [Key("SUBJECT")], 30, part=page, kept=kept) == wanted
        with monkeypatch.context() as patch:
            patch.setattr(Tx, "integers", None)
            found = sort(tx, inbox, All(), [Key("SUBJECT")], 30, part=page, kept=kept)
        assert found == wanted


def test_orders_are_kept_within_a_bound(inbox: MailboxId, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SortOrders, "KEPT_OCTETS", 40)
    kept = SortOrders()
    for number in range(7):
        put(inbox, message(fields(number)))
    by_size, by_date = [Key("SIZE")], [Key("DATE")]
    found = row(inbox)
    with snapshot() as tx:
        for keys in (by_size, by_date):
            sort(tx, inbox, All(), keys, 7, kept=kept)
            assert kept.has(found, keys)
    assert not kept.has(found, by_size)
