"""How many recipients an account and its domain may write to in an hour."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from django.db import connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lemonade_server.directory.accounts import Identity
from lemonade_server.models import Account, Domain, Sent
from lemonade_server.store import limits
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.submission import sending_limit
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
        sending_limit.spend(tx, who, recipients, now)


@pytest.mark.django_db
def test_each_recipient_counts_for_an_hour() -> None:
    alice = person("alice", 5)
    write(alice, 3)
    write(alice, 2, NOW + 1800)
    with pytest.raises(
        Reply, match=r"451 4\.7\.1 .* 5 recipients an hour, and has to 5: .* 23:13:20"
    ):
        write(alice, 3, NOW + 3599)
    with pytest.raises(Reply, match=r"451 .* send it again at 23:43:20 UTC"):
        write(alice, 4, NOW + 3599)
    write(alice, 3, NOW + 3600)
    with pytest.raises(Reply, match=r"and has to 5: .* 23:43:20"):
        write(alice, 1, NOW + 3600)
    write(alice, 2, NOW + 5400)
    with pytest.raises(Reply, match=r"451 .* 00:13:20 UTC"):
        write(alice, 1, NOW + 7199)


@pytest.mark.django_db
@given(st.lists(st.tuples(st.integers(0, 900), st.integers(1, 6)), max_size=40), st.data())
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_hour_has_more_and_the_time_told_is_right(
    letters: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Whatever the gaps: an hour about a border has what every hour has."""
    sent: list[tuple[int, int]] = []
    now = NOW
    Sent.objects.all().delete()
    for gap, recipients in letters:
        now += gap
        with transaction() as tx:
            full = limits.spend(tx, "somebody", recipients, 10, now)
        if full is None:
            sent.append((now, recipients))
            assert sum(count for at, count in sent if at > now - 3600) <= 10
            continue
        assert now < full.until <= now + 3660
        if data.draw(st.booleans()):
            now = full.until
            with transaction() as tx:
                assert limits.spend(tx, "somebody", recipients, 10, now) is None
            sent.append((now, recipients))


@pytest.mark.django_db
def test_a_row_stays_small() -> None:
    alice = person("alice", 100_000)
    for second in range(0, 4 * 3600, 20):
        write(alice, 1, NOW + second)
    row = Sent.objects.get(who=alice.email)
    assert len(row.spans.split()) <= 62
    # 180 are of the last hour; what is of the same minute as its beginning counts too.
    assert 180 <= sum(int(span.partition(":")[2]) for span in row.spans.split()) <= 186


@pytest.mark.django_db
def test_a_clock_that_goes_back_forgets_nothing() -> None:
    alice = person("alice", 5)
    write(alice, 3, NOW + 120)
    write(alice, 2, NOW)  # counted with what is newer
    with pytest.raises(Reply, match=r"and has to 5: send it again at 23:15:20 UTC"):
        write(alice, 1, NOW + 3600)


@pytest.mark.django_db(transaction=True)
def test_who_sends_at_the_same_time_shares_the_limit() -> None:
    """Each thread has a connection to the database of its own, as a process has."""
    alice = person("alice", 20)
    start = Barrier(6)

    def send(_: int) -> int:
        start.wait(60)
        taken = 0
        try:
            for _ in range(8):
                with suppress(Reply):
                    write(alice, 1)
                    taken += 1
        finally:
            connections.close_all()
        return taken

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(send, range(6))) == 20


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
    assert Sent.objects.get(who="bob@lemonade.test").spans == f"{NOW}:2"


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
def test_who_has_not_sent_for_an_hour_is_forgotten() -> None:
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
        with pytest.raises(smtplib.SMTPDataError) as received:
            smtp.sendmail(limited, friends, message)
        smtp.sendmail(limited, friends[:1], message)  # one is left
    assert received.value.smtp_code == 451
    text = received.value.smtp_error
    assert isinstance(text, bytes) and text.startswith(b"4.7.1 ")
    assert b"may write to 3 recipients an hour, and has to 2: send it again at " in text
    assert text.endswith(b" UTC")
    for friend, count in zip(friends, (2, 1), strict=True):
        with mailbox(mail_server, friend) as imap:
            assert imap.select("INBOX")[1] == [b"%d" % count]
