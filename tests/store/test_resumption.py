"""Rows of resumable sessions: who holds one, for how long, and what a displaced holder may do."""

from __future__ import annotations

import re

from lemonade_server.store import resumption
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.resumption import Claim, State

NOW = 1_800_000_000
LIFETIME = 1800


def claim(
    account: AccountId, sid: bytes | None, connection: str, now: int = NOW, epoch: int = 0
) -> Claim | None:
    with transaction() as tx:
        return resumption.claim(
            tx, account, epoch, sid, connection=connection, now=now, lifetime=LIFETIME
        )


def begun(account: AccountId, connection: str = "a") -> Claim:
    found = claim(account, None, connection)
    assert found is not None and found.state is None
    return found


def is_resumed(found: Claim | None) -> bool:
    return found is not None and found.state is not None


def test_ids_are_atoms_that_are_no_phone_numbers() -> None:
    ids = [resumption.new_sid() for _ in range(2_000)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(rb"[A-OQ-Za-oq-z0-9_][A-Za-z0-9_-]{23}", one) for one in ids)


def test_only_the_holder_may_write(account: AccountId) -> None:
    new = begun(account)
    state = State(MailboxId(7), "Drafts", True, "CONDSTORE QRESYNC", "abc")
    with transaction() as tx:
        assert resumption.save(tx, new.id, "a", state, NOW)
    again = claim(account, new.sid, "b")
    assert again == Claim(new.id, new.sid, state, "a")
    with transaction() as tx:
        assert not resumption.save(tx, new.id, "a", State(), NOW)
        resumption.leave(tx, new.id, "a", NOW)
        resumption.finish(tx, new.id, "a")
        assert resumption.holders(tx, [new.id, 999]) == {new.id: "b"}
        resumption.finish(tx, new.id, "b")
        assert resumption.holders(tx, [new.id]) == {}


def test_it_lives_as_long_as_it_was_seen_lately(account: AccountId) -> None:
    new, other = begun(account), begun(account, "b")
    with transaction() as tx:
        resumption.beat(tx, ["a", "nobody"], NOW + 1_000)
        assert resumption.purge(tx, NOW + 500) == 1
    assert is_resumed(claim(account, new.sid, "c", NOW + 1_000 + LIFETIME))
    assert not is_resumed(claim(account, other.sid, "d", NOW + 1_000))
    assert not is_resumed(claim(account, new.sid, "e", NOW + 1_001 + 2 * LIFETIME))


def test_a_new_password_makes_it_unknown(account: AccountId) -> None:
    new = begun(account)
    assert not is_resumed(claim(account, new.sid, "b", epoch=1))


def test_one_that_a_crash_left_in_use_makes_room(account: AccountId) -> None:
    for number in range(resumption.MOST):
        begun(account, f"c{number}")
    assert claim(account, None, "x", NOW + resumption.SILENT) is None
    assert claim(account, None, "x", NOW + resumption.SILENT + 1) is not None
