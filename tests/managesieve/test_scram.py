"""SCRAM and -PLUS by ManageSieve: the server's proof comes with the OK (RFC 5804 §2.1)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import ssl

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.mailserver import PASSWORD, MailServer

from .client import Client


def login(client: Client, email: str, password: str, mechanism: bytes, bound: bytes) -> bytes:
    """The exchange as RFC 5802 §3 has it; the server's last answer."""
    header = b"p=tls-server-end-point,," if bound else b"n,,"
    bare = b"n=%b,r=rOprNGfwEbeRWgbNEkqO" % email.encode()
    client.file.write(b'AUTHENTICATE "%b" "%b"\r\n' % (mechanism, base64.b64encode(header + bare)))
    client.file.flush()
    line = client.file.readline()
    if not line.startswith(b'"'):
        return line
    challenge = base64.b64decode(line.strip().strip(b'"'))
    found = re.fullmatch(rb"r=(\S+),s=(\S+),i=(\d+)", challenge)
    assert found is not None
    digest = "sha1" if b"-1" in mechanism else "sha256"
    salted = hashlib.pbkdf2_hmac(
        digest, password.encode(), base64.b64decode(found[2]), int(found[3])
    )
    key = hmac.digest(salted, b"Client Key", digest)
    without = b"c=%b,r=%b" % (base64.b64encode(header + bound), found[1])
    covered = b",".join((bare, challenge, without))
    signature = hmac.digest(hashlib.new(digest, key).digest(), covered, digest)
    proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
    final = base64.b64encode(without + b",p=" + base64.b64encode(proof))
    answer = client.say(b'"%b"' % final)
    server = hmac.digest(hmac.digest(salted, b"Server Key", digest), covered, digest)
    if answer.startswith(b"OK"):
        verifier = base64.b64encode(b"v=" + base64.b64encode(server))
        assert answer == b'OK (SASL "%b") "Welcome"\r\n' % verifier
    return answer


MECHANISMS = (b"SCRAM-SHA-256", b"SCRAM-SHA-1")


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_the_password_is_proved_without_being_sent(
    mail_server: MailServer, mechanism: bytes
) -> None:
    email = mail_server.add_account()
    with Client(mail_server, email, "wrong") as client:
        assert login(client, email, "wrong", mechanism, b"").startswith(b"NO")
        assert login(client, "nobody@lemonade.test", "x", mechanism, b"").startswith(b"NO")
        assert login(client, email, PASSWORD, mechanism, b"").startswith(b"OK")


@pytest.mark.parametrize("mechanism", MECHANISMS)
@pytest.mark.parametrize("honest", [True, False])
def test_the_login_is_bound_to_the_connection(
    mail_server: MailServer, honest: bool, mechanism: bytes
) -> None:
    email = mail_server.add_account()
    with Client(mail_server, email, "wrong") as client:
        assert client.say(b"STARTTLS").startswith(b"OK")
        client.socket = mail_server.client_tls().wrap_socket(
            client.socket, server_hostname="localhost"
        )
        client.file = client.socket.makefile("rwb")
        assert mechanism + b"-PLUS" in client.answer()
        assert isinstance(client.socket, ssl.SSLSocket)
        der = client.socket.getpeercert(binary_form=True)
        assert der is not None
        bound = x509.load_der_x509_certificate(der).fingerprint(hashes.SHA256())
        given = bound if honest else bytes(32)
        answer = login(client, email, PASSWORD, mechanism + b"-PLUS", given)
        assert answer.startswith(b"OK" if honest else b"NO")
