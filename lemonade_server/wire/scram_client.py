"""SCRAM-SHA-256 as the client sees it (RFC 5802, RFC 7677), without channel binding.

The nonce comes from outside. What a server says wrong raises ValueError.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

MOST_ITERATIONS = 1_000_000
"""A server may ask for so much work and no more."""

_HEADER = b"n,,"
_CHALLENGE = re.compile(rb"r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=([0-9]{1,9})(?:,.*)?")


class ScramClient:
    """One login: ``first``, then ``final`` on the challenge, then ``check`` of the last answer."""

    def __init__(self, name: str, password: str, nonce: bytes) -> None:
        escaped = name.replace("=", "=3D").replace(",", "=2C").encode("utf-8")
        self._password = password.encode("utf-8")
        self._nonce = nonce
        self._bare = b"n=%b,r=%b" % (escaped, nonce)
        self._signature = b""

    def first(self) -> bytes:
        """client-first-message."""
        return _HEADER + self._bare

    def final(self, challenge: bytes) -> bytes:
        """client-final-message, which proves that the password is known."""
        found = _CHALLENGE.fullmatch(challenge)
        if found is None or not found[1].startswith(self._nonce) or found[1] == self._nonce:
            raise ValueError("not a challenge for this login")
        iterations = int(found[3])
        if not 0 < iterations <= MOST_ITERATIONS:
            raise ValueError(f"{iterations} iterations are asked for")
        salt = _decode(found[2])
        salted = hashlib.pbkdf2_hmac("sha256", self._password, salt, iterations)
        unproven = b"c=%b,r=%b" % (base64.b64encode(_HEADER), found[1])
        covered = b",".join([self._bare, challenge, unproven])
        client_key = hmac.digest(salted, b"Client Key", "sha256")
        signed = hmac.digest(hashlib.sha256(client_key).digest(), covered, "sha256")
        server_key = hmac.digest(salted, b"Server Key", "sha256")
        self._signature = hmac.digest(server_key, covered, "sha256")
        proof = bytes(one ^ other for one, other in zip(client_key, signed, strict=True))
        return unproven + b",p=" + base64.b64encode(proof)

    def check(self, answer: bytes) -> None:
        """The server must prove that it knows the password's keys, too."""
        if not answer.startswith(b"v="):
            raise ValueError("the server does not prove itself")
        if not hmac.compare_digest(_decode(answer[2:].partition(b",")[0]), self._signature):
            raise ValueError("the server's proof is wrong")


def _decode(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("bad base64") from error
