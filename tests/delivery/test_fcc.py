"""Copies of answers and notifications, filed where the owner's filter says (RFC 8580)."""

from __future__ import annotations

import pytest

from lemonade_server.models import Account, Submission
from lemonade_server.store import flags

from .filtering import box, letter, use
from .post import inbox, send

pytestmark = pytest.mark.django_db

REQUIRE = b'require ["vacation", "enotify", "fcc", "mailbox", "imap4flags", "special-use"];\r\n'
AWAY = REQUIRE + b'vacation :fcc "Away" :create :flags "\\\\Seen" "Back on Monday.";'


def test_the_copy_is_the_answer_that_was_sent(alice: Account, bob: Account) -> None:
    use(alice, AWAY)
    send(bob, alice.email, message=letter())
    ((copy, bits, _),) = box(alice, "Away")
    (answer,) = [one for one in inbox(bob) if b"auto-replied" in one]
    assert answer.endswith(copy)
    assert copy.startswith(b"From: alice@lemonade.test\r\n")
    assert flags.render(bits, "") == b"\\Seen"


def test_what_is_not_sent_is_not_filed(alice: Account, bob: Account) -> None:
    """Nobody is answered twice, nor is a list: no mailbox is made for it either."""
    use(alice, AWAY)
    send(bob, alice.email, message=letter(List_Id="<tea.example.org>"))
    assert not box(alice, "Away")
    for _ in range(2):
        send(bob, alice.email, message=letter())
    assert len(box(alice, "Away")) == 1


def test_a_notification_too(alice: Account, bob: Account) -> None:
    script = b'notify :fcc "Copies" :specialuse "\\\\Sent" "mailto:bob@lemonade.test";'
    use(alice, REQUIRE + script)
    send(bob, alice.email, message=letter())
    ((copy, bits, _),) = box(alice, "Sent")
    assert b"auto-notified" in copy
    assert bits == 0
    assert sum(one.endswith(copy) for one in inbox(bob)) == 1


def test_a_mailbox_that_is_not_there_undoes_all(alice: Account, bob: Account) -> None:
    """The message is kept, its owner is told, nobody is answered (RFC 5228 §2.10.6)."""
    use(alice, AWAY.replace(b" :create", b""))
    send(bob, alice.email, message=letter())
    kept = inbox(alice)
    assert b"At five?" in kept[0]
    assert b"There is no mailbox 'Away'" in kept[1]
    assert not inbox(bob)
    assert not Submission.objects.filter(source="letter").exists()


def test_a_copy_that_finds_no_room_undoes_all(alice: Account, bob: Account) -> None:
    reason = b"x" * 30_000
    use(alice, AWAY.replace(b"Back on Monday.", reason))
    Account.objects.filter(pk=alice.pk).update(quota=20_000)
    assert send(bob, alice.email, message=letter()).delivered == 1
    assert b"At five?" in inbox(alice)[0]
    assert b"no room for a copy" in inbox(alice)[1]
    assert not inbox(bob)
