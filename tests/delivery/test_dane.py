"""DANE: a host that says in signed DNS how it proves itself must do so (RFC 7672)."""

from __future__ import annotations

import datetime
import hashlib
import re
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lemonade_server.delivery.relay import hosts
from lemonade_server.models import Account, DeliveryEvent, Destination, StsPolicy
from lemonade_server.project.environment import Environment, SettingError
from lemonade_server.store.queue import Target
from lemonade_server.wire.tlsa import public_key
from tests.certificates import Authority
from tests.nameserver import NameServer

from .conftest import change_settings
from .post import pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL = "carol@example.org"
MX = "mx.example.org"
MISMATCH = f"DANE: certificate of {MX} does not match its TLSA records"
ENDED = datetime.timedelta(days=-1)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


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


def shows(sink: Sink, certificate: Path) -> bytes:
    """The host shows a certificate; that certificate."""
    sink.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    sink.tls.load_cert_chain(certificate)
    if "STARTTLS" not in sink.features:
        sink.features.append("STARTTLS")
    return der(certificate)


def der(path: Path) -> bytes:
    """The first certificate of a file."""
    found = re.search(r"-----BEGIN CERT.*?END CERT[A-Z]*-----", path.read_text(), re.DOTALL)
    assert found
    return ssl.PEM_cert_to_DER_cert(found[0])


def announce(
    dns: NameServer, sink: Sink, usage: int, selector: int, matching: int, certificate: bytes,
    name: str = MX,
) -> None:  # fmt: skip
    """Publish a TLSA record of a certificate."""
    part = public_key(certificate) if selector else certificate
    data = [part, hashlib.sha256(part).digest(), hashlib.sha512(part).digest()][matching]
    dns.add(f"_{sink.port}._tcp.{name}", "TLSA", f"{usage} {selector} {matching} {data.hex()}")


def attempt(alice: Account) -> Target:
    sent = send(alice, CAROL).submission
    pass_on(sent)
    (row,) = rows(sent)
    return row


@pytest.mark.parametrize("matching", [0, 1, 2])
@pytest.mark.parametrize("selector", [0, 1])
def test_a_host_that_has_the_certificate_of_its_record(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, selector: int, matching: int
) -> None:
    """DANE-EE, by digests and whole; neither its name nor its dates matter (§3.1.1)."""
    shown = shows(sink, authority.issue("whatever.test", lifetime=ENDED))
    announce(dns, sink, 3, selector, matching, shown)
    assert attempt(alice).state == "relayed"
    assert sink.taken[0].tls
    assert sink.lines.count("STARTTLS") == 1


def test_one_with_another_certificate_gets_nothing(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority
) -> None:
    shows(sink, authority.issue(MX))
    announce(dns, sink, 3, 1, 1, der(authority.path))
    row = attempt(alice)
    assert (row.state, row.status, row.diagnostic) == ("queued", "4.7.5", MISMATCH)
    assert DeliveryEvent.objects.get().words == Destination.objects.get().reason == MISMATCH
    assert not any(line.startswith("MAIL") for line in sink.lines)


@pytest.mark.parametrize("selector", [0, 1])
def test_one_that_its_trust_anchor_has_signed(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, selector: int
) -> None:
    shows(sink, authority.issue(MX, chain=True))
    announce(dns, sink, 2, selector, 1, der(authority.path))
    assert attempt(alice).state == "relayed"
    assert attempt(alice).state == "relayed"
    assert all(taken.tls for taken in sink.taken)


@pytest.mark.parametrize("names", [["*.example.org"], ["a.test", "example.org"]])
def test_a_trust_anchor_that_is_in_the_record_itself(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, names: list[str]
) -> None:
    """Its name may also be the domain's (§3.2.2)."""
    shows(sink, authority.issue(*names))
    announce(dns, sink, 2, 0, 0, der(authority.path))
    assert attempt(alice).state == "relayed"


def test_a_trust_anchor_speaks_for_a_host_by_its_name(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority
) -> None:
    shows(sink, authority.issue("other.example.org", chain=True))
    announce(dns, sink, 2, 0, 1, der(authority.path))
    row = attempt(alice)
    words = f"DANE: certificate of {MX} is for other.example.org"
    assert (row.state, row.diagnostic) == ("queued", words)


def test_a_trust_anchor_must_have_signed_what_is_shown(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, tmp_path: Path
) -> None:
    """Anybody can show the anchor's certificate beside their own."""
    (tmp_path / "other").mkdir()
    forged = Authority(tmp_path / "other").issue(MX)
    forged.write_bytes(forged.read_bytes() + authority.path.read_bytes())
    shows(sink, forged)
    announce(dns, sink, 2, 0, 1, der(authority.path))
    row = attempt(alice)
    assert (row.state, row.status) == ("queued", "4.7.5")
    assert row.diagnostic.startswith("DANE: TLS with mx.example.org failed")


def test_dates_count_below_a_trust_anchor(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority
) -> None:
    shows(sink, authority.issue(MX, lifetime=ENDED, chain=True))
    announce(dns, sink, 2, 0, 1, der(authority.path))
    row = attempt(alice)
    assert row.state == "queued" and "expired" in row.diagnostic


