"""A certificate authority for the tests, and certificates that it has signed."""

from __future__ import annotations

import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

YEAR = datetime.timedelta(days=365)


class Authority:
    """``path`` is its own certificate: what who trusts it needs (SSL_CERT_FILE)."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Lemonade tests")
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self.path = folder / "authority.pem"
        signed = self._signed(self._name, self._key, constraints, YEAR)
        self.path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))

    def issue(self, *names: str, lifetime: datetime.timedelta = YEAR, chain: bool = False) -> Path:
        """A certificate for some host names, with its key, in one file; with ``chain`` the
        authority's own too, which a host then shows. A lifetime below zero has ended.
        """
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        signed = self._signed(_named(names[0]), key, alternatives, lifetime)
        path = self._folder / f"{names[0]}.pem"
        path.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
            + (self.path.read_bytes() if chain else b"")
        )
        return path

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        extension: x509.ExtensionType,
        lifetime: datetime.timedelta,
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 2 * YEAR)
            .not_valid_after(now + lifetime)
            .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
            .sign(self._key, hashes.SHA256())
        )


def _named(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])
