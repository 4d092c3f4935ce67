"""REQUIRETLS and TLS-Required: what the sender says of TLS on the message's way (RFC 8689)."""

from __future__ import annotations

import hashlib
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest

from lemonade_server.delivery.queue import courier
from lemonade_server.delivery.relay import hosts
from lemonade_server.delivery.tls_requirement import tls_of_arrival
from lemonade_server.models import Account, Destination, StsPolicy, Submission
from lemonade_server.store.queue import TLS_OPTIONAL, TLS_PREFERRED, TLS_REQUIRED, Target
from tests.certificates import Authority
from tests.nameserver import NameServer

from .conftest import change_settings, relay_to
from .filtering import use
from .post import MESSAGE, inbox, pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL, MX = "carol@example.org", "mx.example.org"


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Authority:
    """One that everybody trusts."""
    found = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(found.path))
    return found


@pytest.fixture
def dns(sink: Sink, monkeypatch: pytest.MonkeyPatch) -> Iterator[NameServer]:
    """All of the world is signed."""
    with NameServer() as server:
        change_settings(monkeypatch, relay_url="", dns=server.address, dane=True)
        monkeypatch.setattr(hosts, "SMTP_PORT", sink.port)
        server.secure = True
        server.add("example.org", "MX", f"10 {MX}.")
        server.add(MX, "A", "127.0.0.1")
        yield server


@pytest.fixture
def protected(sink: Sink, authority: Authority, dns: NameServer) -> Sink:
    """A host with all that REQUIRETLS wants."""
    show(sink, authority.issue(MX))
    sink.features += ["STARTTLS", "REQUIRETLS", "DSN"]
    return sink


def show(sink: Sink, certificate: Path) -> None:
    sink.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    sink.tls.load_cert_chain(certificate)


def attempt(alice: Account | None, tls: str = TLS_REQUIRED) -> Target:
    sent = send(alice, CAROL, tls=tls).submission
    pass_on(sent)
    (row,) = rows(sent)
    return row


def mails(sink: Sink) -> list[str]:
    return [line for line in sink.lines if line.startswith("MAIL")]


def test_a_host_that_proves_its_name_and_promises_the_same(alice: Account, protected: Sink) -> None:
    assert attempt(alice).state == "relayed"
    (taken,) = protected.taken
    assert taken.tls and taken.mail.endswith(" REQUIRETLS")


def test_other_mail_says_nothing_of_it(alice: Account, protected: Sink) -> None:
    assert attempt(alice, "").state == "relayed"
    assert "REQUIRETLS" not in protected.taken[0].mail


@pytest.mark.parametrize(
    "lacking, status, words",
    [
        ("REQUIRETLS", "5.7.30", "REQUIRETLS support required: mx.example.org has none"),
        ("STARTTLS", "5.7.10", "the message wants TLS, and the host does not offer it"),
        ("name", "5.7.10", "certificate"),
        ("signed MX", "5.7.10", "neither signed DNS nor a policy names mx.example.org"),
    ],
)
def test_what_is_lacking_sends_the_message_back(
    alice: Account, protected: Sink, authority: Authority, dns: NameServer, lacking: str,
    status: str, words: str,
) -> None:  # fmt: skip
    """At once (§4.2.1), with the status of §4.2.1 and only its header (§5)."""
    if lacking in protected.features:
        protected.features.remove(lacking)
    elif lacking == "name":
        show(protected, authority.issue("other.example.org"))
    else:
        dns.insecure.add("example.org")
    row = attempt(alice)
    assert (row.state, row.status) == ("failed", status)
    assert words in row.diagnostic
    assert mails(protected) == []
    (report,) = inbox(alice)
    assert f"Status: {status}".encode() in report


def test_the_place_is_not_left_alone_for_it(alice: Account, protected: Sink) -> None:
    """Other messages may be given to that host, over the same run of the worker even (§4.2.1)."""
    protected.features.remove("REQUIRETLS")
    sent = [send(alice, CAROL, tls=tls).submission for tls in ("", TLS_REQUIRED, "")]
    courier.run("example.org")
    assert [rows(one)[0].state for one in sent] == ["relayed", "failed", "relayed"]
    assert not Destination.objects.filter(retry_at__gt=0).exists()


