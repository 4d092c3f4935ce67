"""SCRAM: the exchanges of RFC 7677 §3 and RFC 5802 §5, and what must not pass."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lemonade_server.wire import scram

FIRST = b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
CHALLENGE = (
    b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
)
FINAL = (
    b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
    b"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
)
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")


def scram_keys(digest: str, password: str, salt: bytes, iterations: int) -> tuple[bytes, bytes]:
    """RFC 5802 §3."""
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), salt, iterations)
    key = hmac.digest(salted, b"Client Key", digest)
    return hashlib.new(digest, key).digest(), hmac.digest(salted, b"Server Key", digest)


STORED_KEY, SERVER_KEY = scram_keys("sha256", "pencil", SALT, 4096)


def test_the_exchange_of_the_rfc() -> None:
    first, final = scram.client_first(FIRST), scram.client_final(FINAL)
    assert (first.flag, first.name, first.nonce) == ("n", "user", b"rOprNGfwEbeRWgbNEkqO")
    assert final.binding == first.header == b"n,,"
    assert scram.server_first(final.nonce, SALT, 4096) == CHALLENGE
    covered = scram.auth_message(first, CHALLENGE, final)
    assert scram.proves("sha256", STORED_KEY, covered, final.proof)
    assert scram.server_final("sha256", SERVER_KEY, covered) == (
        b"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    )
    assert not scram.proves("sha256", STORED_KEY, covered + b"x", final.proof)
    assert not scram.proves("sha256", STORED_KEY, covered, final.proof[:-1])
    assert not scram.proves("sha256", STORED_KEY, covered, bytes(32))


def test_the_exchange_of_sha_1() -> None:
    """RFC 5802 §5."""
    first = scram.client_first(b"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL")
    final = scram.client_final(
        b"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
    )
    salt = base64.b64decode("QSXCR+Q6sek8bf92")
    challenge = scram.server_first(final.nonce, salt, 4096)
    assert challenge == b"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096"
    stored_key, server_key = scram_keys("sha1", "pencil", salt, 4096)
    covered = scram.auth_message(first, challenge, final)
    assert scram.proves("sha1", stored_key, covered, final.proof)
    assert not scram.proves("sha1", stored_key, covered + b"x", final.proof)
    assert not scram.proves("sha256", stored_key, covered, final.proof)
    assert scram.server_final("sha1", server_key, covered) == b"v=rmF9pqV8S7suAoZWja4dJRkFsKQ="


def test_names_and_bindings() -> None:
    first = scram.client_first(b"p=tls-unique,a=b=2Cc=3Dd,n=\xc3\xa9=2C,r=x,x=more")
    assert (first.binding, first.authzid, first.name) == ("tls-unique", "b,c=d", "é,")
    assert first.bare == b"n=\xc3\xa9=2C,r=x,x=more"


@pytest.mark.parametrize(
    "message",
    [b"", b"n,,n=a", b"n,,m=x,n=a,r=b", b"x,,n=a,r=b", b"n,,n=a=2D,r=b", b"n,,n=a\0,r=b",
     b"p=,,n=a,r=b", b"n,,n=,r=b", b"n,,n=a,r=b c", b"n,,n=\xff,r=b", b"n,,n=a,r=" + b"b" * 300],
)  # fmt: skip
def test_what_is_no_first_message(message: bytes) -> None:
    with pytest.raises(ValueError, match=r"message|long|decode|codec"):
        scram.client_first(message)


PIECES = (
    *(b"n,", b"y,", b"p=tls-unique,", b"a=x,", b",", b"n=u", b"n=a=2Cb", b",r=abc", b"r=", b"m=1,"),
    *(b"c=biws", b",x=1", b",p=QQ==", b"=", b"\xff", b"\0"),
)


@given(st.lists(st.sampled_from(PIECES) | st.binary(max_size=3), max_size=9).map(b"".join))
@example(b"n,a=x,n=a=2Cb,r=abc,x=1")
@example(b"c=biws,r=abc,x=1,p=QQ==")
def test_any_octets_are_read_or_refused(message: bytes) -> None:
    """What is read is all of the message: nothing of it may be left out of what is proved."""
    try:
        first = scram.client_first(message)
    except ValueError:
        pass
    else:
        assert message == first.header + first.bare
        assert first.nonce and not set(first.nonce) & set(b",\0")
        assert first.flag in ("n", "y", "p") and bool(first.binding) is (first.flag == "p")
    try:
        final = scram.client_final(message)
    except ValueError:
        return
    proof = message[len(final.without_proof) :]
    assert message.startswith(final.without_proof) and proof.startswith(b",p=")
    assert base64.b64decode(proof[3:]) == final.proof
    assert b",r=%b" % final.nonce in final.without_proof
