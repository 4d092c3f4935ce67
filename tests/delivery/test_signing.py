"""DKIM: what goes out is signed with the keys of its author's domain."""

from __future__ import annotations

import hashlib
import re

import dkim
import pytest

from lemonade_server.models import Account, Domain
from lemonade_server.signing import keys
from lemonade_server.signing.signer import Signer
from lemonade_server.store.db import snapshot

pytestmark = pytest.mark.django_db(transaction=True)

LETTER = (
    b"From: Alice <alice@lemonade.test>\r\nTo: bob@example.org\r\nSubject:  a   folded\r\n"
    b"\tone\r\nDate: Tue, 24 Nov 2026 10:00:00 +0000\r\n\r\nTea  \r\n\r\nat five.\r\n\r\n\r\n"
)


def signed(message: bytes, step: int) -> bytes:
    signer = Signer()
    pieces = (message[at : at + step] for at in range(0, len(message), step))
    assert b"".join(signer.watched(pieces)) == message
    with snapshot() as tx:
        return signer.fields(tx) + message


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
    list(signer.watched(message[at : at + step] for at in range(0, len(message), step)))
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
) + LETTER.replace(b"alice@lemonade.test", b"x@example.org")


def test_who_sends_a_message_on_signs_for_that_and_not_for_its_author(domain: Domain) -> None:
    message = signed(RESENT, 4096)
    assert verified(message, domain) == [True, True]
    assert b"d=lemonade.test;" in message and b"resent-from:" in message
    assert verified(message.replace(b"Resent-To: bob", b"Resent-To: bib"), domain) == [False, False]
    again = b"Resent-From: zoe@example.net\r\nReceived: from c by d; x\r\n" + message
    assert verified(again, domain) == [True, True], "sent on once more, it is still good"
    theirs = RESENT.replace(b"eve@example.net", b"alice@lemonade.test").partition(b"Received:")[2]
    other = b"Resent-From: eve@example.net\r\nReceived:" + theirs
    assert signed(other, 4096) == other


def test_the_secret_is_sealed(domain: Domain) -> None:
    for key in domain.dkim_keys.all():
        assert bytes(key.secret).startswith(b"gAAAA")
