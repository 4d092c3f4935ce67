"""SPF, DKIM and DMARC of mail that comes by SMTP, against a name server of the tests."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mailserver import MailServer
from tests.nameserver import NameServer

from .clients import mailbox


@pytest.fixture(scope="module")
def enforcing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    with NameServer() as dns:
        dns.add("good.test", "TXT", "v=spf1 ip4:127.0.0.1 -all")
        dns.add("bad.test", "TXT", "v=spf1 -all")
        dns.add("doubtful.test", "TXT", "v=spf1 -all")
        dns.add("_dmarc.good.test", "TXT", "v=DMARC1; p=reject")
        dns.add("_dmarc.bad.test", "TXT", "v=DMARC1; p=reject")
        dns.add("_dmarc.doubtful.test", "TXT", "v=DMARC1; p=quarantine")
        folder: Path = tmp_path_factory.mktemp("mail")
        server = MailServer(folder, DMARC="enforce", DNS=dns.address)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def hand_in(server: MailServer, to: str, domain: str, author: str = "") -> None:
    with smtplib.SMTP("127.0.0.1", server.ports["smtp"], "client.example", timeout=30) as smtp:
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
    header = data[0][1]  # type: ignore[index]
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
    assert refused.value.smtp_error.startswith(b"5.7.1")


def test_a_policy_of_quarantine_leads_to_junk(enforcing: MailServer) -> None:
    alice = enforcing.add_account("alice")
    hand_in(enforcing, alice, "doubtful.test")
    with mailbox(enforcing, alice) as imap:
        assert imap.select("Junk")[1] == [b"1"]
