"""How many recipients an account and its domain may write to in an hour."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest

from lemonade_server.accounts import Identity
from lemonade_server.models import Account, Domain, Sent
from lemonade_server.store import limits
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.submission import allowance
from lemonade_server.wire.errors import Reply
from tests.delivery.conftest import change_settings
from tests.mailserver import MailServer

from .clients import mailbox, submission

NOW = 1_700_000_000


def person(name: str, limit: int | None = None) -> Identity:
    account = Account.objects.create_user(f"{name}@lemonade.test", hourly_limit=limit)
    return Identity(AccountId(account.pk), account.email, "user", account.login_epoch)


def write(who: Identity, recipients: int, now: int = NOW) -> None:
    with transaction() as tx:
        allowance.spend(tx, who, recipients, now)


@pytest.mark.django_db
def test_an_hour_ends_and_the_next_one_begins_with_the_next_message() -> None:
    alice = person("alice", 5)
    write(alice, 3)
    write(alice, 2, NOW + 3599)
    with pytest.raises(Reply, match=r"451 4\.7\.1 .* 5 recipients an hour, and has to 5: .* 23:13"):
        write(alice, 1, NOW + 3599)
    write(alice, 1, NOW + 3600)
    write(alice, 4, NOW + 7000)
    with pytest.raises(Reply, match=r"451 .* 00:13:20 UTC"):
        write(alice, 1, NOW + 7100)


@pytest.mark.django_db
def test_what_is_refused_does_not_count() -> None:
    alice = person("alice", 5)
    write(alice, 3)
    for _ in range(3):
        with pytest.raises(Reply, match="has to 3"):
            write(alice, 3)
    write(alice, 2)


@pytest.mark.django_db
def test_a_message_that_never_may_is_refused_for_good() -> None:
    with pytest.raises(Reply, match=r"550 5\.7\.1 .* and this message has 6"):
        write(person("alice", 5), 6)


@pytest.mark.django_db
def test_all_of_a_domain_share_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    Domain.objects.create(name="lemonade.test", hourly_limit=4)
    change_settings(monkeypatch, domain_rate=1)  # the domain's own number counts
    alice, bob = person("alice"), person("bob", 3)
    write(alice, 2)
    write(bob, 2)
    with pytest.raises(Reply, match=r"451 4\.7\.1 lemonade.test may write to 4"):
        write(alice, 1)
    with pytest.raises(Reply, match=r"451 4\.7\.1 lemonade.test may write to 4"):
        write(bob, 1)
    assert Sent.objects.get(who="bob@lemonade.test").recipients == 2


@pytest.mark.django_db
def test_settings_are_for_those_who_have_no_limit_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    change_settings(monkeypatch, account_rate=2)
    write(person("free", 0), 100)
    assert not Sent.objects.exists()
    with pytest.raises(Reply, match="2 recipients an hour"):
        write(person("alice"), 3)


@pytest.mark.django_db
def test_hours_that_are_over_are_forgotten() -> None:
    write(person("alice", 5), 1)
    write(person("bob", 5), 1, NOW + 10)
    with transaction() as tx:
        limits.clean(tx, NOW + 3600)
    assert [row.who for row in Sent.objects.all()] == ["bob@lemonade.test"]


@pytest.fixture
def limited(mail_server: MailServer) -> Iterator[str]:
    email = mail_server.add_account("sender")
    mail_server.call("set_account", email, {"hourly_limit": 3})
    yield email


def test_the_client_is_told_and_the_mail_is_not_there(
    mail_server: MailServer, limited: str
) -> None:
    friends = [mail_server.add_account("friend") for _ in range(2)]
    message = f"From: {limited}\r\nSubject: tea\r\n\r\nAt five?\r\n"
    with submission(mail_server, limited) as smtp:
        smtp.sendmail(limited, friends, message)
        with pytest.raises(smtplib.SMTPDataError) as told:
            smtp.sendmail(limited, friends, message)
        smtp.sendmail(limited, friends[:1], message)  # one is left
    assert told.value.smtp_code == 451
    text = told.value.smtp_error
    assert isinstance(text, bytes) and text.startswith(b"4.7.1 ")
    assert b"may write to 3 recipients an hour, and has to 2: send it again at " in text
    assert text.endswith(b" UTC")
    for friend, count in zip(friends, (2, 1), strict=True):
        with mailbox(mail_server, friend) as imap:
            assert imap.select("INBOX")[1] == [b"%d" % count]
