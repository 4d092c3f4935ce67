"""Signing a message while it is read: relaxed header, simple body (RFC 6376 §3.4, §5)."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from collections.abc import Iterable, Iterator

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, padding

from lemonade_server.store.db import Tx
from lemonade_server.store.sql import signing as sql
from lemonade_server.wire import headers

from . import keys

MOST_HEADER = 1_048_576
STEP = 65_536
SIGNED = (
    b"from", b"sender", b"reply-to", b"subject", b"date", b"message-id", b"to", b"cc",
    b"mime-version", b"content-type", b"content-transfer-encoding", b"in-reply-to", b"references",
    b"resent-date", b"resent-from", b"resent-sender", b"resent-to", b"resent-cc",
    b"resent-message-id",
)  # fmt: skip
ONCE = (
    b"from", b"reply-to", b"subject", b"date", b"message-id", b"to", b"cc", b"mime-version",
    b"content-type", b"content-transfer-encoding",
)  # fmt: skip
"""Named once more than they are there, so that none can be added: a reader might show that one
(RFC 6376 §8.15). Nobody on the way has a reason to; lists add Sender.
"""

_BLANKS = re.compile(rb"[ \t]+")


class Signer:
    """Digests a message that passes by; then knows its signatures. One whose header is longer than
    ``MOST_HEADER`` is not signed.
    """

    def __init__(self) -> None:
        self._body = hashlib.sha256()
        self._header = b""
        self._in_body = False
        self._unsigned = False
        # Of the end of the body, if it was that: line ends, and a CR that may become one.
        self._line_ends = 0
        self._cr = b""

    def watch(self, stream: Iterable[bytes]) -> Iterator[bytes]:
        """The octets as they are, each digested on its way."""
        for octets in stream:
            if not self._unsigned:
                self._take(octets)
            yield octets

    def _take(self, octets: bytes) -> None:
        if self._in_body:
            self._digest(octets)
            return
        seen = max(0, len(self._header) - 3)
        self._header += octets
        end = 0 if self._header.startswith(b"\r\n") else self._header.find(b"\r\n\r\n", seen) + 2
        self._in_body = end != 1
        self._unsigned = (end if self._in_body else len(self._header)) > MOST_HEADER
        if self._unsigned:
            self._header = b""
        elif self._in_body:
            self._header, body = self._header[:end], self._header[end + 2 :]
            self._digest(body)

    def _digest(self, octets: bytes) -> None:
        """Empty lines at the end of the body don't count (§3.4.3). A CR or LF alone ends none."""
        octets = self._cr + octets
        self._cr = b"\r" if octets.endswith(b"\r") else b""
        octets = octets[: len(octets) - len(self._cr)]
        ends = _line_ends(octets)
        kept = octets[: len(octets) - 2 * ends]
        if kept:
            self._flush()
            self._body.update(kept)
        self._line_ends += ends

    def _flush(self) -> None:
        """What was held back is not the end after all."""
        while self._line_ends:
            count = min(self._line_ends, STEP)
            self._body.update(b"\r\n" * count)
            self._line_ends -= count

    def body_hash(self) -> bytes:
        """Of the simple body, at its end (§3.4.3)."""
        if self._cr:
            self._flush()
            self._body.update(self._cr)
            self._cr = b""
        body = self._body.copy()
        body.update(b"\r\n")
        return body.digest()

    @property
    def header(self) -> bytes:
        """The header that was signed, with its last line end; empty when it is too long."""
        return b"" if self._unsigned else self._header

    def fields(self, tx: Tx, domain: str) -> bytes:
        """A DKIM-Signature for each key of a domain; empty when it has none."""
        rows = tx.rows(sql.KEYS, (domain,)) if domain and not self._unsigned else []
        digest = base64.b64encode(self.body_hash()).decode("ascii")
        return b"".join(
            self._field(domain, str(selector), str(algorithm), bytes(secret), digest)
            for selector, algorithm, secret in rows
        )

    def _field(
        self, domain: str, selector: str, algorithm: str, sealed: bytes, digest: str
    ) -> bytes:
        secret = keys.open_key(sealed)
        is_edwards = isinstance(secret, ed25519.Ed25519PrivateKey)
        present = [
            (name.lower(), headers.unfold(raw)) for name, raw, _, _ in headers.each(self._header)
        ]
        chosen = [each for each in reversed(present) if each[0] in SIGNED]
        names = b":".join([*(name for name, _ in chosen), *ONCE]).decode("ascii")
        selector = f"{selector}e" if is_edwards else selector
        text = (
            f"v=1; a={algorithm}; c=relaxed/simple; d={domain};\r\n"
            f"\ts={selector}; t={int(time.time())};\r\n"
            f"\th={names.replace(':', ':' + chr(13) + chr(10) + chr(9) + ' ')};\r\n"
            f"\tbh={digest};\r\n\tb="
        ).encode()
        said = b"".join(_relax(name, value) + b"\r\n" for name, value in chosen)
        said += _relax(b"dkim-signature", text.replace(b"\r\n", b""))
        if isinstance(secret, ed25519.Ed25519PrivateKey):
            signature = secret.sign(hashlib.sha256(said).digest())
        else:
            signature = secret.sign(said, padding.PKCS1v15(), hashes.SHA256())
        coded = base64.b64encode(signature)
        folded = b"\r\n\t ".join(coded[at : at + 72] for at in range(0, len(coded), 72))
        return b"DKIM-Signature: " + text + folded + b"\r\n"


def _line_ends(octets: bytes) -> int:
    """How many CRLF there are at the end, found by halving: there may be millions."""
    low, high = 0, (len(octets) - len(octets.rstrip(b"\r\n"))) // 2
    while low < high:
        middle = (low + high + 1) // 2
        if octets.endswith(b"\r\n" * middle):
            low = middle
        else:
            high = middle - 1
    return low


def _relax(name: bytes, value: bytes) -> bytes:
    """A field as §3.4.2 has it, without its line end."""
    return name + b":" + _BLANKS.sub(b" ", value).strip(b" \t")
