"""Random histories: whoever replays the change feed sees what a fresh look sees."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from lemonade_server.store import changes, messages
from lemonade_server.store.check import check
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.ids import MailboxId

from .conftest import mailbox, message, new_account, put

Flags = tuple[int, str]

WORDS = st.lists(st.sampled_from(["a", "b", "c"]), max_size=2, unique=True)
BITS = st.integers(0, 31)
PICKS = st.lists(st.integers(1, 14), max_size=8, unique=True)


@dataclass
class Model:
    """A mailbox as it should be, and as it was at each mod-sequence."""

    number: MailboxId
    uidnext: int = 1
    held: dict[int, Flags] = field(default_factory=dict)
    past: dict[int, dict[int, Flags]] = field(default_factory=dict)

    def add(self, flags: Flags) -> int:
        self.held[self.uidnext] = flags
        self.uidnext += 1
        return self.uidnext - 1


class History(RuleBasedStateMachine):
    """Two mailboxes, every kind of change, compared after each step."""

    def __init__(self) -> None:
        super().__init__()
        account = new_account()
        self.boxes = [Model(mailbox(account, name).id) for name in ("INBOX", "Sent")]
        self.remember()

    def remember(self) -> None:
        with snapshot() as tx:
            for box in self.boxes:
                feed = changes.changes_since(tx, box.number, 0)
                assert feed is not None
                box.past.setdefault(feed.modseq, dict(box.held))
                assert box.past[feed.modseq] == box.held, "changed without a mod-sequence"

    @rule(at=st.integers(0, 1), bits=BITS, words=WORDS)
    def append(self, at: int, bits: int, words: list[str]) -> None:
        box = self.boxes[at]
        uid = put(box.number, message("same"), bits, words)
        assert uid == box.add((bits, " ".join(sorted(words))))

    @rule(at=st.integers(0, 1), picks=PICKS, mode=st.sampled_from("+-="), bits=BITS, words=WORDS)
    def store(self, at: int, picks: list[int], mode: str, bits: int, words: list[str]) -> None:
        box = self.boxes[at]
        with transaction() as tx:
            done = messages.store_flags(tx, box.number, picks, mode, bits, words)  # type: ignore[arg-type]
        before = dict(box.held)
        for uid in set(picks) & set(box.held):
            old_bits, old_words = box.held[uid]
            have = set(old_words.split())
            if mode == "+":
                new = (old_bits | bits, have | set(words))
            elif mode == "-":
                new = (old_bits & ~bits, have - set(words))
            else:
                new = (bits, set(words))
            box.held[uid] = (new[0], " ".join(sorted(new[1])))
        changed = {uid: (new_bits, text) for uid, new_bits, text, _ in done.changed}
        assert changed == {uid: flags for uid, flags in box.held.items() if flags != before[uid]}

    @rule(at=st.integers(0, 1), picks=PICKS, move=st.booleans(), same=st.booleans())
    def transfer(self, at: int, picks: list[int], move: bool, same: bool) -> None:
        source = self.boxes[at]
        target = source if same else self.boxes[1 - at]
        wanted = sorted(set(picks) & set(source.held))
        act = messages.move if move else messages.copy
        with transaction() as tx:
            pairs = act(tx, source.number, picks, target.number)
        assert [old for old, _ in pairs] == wanted
        for old, new in pairs:
            assert new == target.add(source.held[old])
        if move:
            for uid in wanted:
                del source.held[uid]

    @rule(at=st.integers(0, 1), picks=st.none() | PICKS, only_deleted=st.booleans())
    def expunge(self, at: int, picks: list[int] | None, only_deleted: bool) -> None:
        box = self.boxes[at]
        with transaction() as tx:
            done = messages.expunge(tx, box.number, picks, only_deleted)
        gone = [
            uid
            for uid, (bits, _) in sorted(box.held.items())
            if (picks is None or uid in picks) and (bits & 8 or not only_deleted)
        ]
        assert done.uids == gone
        for uid in gone:
            del box.held[uid]

    @rule(most=st.integers(0, 3))
    def prune(self, most: int) -> None:
        with transaction() as tx:
            changes.prune(tx, most)

    @invariant()
    def feeds_agree(self) -> None:
        self.remember()
        with snapshot() as tx:
            for box in self.boxes:
                for modseq, past in box.past.items():
                    feed = changes.changes_since(tx, box.number, modseq)
                    assert feed is not None
                    self.replay(box, past, feed)
                    known = [(uid, uid) for uid in sorted(past)]
                    limited = changes.changes_since(tx, box.number, modseq, known)
                    assert limited is not None
                    vanished = {
                        uid for low, high in limited.vanished for uid in range(low, high + 1)
                    }
                    assert vanished == set(past) - set(box.held)
                    assert {row[0] for row in limited.changed} <= set(past)

    def replay(self, box: Model, past: dict[int, Flags], feed: changes.Changes) -> None:
        """What a client held then, and what it is told, is what is there now."""
        now: dict[int, Flags] = dict(past)
        for low, high in feed.vanished:
            assert not set(range(low, high + 1)) & set(box.held), "a living UID vanished"
            assert high < feed.uidnext
            for uid in range(low, high + 1):
                now.pop(uid, None)
        now.update({row[0]: (row[2], row[3]) for row in feed.changed})
        assert now == box.held
        assert (feed.uidnext, feed.messages) == (box.uidnext, len(box.held))

    def teardown(self) -> None:
        assert check() == []


def test_any_history() -> None:
    run_state_machine_as_test(
        History,
        settings=settings(
            max_examples=25,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
