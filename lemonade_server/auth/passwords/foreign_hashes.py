"""Passwords that were hashed elsewhere, in Dovecot's notation ``{SCHEME}hash`` or crypt's ``$6$…``.

They are taken as they are and checked by whatever made them, until the first login with the
password lets us keep a hash and keys of our own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import bcrypt
from django.contrib.auth.hashers import BasePasswordHasher, make_password
from passlib.handlers.md5_crypt import md5_crypt
from passlib.handlers.sha2_crypt import sha256_crypt, sha512_crypt

ALGORITHM = "crypt"
LONGEST = 128 - len(ALGORITHM) - 1  # characters; what a row holds of it
MOST_ROUNDS = 1_000_000  # of SHA-crypt and PBKDF2: more would take seconds a login
MOST_ARGON2_KIB, MOST_ARGON2_TIME, MOST_BCRYPT_COST = 1_048_576, 64, 16

_SCHEME = re.compile(r"\{([A-Z0-9][A-Z0-9-]*)(?:\.(HEX|B64|BASE64))?\}", re.IGNORECASE)
_ARGON2 = re.compile(r"\$argon2(?:id|i|d)\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=\d{1,2}"
                     r"\$[A-Za-z0-9+/]{11,}\$[A-Za-z0-9+/]{16,}")  # fmt: skip
_BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
_SHA_CRYPT = re.compile(r"\$(?:(5)|6)\$(?:rounds=(\d{1,9})\$)?[^$:\s]{0,16}"
                        r"\$(?(1)[./A-Za-z0-9]{43}|[./A-Za-z0-9]{86})")  # fmt: skip
_MD5_CRYPT = re.compile(r"\$1\$[^$:\s]{0,8}\$[./A-Za-z0-9]{22}")
_PBKDF2 = re.compile(r"\$1\$([^$\s]{1,40})\$(\d{1,9})\$([0-9a-f]{40})")
_LIKE_A_HASH = re.compile(
    r"\$(?:\d[a-z]?|[a-z][a-z0-9-]{0,20})\$[^\s$]*\$\S{16,}|\$2[a-z]?\$\d\d\$\S{16,}"
    r"|(?:argon2|bcrypt|pbkdf2|scrypt|md5|sha1|sha256|sha512)(?:_[a-z0-9]+)?\$\S{16,}",
    re.IGNORECASE,
)
_SCRAM = re.compile(r"(\d{4,7}),([A-Za-z0-9+/=]+),([A-Za-z0-9+/=]{44}),([A-Za-z0-9+/=]{44})")

_PLAIN = {"PLAIN", "CLEAR", "CLEARTEXT"}
_CRYPT = {"CRYPT", "ARGON2I", "ARGON2ID", "BLF-CRYPT", "SHA256-CRYPT", "SHA512-CRYPT", "MD5-CRYPT",
          "MD5"}  # fmt: skip
_DIGESTS = {"SHA": "sha1", "SHA1": "sha1", "SHA256": "sha256", "SHA512": "sha512",
            "LDAP-MD5": "md5", "PLAIN-MD5": "md5"}  # fmt: skip
_SALTED = {"SSHA": "sha1", "SSHA256": "sha256", "SSHA512": "sha512", "SMD5": "md5"}
_BY_DEFAULT_HEX = {"PLAIN-MD5"}
KNOWN = sorted(_PLAIN | _CRYPT | set(_DIGESTS) | set(_SALTED) | {"PBKDF2", "SCRAM-SHA-256"})


class UnusablePassword(ValueError):
    """The hash can't be taken; the text says why."""


@dataclass(slots=True)
class ImportedPassword:
    """A password as it came: ``plain`` to be hashed here, or what a row keeps in its place.

    ``scram``: salt, iterations, StoredKey and ServerKey of SCRAM-SHA-256 (RFC 5802 §3).
    """

    plain: str = ""
    encoded: str = ""
    scram: tuple[bytes, int, bytes, bytes] | None = None


def read_password(text: str) -> ImportedPassword:
    """What a field of a password holds. Raises UnusablePassword."""
    scheme = _SCHEME.match(text)
    if scheme is None:
        if _ARGON2.fullmatch(text) or _is_crypt(text):
            return ImportedPassword(encoded=_crypt_hash(text))
        if _LIKE_A_HASH.fullmatch(text):
            raise UnusablePassword(
                "it looks like a hash that is not complete, or of a kind that is not known here;"
                " if it is the password itself, write {PLAIN} in front"
            )
        return ImportedPassword(plain=text)
    name, form, value = scheme[1].upper(), (scheme[2] or "").upper(), text[scheme.end() :]
    if form and name not in _DIGESTS and name not in _SALTED:
        value = _decoded_value(name, form, value)
    if name in _PLAIN:
        return ImportedPassword(plain=value)
    if name == "SCRAM-SHA-256":
        return _scram(value)
    if name in _CRYPT:
        return ImportedPassword(encoded=_crypt_hash(value))
    if name == "PBKDF2":
        found = _PBKDF2.fullmatch(value)
        if found is None or int(found[2]) > MOST_ROUNDS:
            raise UnusablePassword("{PBKDF2} is followed by no hash that can be used")
        return ImportedPassword(encoded=_stored_hash("{PBKDF2}" + value))
    if name in _DIGESTS or name in _SALTED:
        return ImportedPassword(encoded=_stored_hash(_digest(name, form, value)))
    raise UnusablePassword(f"{{{name}}} is no scheme that is known here: {', '.join(KNOWN)}")


