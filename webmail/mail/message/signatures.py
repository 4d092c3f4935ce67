"""What can be said of an S/MIME signature: whether it fits, and whose it says it is (RFC 8551).

Who issued the certificate is not judged: a name in it is a claim, and it is shown as one.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext

from lemonade_server.wire import cms
from lemonade_server.wire.control_characters import one_line

_HASHES: dict[bytes, hashes.HashAlgorithm] = {
    bytes.fromhex("608648016503040201"): hashes.SHA256(),
    bytes.fromhex("608648016503040202"): hashes.SHA384(),
    bytes.fromhex("608648016503040203"): hashes.SHA512(),
    bytes.fromhex("608648016503040204"): hashes.SHA224(),
}
_PSS = bytes.fromhex("2a864886f70d01010a")
MOST_SIGNERS = 10
MOST_NAME = 200  # characters


@dataclass(slots=True)
class Signature:
    """``state``: intact, altered, unknown or encrypted. ``signer``: as the certificate has it."""

    state: str
    signer: str = ""
    address: str = ""  # in lower case

    @property
    def icon(self) -> str:
        """The name of the icon that goes with it."""
        return "warning" if self.state == "altered" else "info"

    @property
    def words(self) -> str:
        """A sentence or two for the page."""
        if self.state == "encrypted":
            return gettext(
                "This message is encrypted (S/MIME). Save the file and open it with a program that "
                "has your key."
            )
        if self.state == "altered":
            return gettext(
                "The signature does not fit: this message was altered after it was signed."
            )
        if self.state == "intact":
            return gettext(
                "Signed by %(signer)s, and not altered since. Whether the certificate is genuine "
                "was not verified."
            ) % {"signer": self.signer or gettext("somebody without a name")}
        return gettext("This message bears a signature that could not be checked.")


def signature(signed: cms.SignedData, content: bytes | None = None) -> Signature:
    """The state of all signatures together. ``content``: what a detached one is of."""
    octets = signed.content if signed.content is not None else content
    if octets is None or not signed.signers:
        return Signature("unknown")
    certificates = _certificates(signed)
    found = [_one(signer, octets, certificates) for signer in signed.signers[:MOST_SIGNERS]]
    for state in ("altered", "unknown"):
        for each in found:
            if each.state == state:
                return each
    return found[0]


def _certificates(signed: cms.SignedData) -> list[x509.Certificate]:
    found = []
    for data in signed.certificates[: 2 * MOST_SIGNERS]:
        with contextlib.suppress(ValueError):
            found.append(x509.load_der_x509_certificate(data))
    return found


def _one(signer: cms.SignerInfo, content: bytes, certificates: list[x509.Certificate]) -> Signature:
    certificate = next((each for each in certificates if _is_of(each, signer)), None)
    algorithm = _HASHES.get(signer.digest)
    if certificate is None or algorithm is None:
        return Signature("unknown")
    name, address = _names(certificate)
    signed = content
    if signer.attributes:
        digest = hashes.Hash(algorithm)
        digest.update(content)
        if signer.message_digest != digest.finalize():
            return Signature("altered", name, address)
        signed = signer.attributes
    try:
        _verify(certificate, signer, signed, algorithm)
    except InvalidSignature:
        return Signature("altered", name, address)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return Signature("unknown", name, address)
    return Signature("intact", name, address)


def _is_of(certificate: x509.Certificate, signer: cms.SignerInfo) -> bool:
    if signer.serial is not None:
        same = certificate.serial_number == signer.serial
        return same and certificate.issuer.public_bytes() == signer.issuer
    with contextlib.suppress(x509.ExtensionNotFound, ValueError):
        found = certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return found.value.digest == signer.key_id
    return False


def _verify(
    certificate: x509.Certificate,
    signer: cms.SignerInfo,
    signed: bytes,
    algorithm: hashes.HashAlgorithm,
) -> None:
    """Raises InvalidSignature; ValueError or UnsupportedAlgorithm for a key that is not known."""
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        scheme: padding.AsymmetricPadding = padding.PKCS1v15()
        if signer.algorithm == _PSS:
            scheme = padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO)
        key.verify(signer.signature, signed, scheme, algorithm)
    elif isinstance(key, ec.EllipticCurvePublicKey):
        key.verify(signer.signature, signed, ec.ECDSA(algorithm))
    elif isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        key.verify(signer.signature, signed)
    else:
        raise ValueError("a kind of key that signs no mail")


def _names(certificate: x509.Certificate) -> tuple[str, str]:
    """Who the certificate says that it is for, and the first mail address in it."""
    subject = certificate.subject
    names = [_text(each) for each in subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
    addresses: list[str] = []
    with contextlib.suppress(x509.ExtensionNotFound, ValueError):
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
        addresses = found.value.get_values_for_type(x509.RFC822Name)
    addresses += [_text(each) for each in subject.get_attributes_for_oid(NameOID.EMAIL_ADDRESS)]
    address = one_line(addresses[0])[:MOST_NAME] if addresses else ""
    name = one_line(names[0])[:MOST_NAME] if names else ""
    shown = f"{name} <{address}>" if name and address and name != address else name or address
    return shown, address.lower()


def _text(attribute: x509.NameAttribute[str | bytes]) -> str:
    value = attribute.value
    return value if isinstance(value, str) else value.decode("latin-1")
