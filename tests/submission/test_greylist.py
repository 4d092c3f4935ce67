"""Greylisting: strangers come twice, and are known from then on."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator

import pytest

from lemonade_server.models import Greylisted
from lemonade_server.store import limits
from lemonade_server.store.db import transaction
from tests.mailserver import MailServer
from tests.nameserver import NameServer

from .clients import submission

NOW = 1_700_000_000
FIRST = "451 4.7.1 You are not known here yet: come again in 5 minutes"
TAKEN = "250 2.1.5 Recipient accepted"


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with NameServer() as dns:
        dns.add("good.test", "TXT", "v=spf1 ip4:127.0.0.0/8 -all")
        server = MailServer(
            tmp_path_factory.mktemp("mail"), GREYLIST="on", DMARC="mark", DNS=dns.address
        )
        server.start()
        try:
            yield server
        finally:
            server.stop()


def answers(
    server: MailServer, sender: str, *recipients: str, host: str = "127.0.0.1"
) -> list[str]:
    """What each RCPT is answered; a message follows where one was accepted."""
    with smtplib.SMTP(
        "127.0.0.1", server.ports["smtp"], "client.example", 30, source_address=(host, 0)
    ) as smtp:
        smtp.ehlo()
        smtp.mail(sender)
        found = [smtp.rcpt(each) for each in recipients]
        if any(code == 250 for code, _ in found):
            assert smtp.data(f"From: {sender}\r\nSubject: tea\r\n\r\nAt five?\r\n")[0] == 250
    return [f"{code} {text.decode()}" for code, text in found]


def wait(server: MailServer) -> None:
    """Let the time pass, for all that are known so far."""
    server.call("sql", "UPDATE greylisted SET first_at = first_at - 300", [])


def test_the_first_time_is_put_off_and_the_second_remembered(careful: MailServer) -> None:
    alice, bob = careful.add_account("alice"), careful.add_account("bob")
    assert answers(careful, "ann@far.test", alice) == [FIRST]
    assert answers(careful, "ann@far.test", alice) == [FIRST], "too early"
    wait(careful)
    assert answers(careful, "Ann@far.test", alice.upper(), bob) == [TAKEN, FIRST]
    assert answers(careful, "ben@far.test", alice) == [FIRST], "somebody else"
    assert answers(careful, "ann@far.test", alice) == [TAKEN]


def test_one_that_is_not_here_is_refused_and_not_noted(careful: MailServer) -> None:
    count = "SELECT COUNT(*) FROM greylisted"
    before = careful.call("sql", count, [])
    assert answers(careful, "ann@far.test", "nobody@lemonade.test")[0].startswith("550 5.1.1")
    assert careful.call("sql", count, []) == before


def test_whom_spf_speaks_for_may_come_from_another_network(careful: MailServer) -> None:
    alice = careful.add_account("alice")
    for sender in ("ann@good.test", "ann@far.test"):
        assert answers(careful, sender, alice) == [FIRST]
    wait(careful)
    assert answers(careful, "ann@far.test", alice, host="127.0.9.9") == [FIRST]
    assert answers(careful, "ann@far.test", alice, host="127.0.0.9") == [TAKEN], "a neighbour"
    assert answers(careful, "ann@good.test", alice, host="127.0.9.9") == [TAKEN]


def test_our_own_people_are_never_put_off(careful: MailServer) -> None:
    alice, bob = careful.add_account("alice"), careful.add_account("bob")
    with submission(careful, alice) as smtp:
        assert smtp.sendmail(alice, [bob], f"From: {alice}\r\n\r\nx\r\n") == {}


@pytest.mark.django_db
def test_what_is_forgotten() -> None:
    day = limits.DAY
    with transaction() as tx:
        for name, when in ((b"known", 0), (b"known", 300), (b"once", 0)):
            limits.is_known(tx, name, NOW + when)
        limits.clean(tx, NOW + 2 * day - 1)
        assert Greylisted.objects.count() == 2
        limits.clean(tx, NOW + 2 * day)
        assert [bytes(row.triplet) for row in Greylisted.objects.all()] == [b"known"]
        assert limits.is_known(tx, b"known", NOW + 39 * day)
        limits.clean(tx, NOW + 78 * day)
        assert Greylisted.objects.count() == 1, "it counts from the last time"
        limits.clean(tx, NOW + 80 * day)
    assert not Greylisted.objects.exists()
