"""Messages for hosts that take less than they hold.

Shows: 8BITMIME, BINARYMIME.
"""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.delivery.relay.downgrade import Unconvertible, downgrade
from lemonade_server.delivery.relay.message_source import HeldContent, traits
from lemonade_server.models import Account
from lemonade_server.store import ingest
from lemonade_server.store.db import transaction
from lemonade_server.wire import headers

from .post import inbox, pass_on, rows, send
from .sink import Sink

TEXT = "Grüße um fünf, mit Leerzeichen am Ende \r\nund einem = Zeichen\r\n"
BINARY = bytes(range(256)) * 40
HEAD = (
    b"From: alice@lemonade.test\r\nSubject: tea\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=bb\r\n"
)


def mixed(encoding: bytes = b"8bit") -> bytes:
    return b"".join(
        [
            HEAD,
            b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n",
            b"--bb\r\nContent-Type: text/plain; charset=utf-8\r\n",
            b"Content-Transfer-Encoding: 8bit\r\n\r\n",
            TEXT.encode(),
            b"\r\n--bb\r\nContent-Type: application/x-tea\r\n",
            b"Content-Transfer-Encoding: binary\r\n\r\n",
            BINARY,
            b"\r\n--bb\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            b"aGVsbG8=\r\n--bb--\r\n",
        ]
    )


def converted(message: bytes, eight_bit: bool) -> bytes:
    prepared = ingest.prepare(message)
    with transaction() as tx:
        content = ingest.commit(tx, prepared)
    return b"".join(downgrade(HeldContent(content, len(message)), eight_bit))


def parsed(message: bytes) -> list[EmailMessage]:
    whole = email.message_from_bytes(message, policy=email.policy.default)
    return [part for part in whole.iter_parts() if isinstance(part, EmailMessage)]


@pytest.mark.django_db
@pytest.mark.parametrize("eight_bit", [False, True])
def test_parts_are_encoded_once_and_multiparts_never(eight_bit: bool) -> None:
    octets = converted(mixed(b"binary"), eight_bit)
    text, tea, done = parsed(octets)
    assert text["Content-Transfer-Encoding"] == ("8bit" if eight_bit else "quoted-printable")
    assert text.get_content().splitlines() == TEXT.splitlines()
    assert tea["Content-Transfer-Encoding"] == "base64"
    assert tea.get_content() == BINARY
    assert done.get_content() == "hello"
    top = email.message_from_bytes(octets)["Content-Transfer-Encoding"]
    assert top == ("8bit" if eight_bit else "7bit")
    assert octets.isascii() is not eight_bit
    assert not traits([octets]).broken


@pytest.mark.django_db
def test_what_needs_no_change_is_not_changed() -> None:
    message = b"Subject: x\r\n\r\nplain\r\n"
    assert converted(message, False) == message


@pytest.mark.django_db
def test_a_long_line_is_folded() -> None:
    octets = converted(b"Subject: x\r\n\r\n" + b"a b" * 200_000 + b"\r\n", False)
    assert max(map(len, octets.split(b"\r\n"))) <= 77
    assert email.message_from_bytes(octets).get_payload(decode=True) == b"a b" * 200_000 + b"\r\n"


LONG = b"References: " + b"<0123456789.0123456789@away.example> " * 40 + b"\r\n"


@pytest.mark.django_db
def test_long_header_lines_are_folded_in_the_message_and_in_its_parts() -> None:
    part = b"--bb\r\nContent-Type: text/plain\r\nContent-Description: " + b"word " * 300
    octets = converted(HEAD + LONG + b"\r\n" + part + b"\r\n\r\nx\r\n--bb--\r\n", True)
    assert max(map(len, octets.split(b"\r\n"))) <= 78
    assert headers.value(octets, b"References") == headers.value(LONG, b"References")
    (inner,) = parsed(octets)
    assert str(inner["Content-Description"]).split() == ["word"] * 300


@pytest.mark.django_db
@pytest.mark.parametrize("eight_bit", [False, True])
def test_a_header_can_not_be_encoded(eight_bit: bool) -> None:
    message = "Subject: Grüße\r\n\r\nx\r\n".encode()
    if eight_bit:
        assert converted(message, True) == message
    else:
        with pytest.raises(Unconvertible):
            converted(message, False)


def signed(text: bytes) -> bytes:
    """A signed message within a multipart, beside a part that may be encoded."""
    return (
        HEAD + b"\r\n--bb\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + TEXT.encode()
        + b"\r\n--bb\r\nContent-Type: multipart/signed; boundary=ss;"
        b" protocol=application/pgp-signature\r\n\r\n--ss\r\n"
        b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + text
        + b"\r\n--ss\r\nContent-Type: application/pgp-signature\r\n\r\nsig\r\n--ss--\r\n--bb--\r\n"
    )  # fmt: skip


