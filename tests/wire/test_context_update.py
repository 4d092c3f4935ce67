"""ADDTO and REMOVEFROM: a client that follows the pairs to the letter ends with the new result."""

from __future__ import annotations

import re
from array import array

from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.context_update import Update, addto, apply_update, difference, removefrom
from tests.imap.kept import follow


def response_to(before: list[int], update: Update, *, placed: bool) -> bytes:
    words = [removefrom(before, update.gone, int, placed=placed)] if update.gone else []
    words += [addto(update.new, int, placed=placed)] if update.new else []
    return b" ".join(words)


RESULTS = st.lists(st.integers(1, 40), unique=True, max_size=30)


@given(RESULTS, RESULTS)
def test_any_result_becomes_any_other_one(before: list[int], after: list[int]) -> None:
    """Those in both keep their order, as sorted results do."""
    kept = [uid for uid in before if uid in after]
    places = sorted(after.index(uid) for uid in kept)
    for place, uid in zip(places, kept, strict=True):
        after[place] = uid
    new = [(place, uid) for place, uid in enumerate(after) if uid not in before]
    update = Update(set(before) - set(after), new)
    assert list(apply_update(array("I", before), update, placed=True)) == after
    assert follow(before, response_to(before, update, placed=True)) == after


@given(RESULTS, RESULTS)
def test_in_mailbox_order_no_place_is_told(before: list[int], after: list[int]) -> None:
    before, after = sorted(before), sorted(after)
    update = Update(set(before) - set(after), [(0, uid) for uid in after if uid not in before])
    assert list(apply_update(array("I", before), update, placed=False)) == after
    wire = response_to(before, update, placed=False)
    assert follow(before, wire) == after
    assert set(re.findall(rb"\((\d+)", wire)) <= {b"0"}


@given(RESULTS, RESULTS)
def test_messages_that_move_are_taken_out_and_put_in_again(
    before: list[int], after: list[int]
) -> None:
    update = difference(before, after)
    assert list(apply_update(array("I", before), update, placed=True)) == after
    assert follow(before, response_to(before, update, placed=True)) == after
    assert bool(update) == (before != after)


def test_as_few_as_possible_move() -> None:
    """One that moves to the end is the only one that is told."""
    assert difference([1, 2, 3, 4, 5], [1, 3, 4, 5, 2]) == Update({2}, [(4, 2)])
    assert difference([5, 4, 3, 2, 1], [1, 5, 4, 3, 2]) == Update({1}, [(0, 1)])
    assert difference([1, 2], [2, 3, 1]) == Update({1}, [(1, 3), (2, 1)])


def test_the_forms_of_the_rfc() -> None:
    """RFC 5267 §4.3.3: the preferred one is told; all three mean the same."""
    update = Update(new=[(0, 2731), (1, 2732), (2, 2733)])
    assert response_to([2734, 2735], update, placed=True) == b"ADDTO (1 2731:2733)"
    for wire in (
        b"ADDTO (1 2733 1 2732 1 2731)",
        b"ADDTO (1 2733) ADDTO (1 2731:2732)",
        b"ADDTO (1 2731:2733)",
    ):
        assert follow([2734, 2735], wire) == [2731, 2732, 2733, 2734, 2735]


def test_neighbours_in_falling_order_are_told_one_by_one() -> None:
    update = Update(gone={3, 2}, new=[(1, 9), (2, 8)])
    assert response_to([5, 3, 2], update, placed=True) == b"REMOVEFROM (2 3,2) ADDTO (2 9,8)"


def test_numbers_are_those_of_the_session() -> None:
    assert removefrom([10, 20], {20}, lambda uid: uid // 10, placed=True) == b"REMOVEFROM (2 2)"
    assert addto([(0, 30)], lambda uid: uid // 10, placed=False) == b"ADDTO (0 3)"