@pytest.mark.parametrize("tls", ["", TLS_REQUIRED, TLS_PREFERRED])
def test_a_host_that_takes_mail_again_is_no_longer_left_alone(
    alice: Account, protected: Sink, tls: str
) -> None:
    send(alice, CAROL, tls=tls)
    Destination.objects.create(place="example.org", failures=7, retry_at=1)
    courier.run("example.org")
    assert not Destination.objects.filter(failures__gt=0).exists()


@pytest.mark.parametrize("tls", ["", TLS_OPTIONAL])
def test_a_handshake_that_is_cut_off_is_a_failed_one(
    alice: Account, sink: Sink, dns: NameServer, tls: str
) -> None:
    """Where nothing asks for TLS, the message goes without (§4.2.2)."""
    sink.features.append("STARTTLS")
    sink.cuts_handshakes = True
    submission = send(alice, CAROL, tls=tls).submission
    courier.run("example.org")
    assert rows(submission)[0].state == "relayed"


def test_a_cut_handshake_is_waited_for_where_tls_is_needed(alice: Account, protected: Sink) -> None:
    protected.cuts_handshakes = True
    submission = send(alice, CAROL, tls=TLS_REQUIRED).submission
    courier.run("example.org")
    assert rows(submission)[0].state in ("queued", "failed")
    assert protected.taken == []


def test_one_connection_carries_what_needs_no_more(alice: Account, protected: Sink) -> None:
    for tls in (TLS_REQUIRED, "", TLS_OPTIONAL, TLS_REQUIRED):
        send(alice, CAROL, tls=tls)
    assert courier.run("example.org") == 4
    assert protected.lines.count("STARTTLS") == 1
    assert [line.endswith(" REQUIRETLS") for line in mails(protected)] == [True, False, False, True]


def test_one_that_was_opened_for_less_does_not(alice: Account, protected: Sink) -> None:
    """Its certificate was not looked at."""
    sent = [send(alice, CAROL, tls=tls).submission for tls in ("", TLS_REQUIRED)]
    courier.run("example.org")
    assert [rows(one)[0].state for one in sent] == ["relayed", "relayed"]
    assert protected.lines.count("STARTTLS") == 2


def test_a_policy_names_a_host_whose_dns_is_not_signed(
    alice: Account, protected: Sink, dns: NameServer
) -> None:
    dns.insecure.add("example.org")
    StsPolicy.objects.create(
        domain="example.org", policy_id="1", mode="testing", hosts="*.example.org",
        fetched_at=0, expires_at=2**33,
    )  # fmt: skip
    assert attempt(alice).state == "relayed"
    StsPolicy.objects.update(hosts="elsewhere.example.org")
    assert attempt(alice).status == "5.7.10"


@pytest.mark.parametrize("usage, state", [(3, "relayed"), (1, "failed")])
def test_tlsa_records_prove_a_host_that_no_authority_knows(
    alice: Account, protected: Sink, dns: NameServer, tmp_path: Path, usage: int, state: str
) -> None:
    """Those of a usage that mail can't use ask for TLS and prove nothing (RFC 7672 §2.2)."""
    (tmp_path / "unknown").mkdir()
    certificate = Authority(tmp_path / "unknown").issue(MX)
    show(protected, certificate)
    pem = certificate.read_text()
    der = ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERT") :].split("END CERT")[0]
                                   + "END CERTIFICATE-----\n")  # fmt: skip
    digest = hashlib.sha256(der).hexdigest()
    dns.add(f"_{protected.port}._tcp.{MX}", "TLSA", f"{usage} 0 1 {digest}")
    assert attempt(alice).state == state


