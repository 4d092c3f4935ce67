"""Passwords in the clear, and what the submission service may do: X-06.

Shows: LOGINDISABLED, STARTTLS.
"""

from __future__ import annotations

import ssl
from contextlib import closing

import pytest
from django.conf import settings

from lemonade_server.models import Account

from .inside import Wire, imap_server


@pytest.fixture(autouse=True)
def accounts(transactional_db: None) -> None:
    Account.objects.create_user("alice@lemonade.test", "lemonade")
    Account.objects.create_user("submit@lemonade.test", "lemonade", role=Account.Role.SUBMIT)


def start_tls(wire: Wire) -> None:
    wire.send(b"t STARTTLS")
    assert wire.line() == b"t OK begin TLS\r\n"
    context = ssl.create_default_context()
    context.load_verify_locations(settings.LEMONADE.data / "tls" / "localhost.pem")
    wire.wrap(context)


def test_without_tls_no_password_is_taken() -> None:
    with imap_server(plaintext_auth="never") as port, closing(Wire(port)) as wire:
        assert b"LOGINDISABLED" in wire.greeting
        assert b"AUTH=" not in wire.greeting
        assert b"STARTTLS" in wire.greeting
        wire.send(b"a LOGIN alice lemonade")
        assert wire.line().startswith(b"a NO [PRIVACYREQUIRED]")
        wire.send(b"b AUTHENTICATE PLAIN")
        assert wire.line().startswith(b"b NO [PRIVACYREQUIRED]"), "refused before any challenge"
        start_tls(wire)
        wire.send(b"c CAPABILITY")
        listed = wire.until(b"c")[0]
        assert b"AUTH=PLAIN" in listed
        assert b"LOGINDISABLED" not in listed
        wire.send(b"d LOGIN alice lemonade")
        assert wire.line().startswith(b"d OK [CAPABILITY ")


def test_the_submission_service_needs_tls_and_may_only_redeem() -> None:
    with imap_server(plaintext_auth="always") as port, closing(Wire(port)) as wire:
        wire.send(b"a LOGIN submit lemonade")
        assert wire.line().startswith(b"a NO [PRIVACYREQUIRED]")
        start_tls(wire)
        wire.send(b"b LOGIN submit lemonade")
        assert wire.line().startswith(b"b OK ")
        for line in (
            b"SELECT INBOX",
            b"EXAMINE INBOX",
            b'LIST "" *',
            b'LSUB "" *',
            b"STATUS INBOX (MESSAGES)",
            b"CREATE x",
            b"NAMESPACE",
            b"APPEND INBOX {1+}\r\nx",
            b"MYRIGHTS INBOX",
            b"GETACL INBOX",
            b"LISTRIGHTS INBOX anyone",
            b"SETACL INBOX anyone lr",
            b"DELETEACL INBOX anyone",
            b"GENURLAUTH x INTERNAL",
            b"RESETKEY",
            b"IDLE",
        ):
            wire.send(b"c " + line)
            assert wire.line().startswith(b"c NO [NOPERM]"), line
        wire.send(b"d URLFETCH imap://alice@localhost/INBOX/;uid=1;urlauth=submit+alice:internal:0")
        assert wire.until(b"d")[-1].startswith(b"d OK ")
        wire.send(b"e NOOP")
        assert wire.line().startswith(b"e OK ")
