"""Loading the demo: quick, once, sound, and filed as its readers have filed it."""

from __future__ import annotations

from time import process_time

import pytest
from django.db.models import Sum

from lemonade_server.demo.load import load_demo
from lemonade_server.directory import enrolment
from lemonade_server.models import Account, Mailbox, Message, Recipient, Submission
from lemonade_server.store.check import check
from lemonade_server.store.flags import ANSWERED, DRAFT, FLAGGED, SEEN


@pytest.mark.django_db(transaction=True)
def test_the_demo_is_loaded_once() -> None:
    started = process_time()
    load_demo()
    took = process_time() - started
    assert check() == []
    _accounts()
    _mail()
    _flags()
    counted = Message.objects.count(), Submission.objects.count()
    started = process_time()
    load_demo()
    assert process_time() - started < took / 2
    assert (Message.objects.count(), Submission.objects.count()) == counted
    _comes_back(counted[0])


def _comes_back(messages: int) -> None:
    """An account that was deleted is made again with its mail; the others keep what they have."""
    enrolment.remove(Account.objects.get(email="bob@lemonade.test"))
    assert Message.objects.count() < messages
    load_demo()
    assert Message.objects.count() == messages
    assert check() == []


def _accounts() -> None:
    assert set(Account.objects.values_list("email", flat=True)) == {
        "alice@lemonade.test", "bob@lemonade.test", "admin@lemonade.test",
    }  # fmt: skip
    admin = Account.objects.get(email="admin@lemonade.test")
    assert admin.is_superuser and admin.check_password("lemonade")
    assert not Account.objects.get(email="alice@lemonade.test").is_staff


def _mail() -> None:
    held = dict(Mailbox.objects.values_list("account__email").annotate(Sum("messages")).order_by())
    assert held["alice@lemonade.test"] + held["bob@lemonade.test"] >= 80
    names = {(m.account.email[:3], m.name): m for m in Mailbox.objects.select_related("account")}
    for folder in ("INBOX", "Sent", "Archive", "Trash", "Drafts", "Projects/Harbour"):
        assert names["ali", folder].messages, folder
        assert names["bob", folder].messages, folder
    assert names["ali", "INBOX"].octets > 16_000_000
    assert not Recipient.objects.exclude(state=Recipient.State.DELIVERED).exists()


def _flags() -> None:
    for bit in (SEEN, ANSWERED, FLAGGED, DRAFT):
        assert any(bits & bit for bits in Message.objects.values_list("bits", flat=True)), bit
    assert Mailbox.objects.filter(name="INBOX", unseen__gte=4).count() == 2
    assert Message.objects.filter(keywords__contains="$Forwarded").exists()
