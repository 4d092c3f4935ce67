"""Certificates: what a start says of files that are wrong, and how renewed ones are taken up."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import uvloop
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from lemonade_server.net.certificate import Certificate, CertificateError, server_certificate
from lemonade_server.net.connection import Connection
from lemonade_server.net.listeners import listen
from tests.certificates import Authority


def issued(folder: Path, name: str) -> tuple[Path, Path]:
    """A certificate and its key, in files of their own."""
    both = Authority(folder).issue(name).read_bytes()
    at = both.index(b"-----BEGIN CERTIFICATE")
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(both[at:])
    key.write_bytes(both[:at])
    return cert, key


def spoil(wrong: str, cert: Path, key: Path, folder: Path) -> None:
    """Make the files wrong in one way."""
    if wrong == "no certificate file":
        cert.unlink()
    elif wrong == "no key file":
        key.unlink()
    elif wrong == "a folder":
        cert.unlink()
        cert.mkdir()
    elif wrong == "an empty certificate":
        cert.write_bytes(b"")
    elif wrong == "a key in place of the certificate":
        cert.write_bytes(key.read_bytes())
    elif wrong == "a certificate in place of the key":
        key.write_bytes(cert.read_bytes())
    elif wrong == "half a certificate":
        cert.write_bytes(cert.read_bytes()[:300])
    elif wrong == "another key":
        other = folder / "other"
        other.mkdir()
        key.write_bytes(issued(other, "other.example")[1].read_bytes())
    elif wrong == "a passphrase":
        loaded = serialization.load_pem_private_key(key.read_bytes(), None)
        key.write_bytes(
            loaded.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.BestAvailableEncryption(b"secret"),
            )
        )


WRONG = {
    "no certificate file": ("cert.pem can't be read", "No such file"),
    "no key file": ("key.pem can't be read", "No such file"),
    "a folder": ("cert.pem can't be read", "Is a directory"),
    "an empty certificate": ("cert.pem", "holds no certificate"),
    "a key in place of the certificate": ("cert.pem", "holds no certificate"),
    "a certificate in place of the key": ("key.pem", "holds no private key"),
    "half a certificate": ("cert.pem", "can't be used"),
    "another key": ("key.pem", "does not belong to"),
    "a passphrase": ("key.pem", "passphrase"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_what_is_wrong_at_the_start_is_said_with_the_file(tmp_path: Path, wrong: str) -> None:
    cert, key = issued(tmp_path, "mail.example")
    spoil(wrong, cert, key, tmp_path)
    with pytest.raises(CertificateError) as caught:
        server_certificate(str(cert), str(key), tmp_path, "localhost")
    assert all(words in str(caught.value) for words in WRONG[wrong]), caught.value


def test_a_key_needs_a_certificate(tmp_path: Path) -> None:
    with pytest.raises(CertificateError, match="no certificate is named"):
        server_certificate("", "/etc/key.pem", tmp_path, "localhost")


def test_an_own_certificate_is_used(tmp_path: Path) -> None:
    both = Authority(tmp_path).issue("own.example")
    server_certificate(str(both), "", tmp_path / "other", "localhost")
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("wrong", WRONG)
def test_a_broken_renewal_leaves_the_old_one(
    tmp_path: Path, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    cert, key = issued(tmp_path, "one.example")
    certificate = Certificate(cert, key)
    kept = cert.read_bytes(), key.read_bytes()
    spoil(wrong, cert, key, tmp_path)
    assert not certificate.reload() and not certificate.reload()
    assert caplog.text.count("the old one stays in use") == 1
    assert all(words in caplog.text for words in WRONG[wrong][:1]), caplog.text
    assert not certificate.reload(insist=True)
    assert caplog.text.count("the old one stays in use") == 2
    if cert.is_dir():
        cert.rmdir()
    cert.write_bytes(kept[0])
    key.write_bytes(kept[1])
    assert not certificate.reload(), "it is the one in use"
    issued(tmp_path, "two.example")
    assert certificate.reload() and not certificate.reload()


async def shown(port: int, name: str | None) -> str:
    """The first name in the certificate that a client is shown."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(
        "127.0.0.1", port, ssl=context, server_hostname=name or ""
    )
    assert await reader.readline() == b"hello\r\n"
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    names = x509.load_der_x509_certificate(der).extensions
    found = names.get_extension_for_class(x509.SubjectAlternativeName).value
    return str(found.get_values_for_type(x509.DNSName)[0])


@pytest.mark.parametrize("loop", [asyncio.new_event_loop, uvloop.new_event_loop])
def test_new_connections_are_shown_the_renewed_one(
    tmp_path: Path, loop: Callable[[], asyncio.AbstractEventLoop]
) -> None:
    certificate = Certificate(*issued(tmp_path, "one.example"))
    bindings: list[bytes | None] = []

    async def session(conn: Connection) -> None:
        bindings.append(conn.channel_binding("tls-server-end-point"))
        conn.write(b"hello\r\n")
        await conn.flush()
        await asyncio.Event().wait()

    async def run() -> None:
        listener = await listen("127.0.0.1", 0, session, tls=certificate.context, reuse_port=False)
        assert await shown(listener.port, "one.example") == "one.example"
        issued(tmp_path, "two.example")
        assert await shown(listener.port, None) == "one.example", "nobody has looked yet"
        assert certificate.reload()
        assert await shown(listener.port, "two.example") == "two.example"
        assert await shown(listener.port, None) == "two.example"
        await listener.close(grace=0.1)

    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(run())
    assert bindings[0] == bindings[1] != bindings[2] == bindings[3]


def test_what_clients_may_trust_is_written_without_its_key_and_authority(tmp_path: Path) -> None:
    both = Authority(tmp_path).issue("mail.example", chain=True)
    certificate = server_certificate(str(both), "", tmp_path, "localhost")
    copy = tmp_path / "tls" / "in-use.pem"
    certificate.publish(copy)
    assert copy.read_bytes() in both.read_bytes()
    assert copy.read_bytes().count(b"BEGIN") == 1 and b"KEY" not in copy.read_bytes()


def test_what_cannot_be_published_ends_nothing_and_is_tried_again(tmp_path: Path) -> None:
    certificate = server_certificate("", "", tmp_path, "localhost")
    folder = tmp_path / "published"
    folder.write_bytes(b"")
    for _ in range(2):
        certificate.publish(folder / "in-use.pem")
    folder.unlink()
    certificate.publish(folder / "in-use.pem")
    before = (folder / "in-use.pem").stat()
    assert before.st_size > 0
    certificate.publish(folder / "in-use.pem")
    assert (folder / "in-use.pem").stat().st_ino == before.st_ino, "it was written for nothing"
    (folder / "in-use.pem").write_bytes(b"")  # as a power cut leaves it
    certificate.publish(folder / "in-use.pem")
    assert (folder / "in-use.pem").stat().st_size == before.st_size
