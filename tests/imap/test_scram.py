"""SCRAM with both hashes, and -PLUS, against the server (RFC 5802 §6, RFC 7677).

Shows: AUTH=SCRAM-SHA-256, AUTH=SCRAM-SHA-256-PLUS, AUTH=SCRAM-SHA-1, AUTH=SCRAM-SHA-1-PLUS.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import closing

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from tests.mailserver import PASSWORD, MailServer


class Talk:
    """A client that can do SCRAM, and do it wrong."""

    def __init__(self, server: MailServer, kind: str = "imaps") -> None:
        self.socket: socket.socket = server.connect(kind)
        self.file = self.socket.makefile("rwb")
        self.greeting = self.file.readline()

    def close(self) -> None:
        self.file.close()
        self.socket.close()

    def say(self, line: bytes) -> bytes:
        self.file.write(line + b"\r\n")
        self.file.flush()
        return self.file.readline()

    def end_point(self) -> bytes:
        """tls-server-end-point (RFC 5929 §4.1)."""
        assert isinstance(self.socket, ssl.SSLSocket)
        der = self.socket.getpeercert(binary_form=True)
        assert der is not None
        return x509.load_der_x509_certificate(der).fingerprint(hashes.SHA256())

    def login(
        self, name: str, password: str, *, header: bytes = b"n,,", bound: bytes = b"",
        mechanism: bytes = b"SCRAM-SHA-256", nonce: bytes = b"",
    ) -> bytes:  # fmt: skip
        """The tagged reply. The server's own proof is checked on the way."""
        bare = b"n=%b,r=fyko+d2lbbFgONRv9qkxdawL" % name.encode()
        initial = base64.b64encode(header + bare)
        line = self.say(b"a AUTHENTICATE %b %b" % (mechanism, initial))
        if not line.startswith(b"+ "):
            return line
        challenge = base64.b64decode(line[2:])
        found = re.fullmatch(rb"r=(\S+),s=(\S+),i=(\d+)", challenge)
        assert found and found[1].startswith(b"fyko+d2lbbFgONRv9qkxdawL")
        salt, count = base64.b64decode(found[2]), int(found[3])
        assert count >= 4096
        digest = "sha1" if b"-1" in mechanism else "sha256"
        salted = hashlib.pbkdf2_hmac(digest, password.encode(), salt, count)
        without = b"c=%b,r=%b" % (base64.b64encode(header + bound), nonce or found[1])
        covered = b",".join([bare, challenge, without])
        key = hmac.digest(salted, b"Client Key", digest)
        signature = hmac.digest(hashlib.new(digest, key).digest(), covered, digest)
        proof = bytes(one ^ other for one, other in zip(key, signature, strict=True))
        final = base64.b64encode(without + b",p=" + base64.b64encode(proof))
        line = self.say(final)
        if not line.startswith(b"+ "):
            return line
        server_key = hmac.digest(salted, b"Server Key", digest)
        expected = b"v=" + base64.b64encode(hmac.digest(server_key, covered, digest))
        assert base64.b64decode(line[2:]) == expected
        return self.say(b"")


@pytest.fixture
def talk(mail_server: MailServer) -> Iterator[Talk]:
    with closing(Talk(mail_server)) as found:
        yield found


PLUS = b"SCRAM-SHA-256-PLUS"
HEADER = b"p=tls-server-end-point,,"


def test_the_right_password(mail_server: MailServer, talk: Talk) -> None:
    email = mail_server.add_account()
    assert b"AUTH=SCRAM-SHA-256 " in talk.greeting and b"AUTH=" + PLUS in talk.greeting
    assert talk.login(email, PASSWORD).startswith(b"a OK [CAPABILITY ")


def test_sha_1_for_who_knows_no_other(mail_server: MailServer) -> None:
    email = mail_server.add_account()
    for name, header in ((b"SCRAM-SHA-1", b"n,,"), (b"SCRAM-SHA-1-PLUS", HEADER)):
        with closing(Talk(mail_server)) as talk:
            bound = talk.end_point() if header == HEADER else b""
            assert re.search(rb"AUTH=%b[ \]]" % name, talk.greeting)
            for password, answer in (("not it", b"a NO [AUTH"), (PASSWORD, b"a OK [CAPABILITY ")):
                said = talk.login(email, password, mechanism=name, header=header, bound=bound)
                assert said.startswith(answer)


