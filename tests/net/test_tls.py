"""The self-signed certificate."""

from __future__ import annotations

import ssl
from pathlib import Path

from cryptography import x509

from lemonade_server.net.tls import new_context, self_signed


def test_it_is_made_once_and_private(tmp_path: Path) -> None:
    first = self_signed(tmp_path, "mail.example.com")
    made = first.read_bytes()
    assert first.stat().st_mode & 0o077 == 0
    assert self_signed(tmp_path, "mail.example.com").read_bytes() == made
    assert [path.name for path in first.parent.iterdir()] == ["mail.example.com.pem"]


def test_it_names_the_host_and_loopback(tmp_path: Path) -> None:
    pem = self_signed(tmp_path, "mail.example.com").read_bytes()
    certificate = x509.load_pem_x509_certificate(pem[pem.index(b"-----BEGIN CERT") :])
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["mail.example.com", "localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]


def test_old_versions_of_tls_are_off() -> None:
    context = new_context()
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    assert context.options & ssl.OP_NO_COMPRESSION
