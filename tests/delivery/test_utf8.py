"""SMTPUTF8 at the next host, and reports in UTF-8 (RFC 6531, RFC 6533).

Shows: SMTPUTF8.
"""

from __future__ import annotations

import pytest

from lemonade_server.delivery.relay.parameters import ascii_form
from lemonade_server.models import Account, Alias, Domain
from lemonade_server.store.queue import Target

from .post import inbox, pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

TEA = "чай@example.org"
LETTER = "Subject: чай\r\nMessage-ID: <tea@x>\r\n\r\nв пять?\r\n".encode()


def test_a_host_with_smtputf8_is_given_it_as_it_is(alice: Account, sink: Sink) -> None:
    sink.features.append("SMTPUTF8")
    sent = send(alice, TEA, message=LETTER, smtputf8=True, body="8BITMIME").submission
    pass_on(sent)
    (taken,) = sink.taken
    assert taken.octets == LETTER
    assert taken.recipients == [f"RCPT TO:<{TEA}>"]
    assert "BODY=8BITMIME" in taken.mail and "SMTPUTF8" in taken.mail


def test_a_host_without_it_gets_nothing_of_it(alice: Account, sink: Sink) -> None:
    sent = send(alice, TEA, message=LETTER, smtputf8=True, body="8BITMIME").submission
    pass_on(sent)
    assert (rows(sent)[0].state, rows(sent)[0].status) == ("failed", "5.6.7")
    assert sink.taken == []
    (report,) = inbox(alice)
    for line in (
        "Content-Type: message/global-delivery-status",
        f"Final-Recipient: utf-8; {TEA}",
        "Status: 5.6.7",
        "Content-Type: message/global-headers",
        "Subject: чай",
    ):
        assert f"{line}\r\n".encode() in report


def test_only_the_address_that_can_not_be_written_fails(alice: Account, sink: Sink) -> None:
    """An ASCII message goes to who can be named; a domain has an ASCII form."""
    recipients = (TEA, "carol@пример.org", "dave@example.org")
    sent = send(alice, *recipients, smtputf8=True).submission
    for _ in range(2):
        pass_on(sent)
    assert [(row.state, row.status) for row in rows(sent)] == [
        ("failed", "5.6.7"), ("relayed", "2.0.0"), ("relayed", "2.0.0"),
    ]  # fmt: skip
    received = [line for taken in sink.taken for line in taken.recipients]
    assert received == ["RCPT TO:<carol@xn--e1afmkfd.org>", "RCPT TO:<dave@example.org>"]
    assert not any("SMTPUTF8" in taken.mail for taken in sink.taken)


def test_the_original_recipient_may_be_in_utf8(alice: Account, sink: Sink) -> None:
    sink.answers["RCPT"] = "550 5.1.1 нет"
    pass_on(send(alice, Target("carol@example.org", orcpt=f"utf-8;{TEA}")).submission)
    (report,) = inbox(alice)
    assert f"Original-Recipient: utf-8; {TEA}\r\n".encode() in report


def test_the_ascii_form() -> None:
    assert ascii_form("a@b.test") == "a@b.test"
    assert ascii_form("a@bücher.test") == "a@xn--bcher-kva.test"
    assert ascii_form("a@faß.test") == "a@xn--fa-hia.test"
    assert ascii_form("ä@b.test") is None
    assert ascii_form("a@" + "ä" * 70 + ".test") is None


@pytest.mark.parametrize("known", ["bücher.test", "xn--bcher-kva.test"])
def test_a_domain_of_ours_is_known_however_it_is_written(known: str, alice: Account) -> None:
    """Most of the world writes to the ASCII form, people type the other one."""
    Domain.objects.create(name=known)
    carol = Account.objects.create_user(f"carol@{known}", "x")
    Alias.objects.create_leading_to(f"info@{known}", carol.email)
    for domain in ("bücher.test", "BÜCHER.test", "xn--bcher-kva.test", "XN--bcher-kva.TEST"):
        sent = send(alice, f"carol@{domain}")
        assert (sent.delivered, sent.queued) == (1, 0), domain
        assert send(alice, f"info@{domain}").delivered == 1
        assert send(alice, f"carol+x@{domain}").delivered == 1
    assert len(inbox(carol)) == 12
