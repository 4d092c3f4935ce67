"""SEARCH against a plain model of what each key means."""

from __future__ import annotations

import datetime
import random
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lemonade_server.store import message_ids, messages, vendor
from lemonade_server.store import search as searching
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.errors import LimitReached
from lemonade_server.store.flags import DRAFT, FLAGGED, SEEN
from lemonade_server.store.ids import AccountId, MailboxId, Uid
from lemonade_server.store.message_ids import identifier_in
from lemonade_server.store.search import SearchMemory, count, search
from lemonade_server.store.search_tree import (
    Age,
    All,
    And,
    ChangedSince,
    Day,
    Flag,
    Header,
    Keyword,
    LiveUids,
    Node,
    Not,
    Or,
    SameContent,
    SavedDay,
    Size,
    TextSearch,
    Uids,
    follows_clock,
    follows_flags,
    follows_others,
    reads_text,
)
from lemonade_server.store.sent_days import keys_of
from lemonade_server.store.sort_order import BY_UID, Key, order_by
from lemonade_server.store.text_results import is_lasting
from lemonade_server.store.tx import Tx
from lemonade_server.wire.partial import PartialRange
from lemonade_server.wire.text import casemap

from .conftest import mailbox, message, new_account, put, row


def day(year: int, month: int, number: int) -> int:
    return datetime.date(year, month, number).toordinal()


def find(target: MailboxId, node: Node, upto: int | None = None) -> list[int]:
    with snapshot() as tx:
        return list(search(tx, target, node, upto))


@dataclass
class Sample:
    subject: str
    body: str
    extra: str = ""
    bits: int = 0
    keywords: tuple[str, ...] = ()
    when: int = 0
    zone: int = 0


NOON = 1_740_830_400  # 2025-03-01 12:00 UTC
SAMPLES = [
    Sample("Plain", "one line\r\n", "X-Spam: yes\r\n", SEEN, ("$Forwarded",), NOON),
    Sample("=?utf-8?q?Caf=C3=A9?=", "Straße 100%_\\ off\r\n", "", FLAGGED, (), NOON, 720),
    Sample("third", "x" * 3000 + "\r\n", "Cc: Zoe <zoe@x.test>\r\n", SEEN | DRAFT, ("Work",)),
    Sample("", "\r\n", "X-Spam:\r\nX-Other: yes\r\n", 0, ("work", "$Forwarded"), NOON, -780),
]


def filled(account: AccountId) -> MailboxId:
    target = mailbox(account, "INBOX").id
    for each in SAMPLES:
        octets = message(each.subject, each.body, each.extra)
        put(target, octets, each.bits, list(each.keywords), each.when, each.zone)
    return target


CASES: list[tuple[Node, list[int]]] = [
    (All(), [1, 2, 3, 4]),
    (Flag(SEEN), [1, 3]),
    (Flag(SEEN, False), [2, 4]),
    (Keyword("work"), [3, 4]),
    (Keyword("WORK", False), [1, 2]),
    (Keyword("nowhere"), []),
    (Keyword("wor"), []),
    (Uids([(2, 3), (9, 99)]), [2, 3]),
    (Uids([(n, n) for n in range(1, 200, 2)]), [1, 3]),
    (Size(True, 2000), [3]),
    (Size(False, 2000), [1, 2, 4]),
    (Day("on", day(2025, 3, 1)), [1]),
    (Day("since", day(2025, 3, 2)), [2]),
    (Day("before", day(2025, 3, 1)), [3, 4]),
    (Day("on", day(2025, 3, 4), sent=True), [1, 2, 3, 4]),
    (Day("before", day(2025, 3, 4), sent=True), []),
    (Age(0), [1, 2, 4]),
    (Age(1, older=True), [3]),
    (Age(0, older=True), [1, 2, 3, 4]),
    (SavedDay("since", day(2026, 1, 1)), [1, 2, 3, 4]),
    (SavedDay("before", day(2026, 1, 1)), []),
    (SameContent(0), []),
    (TextSearch("subject", casemap("café")), [2]),
    (TextSearch("subject", ""), [1, 2, 3, 4]),
    (TextSearch("body", casemap("STRASSE")), []),
    (TextSearch("body", casemap("straße")), [2]),
    (TextSearch("body", casemap("100%_\\")), [2]),
    (TextSearch("body", casemap("0_")), []),
    (TextSearch("cc", casemap("zoe@X")), [3]),
    (TextSearch("from", casemap("ANN")), [1, 2, 3, 4]),
    (TextSearch("bcc", casemap("ann")), []),
    (TextSearch("text", casemap("spam")), [1, 4]),
    (TextSearch("text", "\0"), []),
    (Header("x-spam", casemap("yes")), [1]),
    (Header("x-spam", ""), [1, 4]),
    (Header("subject", casemap("line")), []),
    (Header("pam", ""), []),
    (ChangedSince(4), [3, 4]),
    (And([]), [1, 2, 3, 4]),
    (Or([]), []),
    (Not(Or([Flag(SEEN), Header("x-other", "")])), [2]),
    (Or([And([Flag(SEEN), Size(True, 2000)]), Flag(FLAGGED)]), [2, 3]),
    (Not(Day("on", day(2025, 3, 4), sent=True)), []),
]