def test_the_relay_of_the_settings_is_named_by_whoever_runs_this_server(
    alice: Account, sink: Sink, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    relay_to(monkeypatch, f"smtp://localhost:{sink.port}")
    sink.features += ["STARTTLS", "REQUIRETLS"]
    show(sink, authority.issue("elsewhere.test"))
    assert attempt(alice).status == "5.7.10"
    show(sink, authority.issue("localhost"))
    assert attempt(alice).state == "relayed"


def test_a_host_that_may_do_later_is_waited_for(
    alice: Account, protected: Sink, dns: NameServer
) -> None:
    dns.add("example.org", "MX", "20 down.example.org.")
    dns.add("down.example.org", "A", "127.0.0.2")
    protected.features.remove("REQUIRETLS")
    row = attempt(alice)
    assert (row.state, row.status) == ("queued", "4.4.1")
    protected.features.append("REQUIRETLS")


# -- what is made of a message


@pytest.mark.parametrize("lacking", ["", "REQUIRETLS", "STARTTLS"])
def test_a_report_goes_the_same_way_or_another(protected: Sink, lacking: str) -> None:
    """It says REQUIRETLS, and is not lost where that can't be (§5)."""
    if lacking:
        protected.features.remove(lacking)
    assert attempt(None, TLS_PREFERRED).state == "relayed"
    (taken,) = protected.taken
    assert (taken.tls, "REQUIRETLS" in taken.mail) == (lacking != "STARTTLS", not lacking)


def test_the_header_alone_goes_back(alice: Account, protected: Sink) -> None:
    """Whatever RET says (§5); the next host is asked for the same."""
    protected.answers["RCPT"] = "550 5.1.1 nobody"
    for tls, whole in (("", True), (TLS_REQUIRED, False)):
        pass_on(send(alice, CAROL, tls=tls, ret="FULL").submission)
        assert (b"At five?" in inbox(alice)[-1]) is whole
    assert ["RET=FULL" in line for line in mails(protected)] == [True, False]
    assert "RET=HDRS" in mails(protected)[1]


def test_reports_of_it_are_queued_as_preferring_tls(alice: Account, protected: Sink) -> None:
    protected.answers["RCPT"] = "550 5.1.1 nobody"
    for tls in (TLS_REQUIRED, TLS_OPTIONAL):
        pass_on(send(alice, CAROL, tls=tls).submission)
    reports = Submission.objects.filter(source="report").order_by("id")
    assert [report.tls for report in reports] == [TLS_PREFERRED, TLS_OPTIONAL]
    required, optional = inbox(alice)
    assert b"\r\nTLS-Required: No\r\n" in optional and b"TLS-Required" not in required


def test_what_a_filter_sends_keeps_it(alice: Account, bob: Account, sink: Sink) -> None:
    use(
        alice,
        b'require ["vacation", "enotify"]; vacation "Away"; notify "mailto:eve@example.org";'
        b'redirect "dan@example.org";',
    )
    message = MESSAGE.replace(b"alice", b"bob").replace(
        b"\r\n\r\n", b"\r\nTo: alice@lemonade.test\r\n\r\n", 1
    )
    send(bob, alice.email, message=message, tls=TLS_REQUIRED)
    sent = Submission.objects.filter(recipient__state__in=["queued", "delivered"])
    found = {row.recipient_set.get().address.partition("@")[0]: row.tls for row in sent}
    assert found == {
        "alice": TLS_REQUIRED, "bob": TLS_PREFERRED, "eve": TLS_PREFERRED, "dan": TLS_REQUIRED,
    }  # fmt: skip


# -- TLS-Required: No


@pytest.mark.parametrize(
    "header, required, sender, tls",
    [
        (b"Subject: x\r\n\r\n", False, "a@b.test", ""),
        (b"TLS-Required: No\r\n\r\n", False, "a@b.test", TLS_OPTIONAL),
        (b"tls-required:\r\n no \r\n\r\n", False, "", TLS_OPTIONAL),
        (b"TLS-Required: Yes\r\n\r\n", False, "a@b.test", ""),
        (b"TLS-Required: No\r\n\r\n", True, "a@b.test", TLS_REQUIRED),
        (b"\r\n", True, "", TLS_PREFERRED),
    ],
)
def test_what_holds_for_a_message(header: bytes, required: bool, sender: str, tls: str) -> None:
    """§4.1: the parameter of MAIL counts for more than the header."""
    assert tls_of_arrival(required, sender, header) == tls


@pytest.mark.parametrize("trouble", ["STARTTLS", "name"])
def test_a_policy_is_ignored_where_tls_is_optional(
    alice: Account, protected: Sink, authority: Authority, trouble: str
) -> None:
    """Mail about broken TLS must arrive (§3), though other mail to that domain waits."""
    StsPolicy.objects.create(
        domain="example.org", policy_id="1", mode="enforce", hosts=MX,
        fetched_at=0, expires_at=2**33,
    )  # fmt: skip
    if trouble == "name":
        show(protected, authority.issue("other.example.org"))
    else:
        protected.features.remove(trouble)
    sent = [send(alice, CAROL, tls=tls).submission for tls in ("", TLS_OPTIONAL, "")]
    courier.run("example.org")
    assert [rows(one)[0].state for one in sent] == ["queued", "relayed", "queued"]
    assert protected.taken[0].tls is (trouble == "name")
