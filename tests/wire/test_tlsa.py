"""Which TLSA records count, and what they mean."""

from __future__ import annotations

import hashlib
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.net.tls import self_signed
from lemonade_server.wire import tlsa
from lemonade_server.wire.tlsa import Association

SHA256, SHA512 = b"d" * 32, b"e" * 64


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    text = self_signed(Path(tmp_path_factory.mktemp("tls")), "mx.example.org").read_text()
    return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERT") :])


def test_the_key_of_a_certificate(certificate: bytes) -> None:
    key = x509.load_der_x509_certificate(certificate).public_key()
    assert tlsa.public_key(certificate) == key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )


def test_what_a_record_means(certificate: bytes) -> None:
    key = tlsa.public_key(certificate)
    for selector, part in ((0, certificate), (1, key)):
        for matching, data in enumerate(
            (part, hashlib.sha256(part).digest(), hashlib.sha512(part).digest())
        ):
            record = Association(3, selector, matching, data)
            assert tlsa.usable([record]) == [record]
            assert record.means(certificate)
            assert not record.means(certificate.replace(key, key[:-1] + b"\0"))
            assert not Association(3, selector, matching, data[:-1]).means(certificate)


@pytest.mark.parametrize(
    "record",
    [
        Association(0, 0, 1, SHA256), Association(1, 1, 1, SHA256), Association(4, 1, 1, SHA256),
        Association(3, 2, 1, SHA256), Association(3, 1, 3, SHA256), Association(3, 1, 1, SHA512),
        Association(3, 1, 2, SHA256), Association(3, 1, 0, b""), Association(2, 0, 0, b"0\1"),
        Association(2, 0, 0, b"no certificate"),
    ],
)  # fmt: skip
def test_records_that_can_not_be_used(record: Association) -> None:
    assert tlsa.usable([record]) == []


def test_a_strong_digest_outranks_a_weaker_one() -> None:
    """For the same usage and selector: a digest that is broken one day proves nothing then."""
    strong, weak = Association(3, 1, 2, SHA512), Association(3, 1, 1, SHA256)
    other = Association(2, 1, 1, SHA256)
    assert tlsa.usable([weak, strong, other]) == [strong, other]


@given(octets=st.binary(max_size=80), selector=st.sampled_from([0, 1]))
def test_octets_that_are_no_certificate(octets: bytes, selector: int) -> None:
    assert not Association(3, selector, 1, SHA256).means(octets)
    assert not Association(2, 1, 0, b"0").means(octets)
