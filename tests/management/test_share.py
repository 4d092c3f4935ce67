"""The share command, as an admin types it."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from lemonade_server.directory import enrolment, sharing
from lemonade_server.models import Account, Mailbox, MailboxAccess
from lemonade_server.store.errors import DATABASE, Unavailable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def alice() -> Account:
    return enrolment.enrol("alice@lemonade.test", "correct-horse")


def share(*words: str) -> str:
    out = io.StringIO()
    call_command("share", *words, stdout=out)
    return out.getvalue()


def test_a_shared_mailbox_is_made_shown_and_erased() -> None:
    assert share("add", "Team/Plans").startswith("Shared/Team/Plans added")
    assert share("grant", "Team/Plans", "alice", "lrd") == (
        "Shared/Team/Plans\talice@lemonade.test=lrte\n"
    )
    assert share("grant", "Shared/Team/Plans", "anyone", "lr").endswith("\tanyone=lr\n")
    assert share("list") == (
        "Shared/Team\nShared/Team/Plans\talice@lemonade.test=lrte\tanyone=lr\n"
    )
    assert "#shared" not in _output("account", "list")
    share("delete", "Team/Plans", "--yes")
    assert not Mailbox.objects.filter(name="Team/Plans").exists()
    assert not MailboxAccess.objects.exists()


def _output(*words: str) -> str:
    out = io.StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_a_persons_mailbox_too() -> None:
    enrolment.enrol("bob@lemonade.test", "correct-horse")
    line = share("grant", "INBOX", "bob", "lrs", "--owner", "alice")
    assert line == "Other Users/alice/INBOX\tbob@lemonade.test=lrs\n"
    assert share("list", "--owner", "alice") == line
    share("grant", "INBOX", "bob", "", "--owner", "alice")
    assert share("list", "--owner", "alice") == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "In*"), "can't hold"),
        (("add", "a//b"), "can't have this name"),
        (("add", "INBOX"), "belongs to nobody"),
        (("delete", "Nothing", "--yes"), "no such shared mailbox"),
        (("grant", "Nothing", "alice", "lr"), "no such shared mailbox"),
        (("grant", "INBOX", "nobody", "lr", "--owner", "alice"), "no such account"),
        (("grant", "INBOX", "anyone", "lz", "--owner", "alice"), "is not a right"),
        (("grant", "INBOX", "alice", "lr", "--owner", "alice"), "keeps them"),
        (("list", "--owner", "nobody"), "There is no account"),
    ],
)
def test_what_can_not_be_done_is_said(words: tuple[str, ...], says: str) -> None:
    with pytest.raises(CommandError, match=says):
        share(*words)


def test_a_store_that_is_away_is_a_message_and_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise Unavailable(DATABASE, "connection refused")

    monkeypatch.setattr(sharing, "make_shared", fail)
    with pytest.raises(CommandError, match="The mail store is unavailable, try again later"):
        call_command("share", "add", "Team")