@pytest.fixture
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "time", lambda: NOON)


@pytest.mark.usefixtures("_at_noon")
def test_every_key(account: AccountId) -> None:
    target = filled(account)
    for node, wanted in CASES:
        assert find(target, node) == wanted, node


@pytest.mark.usefixtures("_at_noon")
def test_every_key_among_a_few(account: AccountId) -> None:
    target = filled(account)
    with snapshot() as tx:
        for node, wanted in CASES:
            for few in ([], [3], [1, 2, 9]):
                assert search(tx, target, node, within=few) == [n for n in wanted if n in few]


def test_live_uids_are_asked_for_anew(account: AccountId) -> None:
    target = filled(account)
    ranges = [(1, 2)]
    node = LiveUids(lambda: ranges)
    assert find(target, node) == [1, 2]
    ranges.append((4, 9))
    assert find(target, node) == [1, 2, 4]


def test_what_a_result_follows() -> None:
    star = LiveUids(list, starred=True)
    assert follows_others(And([All(), Not(Or([star]))]))
    assert not follows_others(LiveUids(list))
    assert follows_clock(Not(Age(5))) and not follows_clock(SavedDay("on", 1))
    nodes: tuple[Node, ...] = (Flag(SEEN), Keyword("x"), And([ChangedSince(1)]))
    assert all(map(follows_flags, nodes))
    assert not follows_flags(And([TextSearch("from", "x"), Size(True, 1), star]))


def test_only_what_the_session_knows(account: AccountId) -> None:
    target = filled(account)
    assert find(target, All(), 2) == [1, 2]
    with snapshot() as tx:
        assert [count(tx, target, All(), upto) for upto in range(6)] == [0, 1, 2, 3, 4, 4]
        assert [count(tx, target, Flag(SEEN, False), upto) for upto in range(6)] == [
            *(0, 0, 1, 1, 2, 2)
        ]


def test_a_message_without_date_is_found_by_no_sent_key(inbox: MailboxId) -> None:
    put(inbox, b"Subject: x\r\n\r\n")
    key = Day("since", 1, sent=True)
    assert find(inbox, key) == []
    assert find(inbox, Not(key)) == [1]


def test_long_and_deep_programs(account: AccountId) -> None:
    target = filled(account)
    assert find(target, And([Flag(SEEN)] * 4000)) == [1, 3]
    deep: Node = Flag(SEEN)
    for _ in range(49):
        deep = Not(Not(Or([deep, Flag(FLAGGED)])))
    assert find(target, deep) == [1, 2, 3]
    wide = [deep] * 20
    for program in (And([Flag(SEEN)] * 6000), Or(list(wide))):
        with pytest.raises(LimitReached):
            find(target, program)


LEAVES = st.sampled_from([node for node, _ in CASES[:32]])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(And),
        st.lists(inner, max_size=3).map(Or),
    ),
    max_leaves=8,
)
MEANING = {id(node): set(wanted) for node, wanted in CASES[:32]}


def meaning(node: Node) -> set[int]:
    match node:
        case Not():
            return {1, 2, 3, 4} - meaning(node.node)
        case And():
            return {1, 2, 3, 4}.intersection(*map(meaning, node.nodes))
        case Or():
            return set().union(*map(meaning, node.nodes))
    return MEANING[id(node)]


@pytest.mark.usefixtures("_at_noon")
def test_any_combination_of_keys() -> None:
    target = filled(new_account())

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(TREES)
    def run(node: Node) -> None:
        expected = sorted(meaning(node))
        assert find(target, node) == expected
        with snapshot() as tx:
            assert count(tx, target, node, 4) == len(expected)

    run()


PARTS = st.builds(
    lambda one, other, backwards: PartialRange(min(one, other), max(one, other), backwards),
    st.integers(1, 6),
    st.integers(1, 6),
    st.booleans(),
)


