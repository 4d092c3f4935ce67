"""Message numbers and UIDs of a session."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.imap.ext.searchres import SavedResult
from lemonade_server.imap.view import View, uids_within, without
from lemonade_server.store.ids import AccountId, MailboxId, Modseq, Uid
from lemonade_server.wire import numset
from lemonade_server.wire.errors import Bad

uid_lists = st.lists(st.integers(1, 60), unique=True).map(sorted)
ranges = st.lists(
    st.tuples(st.integers(1, 60), st.integers(0, 9)).map(lambda pair: (pair[0], sum(pair)))
)


def view(uids: list[int]) -> View:
    return View(
        mailbox=MailboxId(1),
        account=AccountId(1),
        name="INBOX",
        uidvalidity=1,
        uids=array("I", uids),
        modseq=Modseq(1),
        uidnext=100,
        read_only=False,
        keywords="",
    )


@given(uid_lists, ranges)
def test_what_is_held_and_what_is_left_make_up_the_whole(
    uids: list[int], gone: list[tuple[int, int]]
) -> None:
    outside = [uid for uid in uids if not any(low <= uid <= high for low, high in gone)]
    assert list(without(array("I", uids), gone)) == outside
    assert sorted(uids_within(uids, gone) + outside) == uids


@given(uid_lists)
def test_numbers_and_uids_agree(uids: list[int]) -> None:
    seen = view(uids)
    assert [seen.sequence(uid) for uid in uids] == list(range(1, len(uids) + 1))
    assert all(seen.sequence(uid) is None for uid in range(1, 70) if uid not in uids)


def resolved(uids: list[int], text: bytes, by_uid: bool) -> list[int]:
    return list(view(uids).resolve(numset.parse(text), by_uid))


def test_sets_by_uid_pass_over_what_is_not_there() -> None:
    assert resolved([2, 5, 9], b"1:4,9,3", True) == [2, 9]
    assert resolved([2, 5, 9], b"999:*", True) == [9]
    assert resolved([2, 5, 9], b"*:5", True) == [5, 9]
    assert resolved([], b"1:*", True) == []


def test_sets_by_number_must_exist() -> None:
    assert resolved([2, 5, 9], b"3:1", False) == [2, 5, 9]
    assert resolved([2, 5, 9], b"*", False) == [9]
    for text in (b"4", b"2:4", b"4294967295"):
        with pytest.raises(Bad):
            resolved([2, 5, 9], text, False)


def test_the_saved_result_holds_only_what_is_still_there() -> None:
    seen = view([2, 5, 9])
    seen.state(SavedResult).uids = [Uid(2), Uid(3), Uid(9)]
    assert list(seen.resolve(numset.parse(b"$"), False)) == [2, 9]


def test_recent_counts_only_what_is_there() -> None:
    seen = view([2, 5, 9, 12])
    seen.recent = [(5, 10), (12, 13)]
    assert seen.recent_count() == 3
    assert [uid for uid in seen.uids if seen.is_recent(uid)] == [5, 9, 12]
