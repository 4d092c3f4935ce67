"""DKIM: what goes out is signed with the keys of its author's domain."""

from __future__ import annotations

import hashlib
import re

import dkim  # type: ignore[import-untyped]
import pytest

from lemonade_server.delivery.signing_domain import may_be_signed, signing_domain
from lemonade_server.models import Account, Domain
from lemonade_server.signing import keys
from lemonade_server.signing.signer import Signer
from lemonade_server.store.db import snapshot
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Envelope

pytestmark = pytest.mark.django_db(transaction=True)

ALICE = "alice@lemonade.test"
LETTER = (
    b"From: Alice <alice@lemonade.test>\r\nTo: bob@example.org\r\nSubject:  a   folded\r\n"
    b"\tone\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\nTea  \r\n\r\nat five.\r\n\r\n\r\n"
)


def signed(message: bytes, step: int, envelope: Envelope | None = None) -> bytes:
    """As it leaves, submitted by alice where nothing else is said."""
    signer = Signer()
    pieces = (message[at : at + step] for at in range(0, len(message), step))
    assert b"".join(signer.watch(pieces)) == message
    envelope = envelope or Envelope(AccountId(Account.objects.get(email=ALICE).pk), ALICE)
    envelope.size = len(message)
    assert may_be_signed(envelope)
    domain = signing_domain(envelope, signer.header, lambda: message)
    with snapshot() as tx:
        return signer.fields(tx, domain) + message


def verified(message: bytes, domain: Domain, count: int = 2) -> list[bool]:
    published = domain.dkim_keys.all()
    records = {f"{key.record_name}.".encode(): key.record.encode() for key in published}
    checker = dkim.DKIM(message)

    def is_good(at: int) -> bool:
        try:
            return bool(checker.verify(idx=at, dnsfunc=lambda name, timeout=5: records.get(name)))
        except dkim.ValidationError:
            return False

    return [is_good(at) for at in range(count)]


@pytest.fixture
def domain(alice: Account) -> Domain:
    made = Domain.objects.create(name="lemonade.test")
    keys.use(made, keys.make(made)[0].selector)
    return made


@pytest.mark.parametrize("step", [1, 7, 4096])
def test_both_signatures_are_good_however_it_is_read(domain: Domain, step: int) -> None:
    assert verified(signed(LETTER, step), domain) == [True, True]


ENDINGS = (
    b"", b"x", b"x\r\n", b"\r\n\r\n", b"x\r\n\r\ny\r\n\r\n", b"x\n", b"x\r", b"x\r\n\n", b"x\n\r\n",
    b"x\r\n\r\n\n\r\n\r\n", b"x\r\n\r\r\n", b"x\r\n\r", b"\r", b"\n", b"x\r\r\n\r\n",
)  # fmt: skip


@pytest.mark.parametrize("step", [1, 4096])
@pytest.mark.parametrize("ending", ENDINGS)
def test_every_end_of_a_body(ending: bytes, step: int) -> None:
    """Only CRLF is an empty line: in a binary body a CR or an LF alone counts (RFC 6376 §3.4.3)."""
    signer = Signer()
    message = b"From: x@example.org\r\n\r\n" + ending
    list(signer.watch(message[at : at + step] for at in range(0, len(message), step)))
    expected = re.sub(rb"(\r\n)*\Z", b"", ending) + b"\r\n"
    assert signer.body_hash() == hashlib.sha256(expected).digest()


@pytest.mark.parametrize("ending", [b"", b"x", b"x\r\n", b"\r\n\r\n", b"x\r\n\r\ny\r\n\r\n"])
def test_others_find_the_same_end(domain: Domain, ending: bytes) -> None:
    head = LETTER.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    assert verified(signed(head + ending, 4096), domain) == [True, True]


@pytest.mark.parametrize("step", [1000, 4_000_000])
def test_a_header_without_end_is_not_signed(domain: Domain, step: int) -> None:
    long = LETTER.replace(b"Date:", b"X-Long: lemon lemon lemon\r\n" * 50_000 + b"Date:")
    assert signed(long, step) == long
    fair = LETTER.replace(b"Date:", b"X-Long: lemon lemon lemon\r\n" * 20_000 + b"Date:")
    assert verified(signed(fair, step), domain) == [True, True]


@pytest.mark.parametrize(
    "added", ["From: eve@example.net", "Subject: pay", "Reply-To: eve@example.net", "To: x@y.z",
    "Cc: x@y.z", "Date: Tue, 24 Nov 2026 11:00:00 +0000", "Content-Type: text/html",
    "MIME-Version: 1.0", "Content-Transfer-Encoding: base64", "Message-ID: <a@b>"],
)  # fmt: skip
def test_a_changed_word_or_an_added_field_breaks_them(domain: Domain, added: str) -> None:
    message = signed(LETTER, 4096)
    assert verified(message.replace(b"five", b"four"), domain) == [False, False]
    for place in (b"", b"Subject:"):
        forged = message.replace(place, f"{added}\r\n".encode() + place, 1)
        assert verified(forged, domain) == [False, False]
    assert verified(b"Received: from x\r\nSender: list@x.y\r\n" + message, domain) == [True, True]


