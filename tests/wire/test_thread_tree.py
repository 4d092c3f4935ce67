"""Threads (RFC 5256 §3): the RFC's shapes, a literal model, and references made to hurt."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import thread_tree
from lemonade_server.wire.thread_tree import Links, ThreadNode, render


@dataclass
class Mail:
    number: int
    identifier: str
    references: list[str]
    sent: int = 0
    subject: str = ""
    reply: bool = False

    def node(self) -> ThreadNode:
        return ThreadNode(self.number, self.sent, self.sent, self.subject, self.reply)


def links(mails: list[Mail]) -> Links:
    found = Links()
    for mail in mails:
        found.add(mail.node(), mail.identifier, mail.references)
    return found


def references(mails: list[Mail]) -> bytes:
    return render(thread_tree.references(links(mails)))


# --- a model that follows the text, however slow -------------------------------------------------


@dataclass(eq=False)
class Slow:
    """A message as the RFC's steps handle it."""

    mail: Mail | None = None
    parent: Slow | None = None
    children: list[Slow] = field(default_factory=list)

    def below(self, other: Slow) -> bool:
        node: Slow | None = self
        while node is not None and node is not other:
            node = node.parent
        return node is other

    def take(self, child: Slow) -> None:
        if not self.below(child):
            child.parent = self
            self.children.append(child)

    def leave(self) -> None:
        if self.parent is not None:
            self.parent.children.remove(self)
            self.parent = None


def first_steps(mails: list[Mail]) -> list[Slow]:
    table: dict[str, Slow] = {}
    every: list[Slow] = []

    def named(identifier: str) -> Slow:
        if identifier not in table:
            table[identifier] = Slow()
            every.append(table[identifier])
        return table[identifier]

    for mail in mails:
        own = named(mail.identifier) if mail.identifier else Slow()
        if own.mail is not None:
            own = Slow()
        if own not in every:
            every.append(own)
        own.mail = mail
        chain = [named(reference) for reference in mail.references]
        for parent, child in pairwise(chain):
            if child.parent is None:
                parent.take(child)
        own.leave()
        if chain:
            chain[-1].take(own)
    return [node for node in every if node.parent is None]


def pruned(node: Slow, top: bool) -> list[Slow]:
    node.children = [kept for child in node.children for kept in pruned(child, top=False)]
    if node.mail is None and (len(node.children) < 2 or not top):
        return node.children
    return [node]


def shape(node: Slow) -> tuple[int, tuple[object, ...]]:
    number = node.mail.number if node.mail else 0
    return number, tuple(sorted(shape(child) for child in node.children))


def our_shape(node: ThreadNode) -> tuple[int, tuple[object, ...]]:
    return node.number, tuple(sorted(our_shape(child) for child in node.children))


IDS = st.sampled_from("abcdefgh")


@given(st.lists(st.tuples(IDS | st.just(""), st.lists(IDS, max_size=4)), max_size=8))
def test_links_are_those_of_the_text(drawn: list[tuple[str, list[str]]]) -> None:
    mails = [Mail(n, identifier, refs) for n, (identifier, refs) in enumerate(drawn, 1)]
    expected = [kept for root in first_steps(mails) for kept in pruned(root, top=True)]
    found = links(mails).roots()
    assert sorted(map(our_shape, found)) == sorted(map(shape, expected))


@given(
    st.lists(
        st.tuples(
            IDS, st.lists(IDS, max_size=4), st.integers(0, 3), st.sampled_from(["", "s", "t"])
        ),
        max_size=10,
    ),
    st.data(),
)
def test_every_message_stands_once(
    drawn: list[tuple[str, list[str], int, str]], data: st.DataObject
) -> None:
    mails = [
        Mail(n, identifier, refs, sent, subject, data.draw(st.booleans()))
        for n, (identifier, refs, sent, subject) in enumerate(drawn, 1)
    ]
    for answer in (
        references(mails),
        render(thread_tree.refs(links(mails))),
        render(thread_tree.ordered_subject(mail.node() for mail in mails)),
    ):
        numbers = answer.replace(b"(", b" ").replace(b")", b" ").split()
        assert sorted(map(int, numbers)) == [mail.number for mail in mails]
        assert answer.count(b"(") == answer.count(b")")


# --- shapes ---------------------------------------------------------------------------------------


def test_the_example_of_the_thread_response() -> None:
    parents = {3: 0, 6: 3, 4: 6, 23: 4, 44: 6, 7: 44, 96: 7, 2: 0}
    mails = [
        Mail(n, f"m{n}", [f"m{parents[n]}"] if parents[n] else [], sent)
        for sent, n in enumerate((2, 3, 6, 4, 23, 44, 7, 96))
    ]
    assert references(mails) == b"(2)(3 6 (4 23)(44 7 96))"


def test_siblings_of_a_message_that_is_not_there() -> None:
    assert references([Mail(3, "a", ["x"], 1), Mail(5, "b", ["x"], 2)]) == b"((3)(5))"
    assert references([Mail(3, "a", ["w", "x"], 1)]) == b"(3)"


def test_threads_are_gathered_by_subject() -> None:
    first, again = Mail(1, "a", [], 1, "s"), Mail(2, "b", [], 2, "s")
    answer = Mail(3, "c", [], 3, "s", reply=True)
    assert references([first, again]) == b"((1)(2))"
    assert references([first, answer]) == b"(1 3)"
    assert references([Mail(1, "a", [], 9, "s"), answer]) == b"(1 3)"
    assert references([first, again, answer]) == b"((1)(2)(3))"
    assert references([Mail(1, "a", ["x"], 1, "s"), Mail(2, "b", ["x"], 2, "s"), answer]) == (
        b"((1)(2)(3))"
    )
    assert references([Mail(1, "a", []), Mail(2, "b", [])]) == b"(1)(2)"
    assert render(thread_tree.refs(links([first, again]))) == b"(1)(2)"


def test_the_newest_arrival_puts_a_thread_last() -> None:
    mails = [Mail(1, "a", [], 1), Mail(2, "b", [], 2), Mail(3, "c", ["a"], 3)]
    assert references(mails) == b"(1 3)(2)"
    assert render(thread_tree.refs(links(mails))) == b"(2)(1 3)"


def test_ordered_subject_has_two_levels() -> None:
    mails = [Mail(n, "", [], n, "s" if n > 1 else "t") for n in range(1, 5)]
    nodes = [mail.node() for mail in mails]
    assert render(thread_tree.ordered_subject(nodes)) == b"(1)(2 (3)(4))"


# --- hostile references ---------------------------------------------------------------------------


def chain(size: int) -> list[Mail]:
    return [Mail(n, f"m{n}", [f"m{n - 1}"] if n > 1 else [], n) for n in range(1, size + 1)]


def backwards(size: int) -> list[Mail]:
    return chain(size)[::-1]


def jumping(size: int) -> list[Mail]:
    """A chain tied first; then every message is cut out of its middle and put in again."""
    ids = [f"m{n}" for n in range(size)]
    ties = [Mail(n + 1, f"tie{n}", ids[n : n + 100]) for n in range(0, size, 99)]
    cuts = [Mail(size + n, ids[n], [ids[n - 2]]) for n in range(2, size)]
    return ties + cuts


@pytest.mark.parametrize("make", [chain, backwards, jumping])
def test_crafted_references_take_no_more_time(make: Callable[[int], list[Mail]]) -> None:
    mails = make(20_000)
    begun = time.process_time()
    answer = references(mails)
    assert time.process_time() - begun < 5
    assert len(answer.replace(b"(", b" ").replace(b")", b" ").split()) == len(mails)