@pytest.mark.usefixtures("_at_noon")
def test_a_part_is_what_is_cut_from_the_whole() -> None:
    target = filled(new_account())

    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(TREES, PARTS, st.integers(0, 5))
    def run(node: Node, part: PartialRange, upto: int) -> None:
        with snapshot() as tx:
            whole = search(tx, target, node, upto)
            assert search(tx, target, node, upto, part=part) == list(part.cut(whole))
            assert count(tx, target, node, upto) == len(whole)

    run()


def test_a_search_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = mailbox(new_account(), "INBOX").id
    for _ in range(5):
        put(inbox)
    many = Or([TextSearch("body", f"absent {number}") for number in range(500)])
    assert find(inbox, many) == []
    monkeypatch.setattr(searching, "LONGEST_SECONDS", 0.0)
    with pytest.raises(LimitReached):
        find(inbox, many)
    monkeypatch.undo()
    assert find(inbox, many) == []  # the connection is as it was


def test_what_reads_texts() -> None:
    assert reads_text(And([All(), Not(Or([Flag(SEEN), Header("x", "")]))]))
    assert not reads_text(And([All(), Not(Or([Flag(SEEN), Day("on", 1, sent=True)]))]))


def test_kept_days_of_sending_are_those_of_the_store(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever came and went."""
    monkeypatch.setattr(searching, "FEWEST", 0)
    dice = random.Random(3)
    memory = SearchMemory()
    living: list[Uid] = []
    for number in range(60):
        if living and number % 5 == 4:
            gone = dice.sample(living, dice.randint(1, min(4, len(living))))
            with transaction() as tx:
                messages.expunge(tx, inbox, gone, only_deleted=False)
            living = [uid for uid in living if uid not in gone]
        else:
            date = f"Date: {dice.randint(1, 9)} Mar 2025 23:00:00 -0500\r\n" if number % 7 else ""
            living.append(put(inbox, f"{date}Subject: x\r\n\r\n".encode()))
        keys: list[Node] = [
            Day(dice.choice(("before", "on", "since")), day(2025, 3, dice.randint(1, 9)), sent=True)
            for _ in range(dice.randint(1, 2))
        ]
        upto = dice.choice((number, number // 2))
        with snapshot() as tx:
            plain = search(tx, inbox, And(keys), upto)
            assert search(tx, inbox, And(keys), upto, memory=memory) == plain


def test_kept_results_of_texts_are_those_of_the_store(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever came and went, for a part or all, in any order, with flags or without."""
    monkeypatch.setattr(searching, "FEWEST", 0)
    dice = random.Random(5)
    memory = SearchMemory()
    living: list[Uid] = []
    for number in range(60):
        if living and number % 5 == 4:
            gone = dice.sample(living, dice.randint(1, min(3, len(living))))
            with transaction() as tx:
                messages.expunge(tx, inbox, gone, only_deleted=False)
            living = [uid for uid in living if uid not in gone]
        else:
            words = " ".join(dice.choices(("roof", "moon", "sun"), k=2))
            living.append(put(inbox, f"Subject: {words}\r\n\r\n{words}\r\n".encode(), number % 2))
        text: Node = TextSearch(
            dice.choice(("subject", "text", "body")), casemap(dice.choice(("roof", "s")))
        )
        program = dice.choice(
            (text, And([text]), Not(text), And([text, Flag(SEEN)]), Or([text, Flag(SEEN)]))
        )
        upto = dice.choice((number + 1, number // 2))
        part = dice.choice((None, PartialRange(1, 3, backwards=False), PartialRange(2, 4, True)))
        order = dice.choice((BY_UID, order_by([Key("ARRIVAL", reverse=True)])))
        with snapshot() as tx:
            plain = search(tx, inbox, program, upto, order, part=part)
            assert search(tx, inbox, program, upto, order, part=part, memory=memory) == plain
            assert count(tx, inbox, program, upto, memory) == count(tx, inbox, program, upto)


def test_a_text_that_was_looked_for_is_looked_for_in_new_messages_alone(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEWEST", 0)
    memory, node = SearchMemory(), TextSearch("subject", casemap("roof"))
    looked: list[list[int] | None] = []
    for number in range(3):
        put(inbox, b"Subject: roof\r\n\r\n")
        now = row(inbox)
        with snapshot() as tx:

            def look(uids: list[int] | None, tx: Tx = tx) -> list[Uid]:
                looked.append(uids)
                return search(tx, inbox, node, within=uids)

            for _ in range(2):
                found = memory.text_results.find(tx, now, node, 10, look)
                assert found == list(range(1, number + 2))
    assert looked == [None, [2], [3]]
    assert memory.text_results.knows(row(inbox), node)
    assert not is_lasting(And([node, Flag(SEEN)])) and not is_lasting(Day("on", 1))


def test_which_programs_ask_for_days_of_sending_alone() -> None:
    sent, arrived = Day("on", 5, sent=True), Day("on", 5)
    assert keys_of(And([sent])) == [sent] and keys_of(And([And([sent]), All()])) == [sent]
    assert keys_of(And([sent, arrived])) is None and keys_of(And([])) is None
    assert keys_of(Not(sent)) is None and keys_of(Or([sent, sent])) is None


MESSAGE_IDS = (
    "Message-ID: <{0}@x>", "Message-id:<{0}@X>", "Message-ID: <{0}@x> ", "Message-ID: {0}@x",
    "Message-ID: <{0}@x>\r\nMessage-ID: <{1}@x>", "Message-ID: <{1}@x> <{0}@x>",
    "X-Message-ID: <{0}@x>", "Resent-Message-ID: <{1}@x>\r\nMessage-ID: <{0}@x>", "To: <{0}@x>",
    "Message-ID: (c) <{0}@x>", "Message-ID:", "Message-ID: <{0}@x", "Message-ID:\r\n <{0}@x>",
)  # fmt: skip


def test_an_identifier_is_found_wherever_it_stands_in_its_field(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As without anything in memory, whatever came and went."""
    monkeypatch.setattr(searching, "FEWEST", 0)
    dice = random.Random(4)
    memory = SearchMemory()
    for number in range(60):
        field = dice.choice(MESSAGE_IDS).format(dice.randint(1, 9), dice.randint(1, 9))
        put(inbox, f"{field}\r\nSubject: x\r\n\r\n".encode(), number % 2)
        if number % 5 == 4:
            with transaction() as tx:
                messages.expunge(tx, inbox, [dice.randint(1, number)], only_deleted=False)
        value = casemap(dice.choice(("<{}@x>", "<{}@X>", "{}@x", "<{}@x")).format(number % 9 + 1))
        node: Node = Header("message-id", value)
        node = dice.choice((node, And([node]), And([And([node]), Flag(SEEN)]), Not(node)))
        upto = dice.choice((number + 1, number // 2))
        with snapshot() as tx:
            assert search(tx, inbox, node, upto, memory=memory) == search(tx, inbox, node, upto)


def test_an_identifier_is_looked_for_in_few_messages(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "FEWEST", 0)
    memory = SearchMemory()
    for number in range(30):
        put(inbox, f"Message-ID: <{number}@x>\r\n\r\n".encode())
    found = row(inbox)
    with snapshot() as tx:
        node = Header("message-id", casemap("<7@x>"))
        assert search(tx, inbox, node, memory=memory) == [8]
        assert memory.message_ids.of(tx, found).candidates(node.value) == [8]
        assert identifier_in(Or([node])) is None and identifier_in(Not(node)) is None


def test_a_large_mailbox_is_read_for_those_who_ask_often(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(message_ids, "LARGE", 0)
    put(inbox)
    memory = message_ids.MessageIdsOfMailboxes()
    asked = [memory.is_worth_while(row(inbox)) for _ in range(message_ids.OFTEN + 2)]
    assert asked == [*[False] * message_ids.OFTEN, True, True]


LETTERS = st.text(
    "AAB*?[]^-\\%_'\"\u0301\u00e9\u6771\ufffd\ufffe\uffff\U0001f600\U0001ffff \n", max_size=12
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LETTERS, LETTERS, st.booleans())
def test_a_text_is_found_where_it_stands(before: str, value: str, is_in: bool) -> None:
    """In all scripts, whatever a pattern of the database means by a character."""
    text = f"{before}{value}{before}" if is_in else before
    with snapshot() as tx:
        condition, needle = vendor.condition_of_holding(tx.connection, "CAST(%s AS TEXT)", value)
        assert bool(tx.value(f"SELECT {condition}", (text, needle))) == (value in text)


def test_what_no_pattern_takes_is_found(inbox: MailboxId) -> None:
    long = "word" * 5_000
    uid = put(inbox, message(body=f"{long}\r\na[b]*c? %_\r\n"))
    put(inbox, message(body="ab c\r\n"))
    for value in (long, "[b]", "*c?", "%_", "word" * 4_999 + "wor", "[B]*C?"):
        assert find(inbox, TextSearch("body", casemap(value))) == [uid], value[:20]
    assert find(inbox, TextSearch("text", "A?B")) == []
    assert find(inbox, Header("subject", "HEL[L]")) == []