def test_keys_overlap_until_they_are_retired(domain: Domain) -> None:
    old = domain.dkim_keys.get(algorithm="rsa-sha256").selector
    before = signed(LETTER, 4096)
    rsa, edwards = keys.make(domain)
    new = rsa.selector
    assert new != old and edwards.full_selector != new
    assert f"s={old};".encode() in signed(LETTER, 4096), "prepared keys do not sign yet"
    assert keys.use(domain, edwards.full_selector), "either record's name does"
    assert f"s={new};".encode() in signed(LETTER, 4096)
    assert verified(before, domain) == [True, True], "the old record is still published"
    assert not keys.retire(domain, new), "what signs can't go"
    assert keys.retire(domain, old)
    assert not keys.use(domain, old)


def test_nobody_elses_domain_is_signed_for(domain: Domain) -> None:
    other = LETTER.replace(b"alice@lemonade.test", b"alice@example.org")
    assert signed(other, 4096) == other


RESENT = (
    b"Resent-From: alice@lemonade.test\r\nResent-To: bob@example.org\r\n"
    b"Received: from a by b; x\r\nResent-From: eve@example.net\r\n"
)
BOBS = LETTER.replace(b"Alice <alice@", b"Bob <bob@")


def by_bob(message: bytes) -> bytes:
    bob = Account.objects.create_user("bob@lemonade.test", "x")
    return signed(message, 4096, Envelope(AccountId(bob.pk), bob.email))


def test_who_sends_a_message_on_does_not_speak_for_its_author(domain: Domain) -> None:
    """Neither for a colleague, in whose name the domain would speak, nor for a stranger."""
    assert signed(RESENT + BOBS, 4096) == RESENT + BOBS
    theirs = RESENT + LETTER.replace(b"alice@lemonade.test", b"x@example.org")
    assert signed(theirs, 4096) == theirs


def test_what_keeps_its_first_signature_is_signed_when_it_is_sent_on(domain: Domain) -> None:
    message = signed(RESENT + by_bob(BOBS), 4096)
    assert verified(message, domain, 4) == [True, True, True, True]
    assert message.count(b"d=lemonade.test;") == 4 and b"resent-from:" in message
    other = message.replace(b"Resent-To: bob", b"Resent-To: bib")
    assert verified(other, domain, 4) == [False, False, True, True]
    again = b"Resent-From: zoe@example.net\r\nReceived: from c by d; x\r\n" + message
    assert verified(again, domain, 4) == [True, True, True, True], "sent on once more, still good"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"five", b"four"),
        (b"Bob <bob@", b"Carol <carol@"),
        (b"Subject:", b"From: bob@lemonade.test\r\nSubject:"),
        (b"d=lemonade.test", b"d=example.net"),
        (b"simple;", b"simple; l=5;"),
    ],
)
def test_what_was_changed_on_the_way_is_not(domain: Domain, before: bytes, after: bytes) -> None:
    changed = RESENT + by_bob(BOBS).replace(before, after)
    assert changed != RESENT + BOBS and signed(changed, 4096) == changed


def test_a_good_signature_of_another_domain_does_not_help(domain: Domain) -> None:
    evil = Domain.objects.create(name="evil.test")
    keys.use(evil, keys.make(evil)[0].selector)
    signer = Signer()
    list(signer.watch([BOBS]))
    with snapshot() as tx:
        forged = RESENT + signer.fields(tx, "evil.test") + BOBS
    assert verified(forged, evil) == [True, True]
    assert signed(forged, 4096) == forged


def test_ones_own_message_is_signed_also_when_it_is_sent_on(domain: Domain) -> None:
    message = signed(RESENT + LETTER, 4096)
    assert verified(message, domain) == [True, True] and b"d=lemonade.test;" in message


def test_what_comes_from_elsewhere_and_goes_on_is_not_ours() -> None:
    for source in ("sieve", "forward", "smtp", "lmtp"):
        assert not may_be_signed(Envelope(None, ALICE, source=source))
    for source in ("report", "letter"):  # what a filter or this server writes is
        assert may_be_signed(Envelope(None, ALICE, source=source))


def test_of_several_domains_none_is_spoken_for(domain: Domain) -> None:
    both = LETTER.replace(b"alice@lemonade.test>", b"alice@lemonade.test>, alice@lemonade.example")
    twice = b"From: alice@lemonade.test\r\n" + LETTER
    for message in (both, twice):
        assert signed(message, 4096) == message


def test_the_secret_is_sealed(domain: Domain) -> None:
    for key in domain.dkim_keys.all():
        assert bytes(key.secret).startswith(b"gAAAA")
