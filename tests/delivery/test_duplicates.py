"""Messages that come twice, with the filter and the tables of a real account (RFC 7352)."""

from __future__ import annotations

import pytest

from lemonade_server.models import Account, TrackedIdentifier
from lemonade_server.store import duplicates
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId

from .filtering import box, letter, use
from .post import send

pytestmark = pytest.mark.django_db

SORT = b"""\
require ["duplicate", "fileinto", "mailbox"];
if duplicate :seconds 100 { fileinto :create "Twice"; }
"""
TEA = letter(Message_ID="<tea@x>")
START = 1_000_000


def test_the_second_one_is_known(alice: Account, bob: Account) -> None:
    use(alice, SORT)
    use(bob, SORT)
    for _ in range(3):
        send(bob, alice.email, message=TEA)
    assert (len(box(alice, "INBOX")), len(box(alice, "Twice"))) == (1, 2)
    send(alice, bob.email, message=TEA)
    assert (len(box(bob, "INBOX")), len(box(bob, "Twice"))) == (1, 0)


def test_it_is_forgotten_in_time(alice: Account, bob: Account) -> None:
    """Counted from the first one; what is over leaves no row behind."""
    use(alice, SORT)
    for after in (0, 99, 100, 150):
        send(bob, alice.email, message=TEA, arrived_at=START + after)
    assert (len(box(alice, "INBOX")), len(box(alice, "Twice"))) == (2, 2)
    send(bob, alice.email, message=letter(Message_ID="<other@x>"), arrived_at=START + 500)
    assert TrackedIdentifier.objects.count() == 1


def test_last_counts_from_the_last_one(alice: Account, bob: Account) -> None:
    use(alice, SORT.replace(b":seconds", b":last :seconds"))
    for after in (0, 99, 198, 298):
        send(bob, alice.email, message=TEA, arrived_at=START + after)
    assert (len(box(alice, "INBOX")), len(box(alice, "Twice"))) == (2, 2)


def test_a_message_that_was_not_filed_is_not_remembered(alice: Account, bob: Account) -> None:
    """The filter fails after the test: all of it is undone, and the message is kept."""
    use(alice, b'require ["duplicate", "fileinto"]; if duplicate { discard; stop; }'
               b' fileinto "Nowhere";')  # fmt: skip
    for _ in range(2):
        send(bob, alice.email, message=TEA)
    assert sum(b"tea@x" in one for one, *_ in box(alice, "INBOX")) == 2
    assert not TrackedIdentifier.objects.exists()


def test_an_account_remembers_so_many(alice: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "MOST", 3)
    number = AccountId(alice.pk)
    with transaction() as tx:
        for at in range(5):
            duplicates.track(tx, number, bytes([at]), START, START + 10 + at)
        left = [at for at in range(5) if duplicates.is_tracked(tx, number, bytes([at]), START)]
    assert left == [2, 3, 4]
