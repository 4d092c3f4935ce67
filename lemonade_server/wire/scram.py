"""SCRAM as the server sees it (RFC 5802, RFC 7677): messages and proofs.

Nonces, salts and channel bindings come from outside. ``digest`` is sha1 or sha256. The parsers
raise ValueError.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from dataclasses import dataclass

MAX_NAME = 320
MAX_NONCE = 256

_NAME = rb"(?:[^\x00,=]|=2C|=3D)+"
_NONCE = rb"[\x21-\x2b\x2d-\x7e]+"
_FIRST = re.compile(
    rb"((n|y|p=([A-Za-z0-9.-]+)),(?:a=(%b))?,)(n=(%b),r=(%b)(?:,[A-Za-z]=[^\x00,]*)*)"
    % (_NAME, _NAME, _NONCE)
)
_FINAL = re.compile(
    rb"(c=([A-Za-z0-9+/=]+),r=(%b)(?:,[A-Za-z]=[^\x00,]*)*),p=([A-Za-z0-9+/=]+)" % _NONCE
)


@dataclass(slots=True)
class ClientFirst:
    """client-first-message. ``flag`` is n, y or p, ``binding`` the type that p asks for."""

    header: bytes
    flag: str
    binding: str
    authzid: str
    name: str
    nonce: bytes
    bare: bytes


@dataclass(slots=True)
class ClientFinal:
    """client-final-message; ``without_proof`` is what the proof covers of it."""

    binding: bytes
    nonce: bytes
    proof: bytes
    without_proof: bytes


def client_first(message: bytes) -> ClientFirst:
    """Read the first message. Mandatory extensions (``m=``) are not known here."""
    found = _FIRST.fullmatch(message)
    if found is None:
        raise ValueError("not a client-first-message")
    header, flag, binding, authzid, bare, name, nonce = found.groups()
    if len(nonce) > MAX_NONCE or len(name) > MAX_NAME or len(authzid or b"") > MAX_NAME:
        raise ValueError("a part is too long")
    return ClientFirst(
        header, flag[:1].decode(), (binding or b"").decode(), _saslname(authzid or b""),
        _saslname(name), nonce, bare,
    )  # fmt: skip


def client_final(message: bytes) -> ClientFinal:
    """Read the final message."""
    found = _FINAL.fullmatch(message)
    if found is None:
        raise ValueError("not a client-final-message")
    without_proof, binding, nonce, proof = found.groups()
    try:
        return ClientFinal(
            base64.b64decode(binding, validate=True),
            nonce,
            base64.b64decode(proof, validate=True),
            without_proof,
        )
    except binascii.Error as error:
        raise ValueError("bad base64") from error


def _saslname(wire: bytes) -> str:
    return wire.replace(b"=2C", b",").replace(b"=3D", b"=").decode("utf-8")


def server_first(nonce: bytes, salt: bytes, iterations: int) -> bytes:
    """``nonce`` is the client's with ours behind it."""
    return b"r=%b,s=%b,i=%d" % (nonce, base64.b64encode(salt), iterations)


def auth_message(first: ClientFirst, challenge: bytes, final: ClientFinal) -> bytes:
    """What both sides prove to have seen."""
    return b",".join([first.bare, challenge, final.without_proof])


def proves(digest: str, stored_key: bytes, covered: bytes, proof: bytes) -> bool:
    """Whether the proof was made with the password of ``stored_key`` (RFC 5802 §3)."""
    signature = hmac.digest(stored_key, covered, digest)
    if len(proof) != len(signature):
        return False
    client_key = bytes(one ^ other for one, other in zip(proof, signature, strict=True))
    return hmac.compare_digest(hashlib.new(digest, client_key).digest(), stored_key)


def server_final(digest: str, server_key: bytes, covered: bytes) -> bytes:
    """The proof that the server knows the password's keys, too."""
    return b"v=" + base64.b64encode(hmac.digest(server_key, covered, digest))