def _is_crypt(value: str) -> bool:
    return any(shape.fullmatch(value) for shape in (_BCRYPT, _SHA_CRYPT, _MD5_CRYPT))


def _crypt_hash(value: str) -> str:
    """A hash of crypt's notation, which names its own kind."""
    argon2, blowfish, sha = (shape.fullmatch(value) for shape in (_ARGON2, _BCRYPT, _SHA_CRYPT))
    if argon2 is not None:
        if int(argon2[1]) > MOST_ARGON2_KIB or int(argon2[2]) > MOST_ARGON2_TIME:
            raise UnusablePassword("this argon2 hash takes too much memory or time to check")
        return f"argon2{value}"  # as our own are kept
    if blowfish is not None and int(blowfish[1]) > MOST_BCRYPT_COST:
        raise UnusablePassword("this bcrypt hash takes too long to check")
    if sha is not None and int(sha[2] or 0) > MOST_ROUNDS:
        raise UnusablePassword("this SHA-crypt hash takes too long to check")
    if not _is_crypt(value):
        raise UnusablePassword("the hash is not complete, or of a kind that is not known here")
    return _stored_hash(value)


def _stored_hash(value: str) -> str:
    if len(value) > LONGEST:
        raise UnusablePassword("the hash is too long")
    return f"{ALGORITHM}${value}"


def _digest(name: str, form: str, value: str) -> str:
    """A plain or salted digest, in base64 whatever it came in."""
    algorithm = _DIGESTS.get(name) or _SALTED[name]
    is_hex = form == "HEX" or (not form and name in _BY_DEFAULT_HEX)
    try:
        octets = bytes.fromhex(value) if is_hex else base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error):
        octets = b""
    size = hashlib.new(algorithm, usedforsecurity=False).digest_size
    if len(octets) < size or (name in _DIGESTS and len(octets) != size):
        raise UnusablePassword(f"{{{name}}} is followed by no hash that can be used")
    return f"{{{name}}}{base64.b64encode(octets).decode()}"


def _decoded_value(name: str, form: str, value: str) -> str:
    """A text that was written in hexadecimal digits or base64 (``{SHA512-CRYPT.B64}``)."""
    try:
        octets = bytes.fromhex(value) if form == "HEX" else base64.b64decode(value, validate=True)
        return octets.decode()
    except ValueError:  # binascii.Error and UnicodeDecodeError, too
        raise UnusablePassword(
            f"{{{name}.{form}}} is followed by nothing that can be read so"
        ) from None


def _scram(value: str) -> ImportedPassword:
    found = _SCRAM.fullmatch(value)
    try:
        if found is None or not 4096 <= int(found[1]) <= MOST_ROUNDS:
            raise ValueError
        salt, stored, server = (base64.b64decode(one, validate=True) for one in found.groups()[1:])
    except (ValueError, binascii.Error):
        raise UnusablePassword("{SCRAM-SHA-256} is followed by no keys that can be used") from None
    return ImportedPassword(
        encoded=make_password(None), scram=(salt, int(found[1]), stored, server)
    )


class ForeignHasher(BasePasswordHasher):
    """Checks what ``read_password`` has taken. It makes none."""

    algorithm = ALGORITHM

    def encode(self, password: str, salt: str) -> str:
        raise NotImplementedError("hashes of this kind come from elsewhere")

    def verify(self, password: str, encoded: str) -> bool:
        value = encoded.partition("$")[2]
        octets = password.encode("utf-8", "surrogatepass")
        if value.startswith("{PBKDF2}"):
            return _fits_pbkdf2(octets, value.removeprefix("{PBKDF2}"))
        if value.startswith("{"):
            return _fits_digest(octets, value)
        if value.startswith("$2"):
            return bcrypt.checkpw(octets.partition(b"\0")[0][:72], value.encode("ascii"))
        if b"\0" in octets:
            return False
        check: Callable[..., Any] = _CRYPTS[value[:3]]
        return bool(check(octets, value))

    def must_update(self, encoded: str) -> bool:
        return True

    def safe_summary(self, encoded: str) -> Any:
        return {"algorithm": self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Each takes the time that its own server chose."""


_CRYPTS = {"$6$": sha512_crypt.verify, "$5$": sha256_crypt.verify, "$1$": md5_crypt.verify}


def _fits_pbkdf2(password: bytes, value: str) -> bool:
    """Dovecot's: of SHA-1, the salt taken as it is written."""
    found = _PBKDF2.fullmatch(value)
    if found is None:
        return False
    made = hashlib.pbkdf2_hmac("sha1", password, found[1].encode(), int(found[2]))
    return hmac.compare_digest(made, bytes.fromhex(found[3]))


def _fits_digest(password: bytes, value: str) -> bool:
    name, _, text = value[1:].partition("}")
    algorithm = _DIGESTS.get(name) or _SALTED[name]
    octets = base64.b64decode(text)
    made = hashlib.new(algorithm, usedforsecurity=False)
    digest, salt = octets[: made.digest_size], octets[made.digest_size :]
    made.update(password + salt)
    return hmac.compare_digest(made.digest(), digest)
