"""What a SCRAM client computes, written from RFC 5802 §3 and nothing of the server's."""

from __future__ import annotations

import base64
import hashlib
import hmac


def proofs(digest: str, password: str, bare: str, server_first: str, final: str) -> tuple[str, str]:
    """The client's proof and the server's signature, in base64.

    ``bare`` is client-first-message-bare, ``final`` client-final-message-without-proof.
    """
    fields = dict(field.split("=", 1) for field in server_first.split(","))
    salt, count = base64.b64decode(fields["s"]), int(fields["i"])
    salted = hashlib.pbkdf2_hmac(digest, password.encode(), salt, count)
    covered = ",".join([bare, server_first, final]).encode()
    key = hmac.digest(salted, b"Client Key", digest)
    signature = hmac.digest(hashlib.new(digest, key).digest(), covered, digest)
    proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
    server = hmac.digest(hmac.digest(salted, b"Server Key", digest), covered, digest)
    return base64.b64encode(proof).decode(), base64.b64encode(server).decode()