def test_an_account_from_before_sha_1_gets_its_keys_with_the_next_password(
    mail_server: MailServer, talk: Talk
) -> None:
    email, other = mail_server.add_account(), mail_server.add_account()
    for each in (email, other):
        mail_server.call("sql", "UPDATE account SET scram_sha1 = NULL WHERE email = %s", [each])
    refused = talk.login(email, PASSWORD, mechanism=b"SCRAM-SHA-1")
    assert refused == b"a NO [AUTHENTICATIONFAILED] the name or the password is wrong\r\n"
    with closing(Talk(mail_server)) as wrong:
        assert wrong.say(b"a LOGIN %b wrong" % email.encode()).startswith(b"a NO")
    assert talk.login(email, PASSWORD, mechanism=b"SCRAM-SHA-1").startswith(b"a NO")
    with closing(Talk(mail_server)) as shown:
        line = b"a LOGIN %b %b" % (email.encode(), PASSWORD.encode())
        assert shown.say(line).startswith(b"a OK")
    assert talk.login(email, PASSWORD, mechanism=b"SCRAM-SHA-1").startswith(b"a OK")
    rows = "SELECT COUNT(*) FROM account WHERE email = %s AND scram_sha1 IS NULL"
    assert mail_server.call("sql", rows, [other]) == [[1]], "nobody else's were made"


def test_bound_to_the_connection(mail_server: MailServer, talk: Talk) -> None:
    email = mail_server.add_account()
    wrong = talk.login(email, PASSWORD, header=HEADER, bound=bytes(32), mechanism=PLUS)
    assert wrong.startswith(b"a NO [AUTHENTICATIONFAILED]")
    right = talk.login(email, PASSWORD, header=HEADER, bound=talk.end_point(), mechanism=PLUS)
    assert right.startswith(b"a OK ")


def test_a_client_that_was_not_offered_binding_was_deceived(
    mail_server: MailServer, talk: Talk
) -> None:
    email = mail_server.add_account()
    assert talk.login(email, PASSWORD, header=b"y,,").startswith(b"a NO [AUTHENTICATIONFAILED]")
    assert talk.login(email, PASSWORD, mechanism=PLUS).startswith(b"a BAD")
    assert talk.login(email, PASSWORD, header=HEADER).startswith(b"a BAD")
    unknown = talk.login(email, PASSWORD, header=b"p=tls-magic,,", mechanism=PLUS)
    assert unknown.startswith(b"a NO ")


def test_without_tls_there_is_nothing_to_bind_to(mail_server: MailServer) -> None:
    email = mail_server.add_account()
    with closing(Talk(mail_server, "imap")) as clear:
        assert b"AUTH=" + PLUS not in clear.greeting
        assert clear.login(email, PASSWORD, mechanism=PLUS, header=HEADER).startswith(b"a NO ")
        assert clear.login(email, PASSWORD, header=b"y,,").startswith(b"a OK ")


@pytest.mark.parametrize("fault", ["password", "name", "nonce"])
def test_all_failures_look_alike(mail_server: MailServer, talk: Talk, fault: str) -> None:
    email = mail_server.add_account()
    reply = talk.login(
        "nobody@example.org" if fault == "name" else email,
        "wrong" if fault == "password" else PASSWORD,
        nonce=b"fyko+d2lbbFgONRv9qkxdawLother" if fault == "nonce" else b"",
    )
    assert reply == b"a NO [AUTHENTICATIONFAILED] the name or the password is wrong\r\n"


def test_an_unknown_name_has_a_salt_that_stays(mail_server: MailServer, talk: Talk) -> None:
    first = base64.b64encode(b"n,,n=nobody@example.org,r=abc")
    salts = set()
    for _ in range(2):
        line = talk.say(b"a AUTHENTICATE SCRAM-SHA-256 " + first)
        salts.add(base64.b64decode(line[2:]).split(b",")[1])
        assert talk.say(b"*").startswith(b"a BAD")
    assert len(salts) == 1


def test_nobody_acts_for_somebody_else(mail_server: MailServer, talk: Talk) -> None:
    one, other = mail_server.add_account(), mail_server.add_account()
    header = b"n,a=%b," % other.encode()
    assert talk.login(one, PASSWORD, header=header).startswith(b"a NO [AUTHORIZATIONFAILED]")
    header = b"n,a=%b," % one.encode()
    assert talk.login(one, PASSWORD, header=header).startswith(b"a OK")
