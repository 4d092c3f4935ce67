"""AUTH SCRAM-SHA-256 and -1 (RFC 7677, RFC 5802): the password never crosses, both sides prove
themselves.

Shows: AUTH.
"""

from __future__ import annotations

import base64
import smtplib

from lemonade_server.wire.scram_client import ScramClient
from tests.mailserver import PASSWORD, MailServer
from tests.scram_proof import proofs


def encoded(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def converse(smtp: smtplib.SMTP, client: ScramClient) -> tuple[int, bytes]:
    """The whole exchange; the server's last reply."""
    code, text = smtp.docmd("AUTH", f"SCRAM-SHA-256 {encoded(client.first())}")
    assert code == 334
    code, text = smtp.docmd(encoded(client.final(base64.b64decode(text))))
    if code != 334:
        return code, text
    client.check(base64.b64decode(text))
    return smtp.docmd("")


def test_a_login_by_scram(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    with smtplib.SMTP("127.0.0.1", mail_server.ports["submission"], timeout=60) as smtp:
        smtp.ehlo("client.example")
        wrong = ScramClient(alice, "not it", b"a-nonce")
        assert converse(smtp, wrong)[0] == 535
        assert converse(smtp, ScramClient("nobody@lemonade.test", "x", b"a-nonce"))[0] == 535
        assert converse(smtp, ScramClient(alice, PASSWORD, b"a-nonce")) == (235, b"2.7.0 Welcome")
        assert smtp.mail(alice)[0] == 250


def test_sha_1_for_who_knows_no_other(mail_server: MailServer) -> None:
    alice = mail_server.add_account("alice")
    with smtplib.SMTP("127.0.0.1", mail_server.ports["submission"], timeout=60) as smtp:
        smtp.ehlo("client.example")
        for password, expected in (("not it", 535), (PASSWORD, 334)):
            bare = f"n={alice},r=a-nonce"
            code, text = smtp.docmd("AUTH", f"SCRAM-SHA-1 {encoded(f'n,,{bare}'.encode())}")
            assert code == 334
            challenge = base64.b64decode(text).decode()
            final = f"c=biws,{challenge.partition(',')[0]}"
            proof, verifier = proofs("sha1", password, bare, challenge, final)
            code, text = smtp.docmd(encoded(f"{final},p={proof}".encode()))
            assert code == expected
        assert base64.b64decode(text) == f"v={verifier}".encode()
        assert smtp.docmd("") == (235, b"2.7.0 Welcome")


def test_nonsense_is_no_exchange(mail_server: MailServer) -> None:
    with smtplib.SMTP("127.0.0.1", mail_server.ports["submission"], timeout=60) as smtp:
        smtp.ehlo("client.example")
        assert smtp.docmd("AUTH", f"SCRAM-SHA-256 {encoded(b'n,,x')}")[0] == 501
        assert smtp.docmd("AUTH", f"SCRAM-SHA-256-PLUS {encoded(b'n,,n=a,r=b')}")[0] == 504
        assert smtp.docmd("AUTH", "SCRAM-SHA-256")[0] == 334
        assert smtp.docmd("*")[0] == 501
