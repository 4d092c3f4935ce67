"""Hashes made elsewhere: what is taken, what is refused, and that nothing else fits."""

from __future__ import annotations

import base64

import bcrypt
import pytest
from django.contrib.auth.hashers import check_password
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.auth.passwords.foreign_hashes import UnusablePassword, read_password

BCRYPT = "$2b$04$"


@pytest.mark.parametrize(
    "value",
    [
        "{ARGON2ID}x",
        "{ARGON2ID}$argon2id$v=19$m=9999999,t=3,p=1$tQ4N4ELF+4dCg90+S0FlHQ$B5RPMcZiF2Etv7qHfi5Ass6",
        "{BLF-CRYPT}$2y$31$RAq3wCbDxPzeSFTYvTbH9OPaBZLFD9HBIguPFkJR.POkjfbV0juJ.",
        "{BLF-CRYPT}$2y$05$short",
        "{SHA512-CRYPT}$6$rounds=999999999$salt$" + "a" * 86,
        "{PBKDF2}$1$salt$999999999$2f39d7fa96b177243192f07011f7c96196e2281a",
        "{SSHA}not base64",
        "{SHA256}YWJj",
        "{SHA256.HEX}zz",
        "{DIGEST-MD5}abc",
        "{SCRAM-SHA-256}1,a,b,c",
        "{CRYPT}ab0123456789a",
        "{SSHA512}" + "A" * 400,
        "{PLAIN.HEX}zz",
        "{CRYPT.B64}!!",
        # Without a scheme: no password, but hashes of other kinds, or cut ones.
        "$y$j9T$abcdefgh$PZRdLETVRbMEzmnBBw/HJYds14q7zajolAkGvDfpO1B",
        "$apr1$CrS5XSkX$joRi/6mBLfb.qB1ezkplT/",
        "$6$abcdefgh$LE5WkgvAvQVkDQEQt4TrPY6tetkE13fynYHu4tOrL8Nf2v28",
        "$2y$05$aaaaaaaaaaaaaaaaaaaaaOsTUrjRN5ZLhCp9px",
        "$argon2id$v=19$m=65536,t=3,p=1$MhxyeMx8",
        "pbkdf2_sha256$600000$salt$Zm9vYmFyZm9vYmFyZm9vYmFyZm9vYmFyZm9vYmE=",
    ],
)
def test_what_can_not_be_checked_is_refused(value: str) -> None:
    with pytest.raises(UnusablePassword):
        read_password(value)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("{PLAIN.B64}VHIwdWI0ZG9yLWdyw6TDn2U=", "Tr0ub4dor-gräße"),
        ("{clear.hex}547230756234646f722d6772c3a4c39f65", "Tr0ub4dor-gräße"),
        ("{PLAIN}$y$j9T$abcdefgh$PZRdLETVRbMEzmnBBw", "$y$j9T$abcdefgh$PZRdLETVRbMEzmnBBw"),
    ],
)
def test_passwords_in_clear(written: str, plain: str) -> None:
    assert read_password(written).plain == plain


def test_hashes_written_in_digits_or_base64() -> None:
    hashed = bcrypt.hashpw(b"x", bcrypt.gensalt(4))
    for text in (
        "{BLF-CRYPT.HEX}" + hashed.hex(), "{CRYPT.B64}" + base64.b64encode(hashed).decode()
    ):  # fmt: skip
        assert check_password("x", read_password(text).encoded)


@pytest.mark.parametrize(
    "value", ["{x", "{}x", "$6$", "{PLAIN", "{ ARGON2ID}", "$2y$pass", "pa{SHA}"]
)
def test_a_password_that_only_looks_like_one_is_a_password(value: str) -> None:
    assert read_password(value).plain == value


def test_a_long_password_of_bcrypt_counts_as_far_as_bcrypt_counts() -> None:
    """72 octets, and none behind NUL: as the server that made the hash did."""
    encoded = read_password(bcrypt.hashpw(b"x" * 72, bcrypt.gensalt(4)).decode()).encoded
    assert check_password("x" * 100, encoded) and not check_password("x" * 71, encoded)


@given(st.text(max_size=40) | st.from_regex(r"\{[A-Z0-9-]{1,8}(\.HEX)?\}[$./A-Za-z0-9=]{0,60}"))
def test_any_text_is_a_password_a_hash_or_a_refusal(text: str) -> None:
    try:
        found = read_password(text)
    except UnusablePassword:
        return
    assert bool(found.encoded) != bool(found.plain) or not text or text.upper().startswith("{")
    if found.encoded.startswith("crypt$"):
        assert not check_password("another", found.encoded)
