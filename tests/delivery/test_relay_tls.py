"""Relaying under TLS: whenever the host can; a password only to a host that proves its name."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path

import pytest

from lemonade_server.delivery.relay.hosts import Host
from lemonade_server.models import Account
from lemonade_server.net.tls import self_signed

from .conftest import relay_to
from .post import MESSAGE, pass_on, rows, send
from .sink import Sink

pytestmark = pytest.mark.django_db(transaction=True)

CAROL = "carol@example.org"
PASSWORD = base64.b64encode(b"\0me\0xyzzy").decode()


@pytest.fixture
def secure(sink: Sink, tmp_path: Path) -> Sink:
    """A host with a certificate for localhost that nobody has signed."""
    sink.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    sink.tls.load_cert_chain(self_signed(tmp_path, "localhost"))
    sink.features += ["STARTTLS", "AUTH PLAIN"]
    return sink


def far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the host one that is not on this machine."""
    monkeypatch.setattr(Host, "is_loopback", False)


def attempt(alice: Account) -> tuple[str, str]:
    sent = send(alice, CAROL).submission
    pass_on(sent)
    (row,) = rows(sent)
    return row.state, row.diagnostic


def test_mail_is_encrypted_when_the_host_can(alice: Account, secure: Sink) -> None:
    assert attempt(alice)[0] == "relayed"
    (taken,) = secure.taken
    assert taken.tls and taken.octets == MESSAGE
    assert [line.split()[0] for line in secure.lines[:4]] == ["EHLO", "STARTTLS", "EHLO", "MAIL"]


def test_a_large_message_crosses_tls(alice: Account, secure: Sink) -> None:
    message = MESSAGE + (b"x" * 70 + b"\r\n") * 20_000
    pass_on(send(alice, CAROL, message=message).submission)
    assert secure.taken[0].octets == message


@pytest.mark.parametrize("answer", ["454 4.7.0 no TLS today", "220 2.0.0 go on"])
def test_a_host_whose_tls_is_broken_is_served_without(
    alice: Account, secure: Sink, answer: str
) -> None:
    """With 220 the host goes on in the clear, which no handshake survives."""
    secure.answers["STARTTLS"] = answer
    assert attempt(alice)[0] == "relayed"
    assert not secure.taken[0].tls


def test_tls_from_the_first_octet(
    alice: Account, secure: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure.implicit_tls = True
    relay_to(monkeypatch, f"smtps://localhost:{secure.port}")
    assert attempt(alice)[0] == "relayed"
    assert secure.taken[0].tls and "STARTTLS" not in secure.lines


def test_the_relays_password_goes_under_tls(
    alice: Account, secure: Sink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusting = ssl.create_default_context(cafile=str(self_signed(tmp_path, "localhost")))
    monkeypatch.setattr(ssl, "create_default_context", lambda: trusting)
    far_away(monkeypatch)
    relay_to(monkeypatch, f"smtp://me:xyzzy@localhost:{secure.port}")
    assert attempt(alice)[0] == "relayed"
    assert secure.lines.index("STARTTLS") < secure.lines.index(f"AUTH PLAIN {PASSWORD}")
    assert secure.taken[0].tls


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
def test_no_password_goes_to_a_host_that_can_not_prove_its_name(
    alice: Account, secure: Sink, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    secure.implicit_tls = scheme == "smtps"
    far_away(monkeypatch)
    relay_to(monkeypatch, f"{scheme}://me:xyzzy@localhost:{secure.port}")
    state, words = attempt(alice)
    assert state == "queued"
    assert "certificate" in words and "xyzzy" not in words
    assert not any(line.startswith(("AUTH", "MAIL")) for line in secure.lines)


def test_no_password_goes_in_the_clear_when_tls_is_refused(
    alice: Account, secure: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    secure.answers["STARTTLS"] = "454 4.7.0 no TLS today"
    far_away(monkeypatch)
    relay_to(monkeypatch, f"smtp://me:xyzzy@localhost:{secure.port}")
    state, words = attempt(alice)
    assert state == "queued" and "no TLS today" in words
    assert not any(line.startswith("AUTH") for line in secure.lines)
