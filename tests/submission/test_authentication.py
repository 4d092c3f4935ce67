"""SPF, DKIM and DMARC of mail that comes by SMTP, against a name server of the tests."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest
from dns.resolver import Resolver

from lemonade_server.screening import authentication
from tests.mailserver import MailServer
from tests.nameserver import NameServer

from .clients import mailbox, octets


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with NameServer() as dns:
        dns.add("good.test", "TXT", "v=spf1 ip4:127.0.0.1 -all")
        dns.add("bad.test", "TXT", "v=spf1 -all")
        dns.add("doubtful.test", "TXT", "v=spf1 -all")
        dns.add("_dmarc.good.test", "TXT", "v=DMARC1; p=reject")
        dns.add("_dmarc.bad.test", "TXT", "v=DMARC1; p=reject")
        dns.add("_dmarc.doubtful.test", "TXT", "v=DMARC1; p=quarantine")
        dns.fail("broken.test")
        dns.fail("_dmarc.broken.test")
        folder: Path = tmp_path_factory.mktemp("mail")
        server = MailServer(folder, DMARC="enforce", DNS=dns.address)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def hand_in(server: MailServer, to: str, domain: str, author: str = "") -> None:
    with smtplib.SMTP("127.0.0.1", server.ports["smtp"], "client.example", timeout=60) as smtp:
        smtp.sendmail(
            f"x@{domain}",
            to,
            f"Authentication-Results: localhost; dmarc=pass\r\nFrom: x@{author or domain}\r\n"
            "Subject: tea\r\n\r\nAt five?\r\n",
        )


def test_a_good_sender_is_marked_and_a_forged_result_removed(enforcing: MailServer) -> None:
    alice = enforcing.add_account("alice")
    hand_in(enforcing, alice, "good.test")
    with mailbox(enforcing, alice) as imap:
        _, data = imap.fetch("1", "(BODY.PEEK[HEADER])")
    header = octets(data)
    assert header.count(b"Authentication-Results:") == 1
    assert b"spf=pass smtp.mailfrom=x@good.test" in header
    assert b"dkim=none" in header
    assert b"dmarc=pass header.from=good.test" in header


@pytest.mark.parametrize("domain", ["bad.test", "good.test"])
def test_a_policy_of_reject_is_followed(enforcing: MailServer, domain: str) -> None:
    alice = enforcing.add_account("alice")
    with pytest.raises(smtplib.SMTPDataError) as refused:
        hand_in(enforcing, alice, domain, author="bad.test")
    assert refused.value.smtp_code == 550
    why = refused.value.smtp_error
    assert isinstance(why, bytes) and why.startswith(b"5.7.1")


@pytest.mark.parametrize(
    "authors",
    [
        "good.test, y@bad.test",
        "bad.test, y@good.test",
        "good.test\r\nFrom: y@bad.test",
        "".join(f"x{n}.test, y@" for n in range(6)) + "good.test",
    ],
)
def test_a_second_author_does_not_help(enforcing: MailServer, authors: str) -> None:
    alice = enforcing.add_account("alice")
    with pytest.raises(smtplib.SMTPDataError, match=r"550, b'5\.7\.1"):
        hand_in(enforcing, alice, "good.test", author=authors)
    hand_in(enforcing, alice, "good.test", author="good.test, y@GOOD.test, y@unknown.test")
    with mailbox(enforcing, alice) as imap:
        _, data = imap.fetch("1", "(BODY.PEEK[HEADER])")
    assert b"dmarc=none header.from=unknown.test" in octets(data)


def test_a_policy_of_quarantine_leads_to_junk(enforcing: MailServer) -> None:
    alice = enforcing.add_account("alice")
    hand_in(enforcing, alice, "doubtful.test")
    with mailbox(enforcing, alice) as imap:
        assert imap.select("Junk")[1] == [b"1"]


def test_a_name_server_that_fails_refuses_no_mail(enforcing: MailServer) -> None:
    """Nothing was found out: the message is taken, and says so (RFC 7489 §6.6.3)."""
    alice = enforcing.add_account("alice")
    hand_in(enforcing, alice, "broken.test")
    with mailbox(enforcing, alice) as imap:
        _, data = imap.fetch("1", "(BODY.PEEK[HEADER])")
    header = octets(data)
    assert b"spf=temperror smtp.mailfrom=x@broken.test" in header
    assert b"dmarc=temperror header.from=broken.test" in header


def test_a_name_server_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """All questions about a message have one time together."""
    monkeypatch.setattr(authentication, "SECONDS", 0.3)
    letter = b"From: x@silent.test\r\nSubject: tea\r\n\r\n"
    with NameServer() as dns:
        for name in ("silent.test", "_dmarc.silent.test", "test", "_dmarc.test"):
            dns.silence(name)
        host, _, port = dns.address.rpartition(":")
        asking = Resolver(configure=False)
        asking.nameservers, asking.port = [host], int(port)
        monkeypatch.setattr(authentication, "resolver", lambda: asking)
        found = authentication.examine(
            "127.0.0.1", "client.example", "x@silent.test", letter, len(letter), lambda: letter
        )
    assert (found.spf, found.dmarc, found.policy) == ("temperror", "temperror", "none")
    assert not found.vouch_for("x@silent.test")
