"""Signed messages: a certificate made on the spot, CMS by the library, BER as mailers stream it."""

from __future__ import annotations

import base64
import datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
WORDS = (
    b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\n"
    b"The signed words.\r\n--q\r\nContent-Type: text/plain; name=signed.txt\r\n"
    b"Content-Disposition: attachment; filename=signed.txt\r\n\r\nsigned file\r\n--q--\r\n"
)


@cache
def identity(address: str, curve: bool = False) -> tuple[x509.Certificate, Key]:
    """A certificate that its owner has signed."""
    key: Key = (
        ec.generate_private_key(ec.SECP256R1()) if curve else rsa.generate_private_key(65537, 2048)
    )
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Mira Stone")])
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.RFC822Name(address)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    return made, key


def signed(
    entity: bytes,
    address: str = "mira@away.example",
    *,
    detached: bool = False,
    curve: bool = False,
) -> bytes:
    """CMS SignedData of an entity, in DER."""
    certificate, key = identity(address, curve)
    options = [pkcs7.PKCS7Options.Binary]
    if detached:
        options.append(pkcs7.PKCS7Options.DetachedSignature)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(entity)
    return builder.add_signer(certificate, key, hashes.SHA256()).sign(Encoding.DER, options)


def streamed(der: bytes) -> bytes:
    """The same in BER as mailers write it: no lengths outside, the content in pieces."""
    return _streamed(der)[0]


def _streamed(data: bytes, depth: int = 0) -> tuple[bytes, int]:
    tag, start = data[0], 2
    length = data[1]
    if length > 0x80:
        start += length & 0x7F
        length = int.from_bytes(data[2:start], "big")
    body = data[start : start + length]
    if tag == 0x04 and depth == 5:
        parts = [body[at : at + 50] for at in range(0, len(body), 50)]
        pieces = b"".join(b"\x04" + bytes([len(part)]) + part for part in parts)
        return b"\x24\x80" + pieces + b"\0\0", start + length
    if depth < 5 and tag in (0x30, 0xA0) and not (tag == 0xA0 and depth == 3):
        out, at = [], 0
        while at < len(body):
            piece, used = _streamed(body[at:], depth + 1)
            out.append(piece)
            at += used
        return bytes([tag, 0x80]) + b"".join(out) + b"\0\0", start + length
    return data[: start + length], start + length


def head(subject: str, sender: str = "Mira Stone <mira@away.example>") -> bytes:
    return (
        f"From: {sender}\r\nTo: alice@lemonade.test\r\nSubject: {subject}\r\n"
        "Date: Mon, 03 Nov 2025 10:14:00 +0100\r\nMIME-Version: 1.0\r\n"
    ).encode()


def opaque(data: bytes, kind: str = "signed-data", **more: str) -> bytes:
    """A message whose body is CMS."""
    return (
        head("opaque", **more)
        + f"Content-Type: application/pkcs7-mime; smime-type={kind}; name=smime.p7m\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n".encode()
        + base64.encodebytes(data).replace(b"\n", b"\r\n")
    )


def clear(entity: bytes, signature: bytes) -> bytes:
    """A message whose signature stands beside it (RFC 1847)."""
    return b"\r\n".join(
        [
            head("clear") + b"Content-Type: multipart/signed; boundary=s;",
            b" protocol=application/pkcs7-signature",
            b"",
            b"--s",
            entity,
            b"--s",
            b"Content-Type: application/pkcs7-signature; name=smime.p7s",
            b"Content-Transfer-Encoding: base64",
            b"",
            base64.encodebytes(signature).replace(b"\n", b"\r\n"),
            b"--s--",
            b"",
        ]
    )