@pytest.mark.parametrize("unsigned", ["example.org", MX, "tlsa", "setting"])
def test_what_is_not_signed_proves_nothing(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, unsigned: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Such mail is encrypted when that is possible, as all other is."""
    shows(sink, authority.issue("other.test"))
    announce(dns, sink, 3, 1, 1, der(authority.path))
    tlsa = f"_{sink.port}._tcp.{MX}"
    if unsigned == "setting":
        change_settings(monkeypatch, dane=False)
    dns.insecure.add(tlsa if unsigned == "tlsa" else unsigned)
    assert attempt(alice).state == "relayed"
    assert sink.taken[0].tls
    assert ((tlsa, "TLSA") in dns.asked) is (unsigned == "tlsa")


def test_a_host_without_records_is_served_as_ever(
    alice: Account, dns: NameServer, sink: Sink
) -> None:
    assert attempt(alice).state == "relayed"
    assert (f"_{sink.port}._tcp.{MX}", "TLSA") in dns.asked


def test_a_look_up_that_fails_stops_the_mail(alice: Account, dns: NameServer, sink: Sink) -> None:
    """It may be a forger who suppresses the answer: the next host, or later (§2.1.2)."""
    dns.fail(f"_{sink.port}._tcp.{MX}")
    row = attempt(alice)
    assert (row.state, row.status) == ("queued", "4.4.3")
    assert row.diagnostic.startswith(f"DANE: the TLSA records of {MX} can't be had")
    assert sink.lines == []


@pytest.mark.parametrize("usage", [3, 1])
def test_a_host_with_records_is_not_used_without_tls(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, usage: int
) -> None:
    announce(dns, sink, usage, 1, 1, der(authority.path))
    row = attempt(alice)
    assert (row.state, row.status) == ("queued", "4.7.5")
    assert "its TLSA records want TLS" in row.diagnostic
    assert sink.taken == []


@pytest.mark.parametrize("record", ["0 0 1 ", "1 1 1 ", "3 2 1 ", "3 1 9 "])
def test_records_that_mail_can_not_use_ask_for_tls_alone(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, record: str
) -> None:
    shows(sink, authority.issue("other.test"))
    dns.add(f"_{sink.port}._tcp.{MX}", "TLSA", record + "ab" * 32)
    assert attempt(alice).state == "relayed"
    assert sink.taken[0].tls


def test_the_next_host_may_prove_itself(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority
) -> None:
    """Both are one here: it is asked for by name and shows the certificate of that name."""
    dns.add("example.org", "MX", "20 second.example.org.")
    dns.add("second.example.org", "A", "127.0.0.1")
    shows(sink, authority.issue(MX))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    second = authority.issue("second.example.org")
    context.load_cert_chain(second)

    def choose(connection: ssl.SSLObject, name: str, _: ssl.SSLContext) -> None:
        if name == "second.example.org":
            connection.context = context

    assert sink.tls is not None
    sink.tls.sni_callback = choose
    announce(dns, sink, 3, 1, 1, der(authority.path))
    announce(dns, sink, 3, 1, 1, der(second), "second.example.org")
    row = attempt(alice)
    assert (row.state, row.remote) == ("relayed", "second.example.org")


@pytest.mark.parametrize("named", ["mx.host.test", MX])
def test_the_records_of_an_alias(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, named: str
) -> None:
    """Those of what it leads to come first, those of its own name count too (§2.2.2)."""
    dns.remove(MX, "A")
    dns.add(MX, "CNAME", "mx.host.test.")
    dns.add("mx.host.test", "A", "127.0.0.1")
    shown = shows(sink, authority.issue("other.test"))
    announce(dns, sink, 3, 1, 1, shown, named)
    assert attempt(alice).state == "relayed"
    assert sink.taken[0].tls
    dns.remove(f"_{sink.port}._tcp.{named}", "TLSA")
    announce(dns, sink, 3, 1, 1, der(authority.path), named)
    assert attempt(alice).diagnostic == MISMATCH


@pytest.mark.parametrize("proves", [True, False])
def test_it_comes_before_mta_sts(
    alice: Account, dns: NameServer, sink: Sink, authority: Authority, proves: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """A policy neither refuses who proves itself by DANE nor helps who does not (RFC 8461 §2)."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    shown = shows(sink, authority.issue(MX))
    announce(dns, sink, 3, 1, 1, shown if proves else der(authority.path))
    now = int(time.time())
    StsPolicy.objects.create(
        domain="example.org", policy_id="1", mode="enforce", fetched_at=now, expires_at=now + 999,
        hosts="other.example.org" if proves else MX,
    )  # fmt: skip
    row = attempt(alice)
    assert (row.state, row.status) == (("relayed", "2.0.0") if proves else ("queued", "4.7.5"))


def test_a_host_that_the_policy_lacks_and_that_has_no_records(
    alice: Account, dns: NameServer, sink: Sink
) -> None:
    now = int(time.time())
    StsPolicy.objects.create(
        domain="example.org", policy_id="1", mode="enforce", fetched_at=now, expires_at=now + 999,
        hosts="other.example.org",
    )  # fmt: skip
    row = attempt(alice)
    assert (row.state, row.status) == ("queued", "4.7.5")
    assert row.diagnostic == f"{MX} is not in the MTA-STS policy of its domain"
    assert sink.lines == []


@pytest.mark.parametrize("server", ["", "192.0.2.1", "[2001:db8::1]:53"])
def test_only_a_name_server_on_this_machine_is_believed(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEMONADE_DNS", "[::1]:5353")
    monkeypatch.setenv("LEMONADE_DANE", "on")
    assert Environment.read().dane
    monkeypatch.setenv("LEMONADE_DNS", server)
    with pytest.raises(SettingError, match="LEMONADE_DANE is on: LEMONADE_DNS must name"):
        Environment.read()
