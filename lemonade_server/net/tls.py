"""What TLS is like on our ports, and the self-signed certificate of the data folder."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lemonade_server.files.creation import find_or_make

LIFETIME = datetime.timedelta(days=3650)


class ServerContext(ssl.SSLContext):
    """A context that knows its own certificate's hash, tls-server-end-point of RFC 5929 §4.

    ``end_point`` is empty where the RFC defines none.
    """

    end_point: bytes = b""


def new_context() -> ServerContext:
    """TLS 1.2 or newer, no compression (CRIME, RFC 9325 §3.3); still without a certificate."""
    context = ServerContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_CIPHER_SERVER_PREFERENCE
    return context


def end_point(certificate: x509.Certificate) -> bytes:
    """The hash of a certificate by its own signature's algorithm, SHA-256 for weak ones."""
    algorithm = certificate.signature_hash_algorithm
    if algorithm is None:
        return b""
    weak = isinstance(algorithm, hashes.MD5 | hashes.SHA1)
    return certificate.fingerprint(hashes.SHA256() if weak else algorithm)


def self_signed(data: Path, hostname: str) -> Path:
    """The path of the self-signed certificate, made once. Processes that race agree on one."""
    path = data / "tls" / f"{hostname}.pem"
    return find_or_make(path, lambda: _make(hostname), _is_certificate)


def _is_certificate(pem: bytes) -> bool:
    """Whether a key and a certificate that belong together can be read."""
    try:
        key = serialization.load_pem_private_key(pem, None)
        return x509.load_pem_x509_certificate(pem).public_key() == key.public_key()
    except ValueError:
        return False


def _make(hostname: str) -> bytes:
    """A private key and a certificate for the name and the loopback names, as PEM."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, hostname[:64])])
    now = datetime.datetime.now(datetime.UTC)
    names: list[x509.GeneralName] = [
        x509.DNSName(each) for each in dict.fromkeys([hostname, "localhost"])
    ]
    names += [x509.IPAddress(ipaddress.ip_address(each)) for each in ("127.0.0.1", "::1")]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
