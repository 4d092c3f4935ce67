"""TLSA records: which of them mail may use, and which certificates they mean (DANE).

RFC 6698 §2.1, RFC 7671 §9, RFC 7672 §3.1. Certificates are DER.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

DANE_TA, DANE_EE = 2, 3
CERTIFICATE, PUBLIC_KEY = 0, 1
FULL, SHA256, SHA512 = 0, 1, 2

_DIGESTS = {SHA256: hashlib.sha256, SHA512: hashlib.sha512}
_SEQUENCE, _VERSION = 0x30, 0xA0
_BEFORE_KEY = 5
"""Fields of a certificate between its version and its key: number, algorithm, issuer, validity,
subject."""


@dataclass(frozen=True, slots=True)
class Association:
    """One record. ``usage`` says whose certificate ``data`` tells of, ``selector`` what part of it,
    ``matching`` how (RFC 6698 §2.1).
    """

    usage: int
    selector: int
    matching: int
    data: bytes

    def means(self, certificate: bytes) -> bool:
        """Whether the record tells of this certificate."""
        try:
            part = certificate if self.selector == CERTIFICATE else public_key(certificate)
        except ValueError:
            return False
        digest = _DIGESTS.get(self.matching)
        return hmac.compare_digest(digest(part).digest() if digest else part, self.data)


def usable(records: Iterable[Association]) -> list[Association]:
    """Those that can prove a mail host. PKIX-TA(0) and PKIX-EE(1) are not for mail (RFC 7672
    §3.1.3); what is not well formed or not known proves nothing.

    Where a strong digest is given, the weaker ones beside it do not count (RFC 7671 §9).
    """
    found = [record for record in records if _is_usable(record)]
    strong = {(each.usage, each.selector) for each in found if each.matching == SHA512}
    return [
        each for each in found
        if each.matching != SHA256 or (each.usage, each.selector) not in strong
    ]  # fmt: skip


def _is_usable(record: Association) -> bool:
    if record.usage not in (DANE_TA, DANE_EE) or record.selector not in (CERTIFICATE, PUBLIC_KEY):
        return False
    digest = _DIGESTS.get(record.matching)
    if digest is not None:
        return len(record.data) == digest().digest_size
    if record.matching != FULL:
        return False
    try:
        if record.selector == CERTIFICATE:
            public_key(record.data)
        return _element(record.data, 0)[0] == _SEQUENCE
    except ValueError:
        return False


def public_key(certificate: bytes) -> bytes:
    """A certificate's SubjectPublicKeyInfo, octet by octet as it stands there. Raises ValueError.

    To decode the key and encode it again might give others.
    """
    _, at, _ = _element(certificate, 0)
    _, at, _ = _element(certificate, at)
    if certificate[at : at + 1] == bytes([_VERSION]):
        at = _element(certificate, at)[2]
    for _ in range(_BEFORE_KEY):
        at = _element(certificate, at)[2]
    tag, _, end = _element(certificate, at)
    if tag != _SEQUENCE:
        raise ValueError("that is no certificate")
    return certificate[at:end]


def _element(octets: bytes, at: int) -> tuple[int, int, int]:
    """The tag of a DER element, where its contents begin, and where it ends. Raises ValueError."""
    head = octets[at : at + 2]
    at += 2
    length = head[1] if len(head) == 2 else 0xFF
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise ValueError("that is no DER")
        length = int.from_bytes(octets[at : at + count])
        at += count
    if at + length > len(octets):
        raise ValueError("the DER is cut off")
    return head[0], at, at + length