@pytest.mark.django_db
def test_what_is_signed_stays_as_it_is() -> None:
    """S-10: a broken signature is worse than a report (RFC 1847 §2.1)."""
    seven = signed(b"At five?")
    octets = converted(seven, False)
    _, kept = seven.split(b"Content-Type: multipart/signed")
    assert octets.isascii() and octets.endswith(b"Content-Type: multipart/signed" + kept)
    with pytest.raises(Unconvertible):
        converted(signed("Um fünf?".encode()), False)
    octets = converted(signed("Um fünf?".encode()), True)
    assert octets.endswith(signed("Um fünf?".encode()).partition(b"Content-Type: multipart/si")[2])


@pytest.mark.django_db
def test_a_forwarded_message_is_encoded_inside() -> None:
    """S-10: message/rfc822 itself is never encoded, its text is."""
    inner = b"Subject: inner\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + TEXT.encode()
    outer = HEAD + b"\r\n--bb\r\nContent-Type: message/rfc822\r\n"
    outer += b"Content-Transfer-Encoding: 8bit\r\n\r\n" + inner + b"\r\n--bb--\r\n"
    octets = converted(outer, False)
    assert octets.isascii()
    (forwarded,) = parsed(octets)
    assert forwarded["Content-Transfer-Encoding"] == "7bit"
    assert forwarded.get_content().get_content().splitlines() == TEXT.splitlines()


def test_a_message_without_mime_becomes_one_with_it() -> None:
    """So does a forwarded one; a part is none."""
    plain = "Subject: tea\r\n\r\nGrüße\r\n".encode()
    octets = converted(plain, False)
    assert octets.count(b"MIME-Version: 1.0\r\n") == 1
    head = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    part = "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGrüße\r\n".encode()
    forwarded = b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + plain
    octets = converted(head + part + forwarded + b"--b--\r\n", False)
    assert octets.count(b"MIME-Version: 1.0\r\n") == 2
    assert b"message/rfc822\r\n\r\nMIME-Version: 1.0\r\n" in octets


@pytest.mark.django_db(transaction=True)
def test_a_host_of_7_bits_is_given_7_bits(alice: Account, sink: Sink) -> None:
    sink.features[:] = ["SIZE"]
    pass_on(send(alice, "carol@example.org", message=mixed(), body="8BITMIME").submission)
    assert sink.taken[0].octets.isascii()
    assert "BODY" not in sink.taken[0].mail
    assert parsed(sink.taken[0].octets)[1].get_content() == BINARY


@pytest.mark.django_db(transaction=True)
def test_no_host_is_given_a_long_header_line(alice: Account, sink: Sink) -> None:
    """What is signed is what leaves: it is folded before."""
    sent = send(alice, "carol@example.org", message=LONG + b"Subject: x\r\n\r\nx\r\n")
    pass_on(sent.submission)
    octets = sink.taken[0].octets
    assert max(map(len, octets.split(b"\r\n"))) <= 78
    assert headers.value(octets, b"References") == headers.value(LONG, b"References")


@pytest.mark.django_db(transaction=True)
def test_a_host_with_binarymime_is_given_every_bit(alice: Account, sink: Sink) -> None:
    sink.features += ["CHUNKING", "BINARYMIME"]
    pass_on(send(alice, "carol@example.org", message=mixed(), body="BINARYMIME").submission)
    assert sink.taken[0].octets == mixed()
    assert "BODY=BINARYMIME" in sink.taken[0].mail


@pytest.mark.django_db(transaction=True)
def test_what_can_not_be_converted_comes_back(alice: Account, sink: Sink) -> None:
    sink.features[:] = ["SIZE"]
    message = "Subject: Grüße\r\n\r\nx\r\n".encode()
    sent = send(alice, "carol@example.org", message=message, body="8BITMIME").submission
    pass_on(sent)
    assert rows(sent)[0].state == "failed"
    assert b"Status: 5.6.3\r\n" in inbox(alice)[0]


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"\x00", b"\xff", b"b" * 500])))
def test_traits_do_not_depend_on_where_the_pieces_end(pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    assert (
        traits(pieces) == traits([whole]) == traits(whole[at : at + 1] for at in range(len(whole)))
    )


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", b"\x00", b"\xff", b"b" * 499])))
def test_traits_are_what_their_names_say(pieces: list[bytes]) -> None:
    whole, found = b"".join(pieces), traits(pieces)
    lines = whole.replace(b"\r", b"\n").split(b"\n")
    bare = whole.replace(b"\r\n", b"")
    assert found.eight_bit is (b"\xff" in whole)
    assert found.broken is any(octet in bare for octet in (b"\r", b"\n", b"\x00"))
    assert found.long is any(len(line) > 998 for line in lines)
