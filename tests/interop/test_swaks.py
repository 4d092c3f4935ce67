"""swaks submits mail, which is then read back."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from bench.imap import Imap
from tests.mailserver import PASSWORD

from .conftest import Owner

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(shutil.which("swaks") is None, reason="swaks is not installed"),
]


def swaks(owner: Owner, to: str, *options: str, password: str = PASSWORD) -> tuple[int, str]:
    """Exit status and the conversation."""
    done = subprocess.run(
        [
            "swaks", "--server", "127.0.0.1", "--from", owner.email, "--to", to,
            "--auth-user", owner.email, "--auth-password", password, "--helo", "client.example",
            "--timeout", "20", *options,
        ],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


WAYS = {
    "starttls": ("submission", "--tls", "--auth", "PLAIN"),
    "tls": ("submissions", "--tls-on-connect", "--auth", "PLAIN"),
    "login": ("submission", "--tls", "--auth", "LOGIN"),
    "login-tls": ("submissions", "--tls-on-connect", "--auth", "LOGIN"),
    "pipelining": ("submission", "--tls", "--auth", "PLAIN", "--pipeline"),
}


@pytest.mark.parametrize("way", WAYS)
def test_submits_and_it_is_read_back(owner: Owner, way: str) -> None:
    friend = owner.server.add_account("friend")
    port, *options = WAYS[way]
    status, said = swaks(
        owner, f"{friend},{owner.email}", "--port", str(owner.server.ports[port]), *options,
        "--header", f"Subject: by {way}", "--body", ".\n..dots\nLemons, ä\n.",
    )  # fmt: skip
    assert status == 0, said
    assert owner.mail().keys() == {f"by {way}"}
    imap = Imap("127.0.0.1", owner.server.ports["imap"])
    imap.login(friend, PASSWORD)
    imap.command(b"SELECT INBOX")
    octets = imap.command(b"FETCH 1 BODY[]")[0]
    imap.close()
    assert ".\r\n..dots\r\nLemons, ä\r\n.\r\n".encode() in octets
    assert b"Received: from client.example" in octets
    assert b"ESMTPSA" in octets


def test_a_wrong_password_and_a_foreign_sender(owner: Owner) -> None:
    port = str(owner.server.ports["submission"])
    status, said = swaks(owner, owner.email, "--port", port, "--tls", password="wrong")
    assert status == 28 and "535 5.7.8" in said, said
    status, said = swaks(owner, owner.email, "--port", port, "--tls", "--from", "carol@example.net")
    assert status == 23 and "553 5.7.1" in said, said
    assert owner.mail() == {}


@pytest.mark.parametrize("port", ["smtp", "lmtp"])
def test_strangers_reach_our_own_and_nobody_else(owner: Owner, port: str) -> None:
    words = ["swaks", "--server", "127.0.0.1", "--port", str(owner.server.ports[port])]
    words += ["--protocol", port, "--from", "carol@example.net", "--timeout", "20"]

    def sent(to: str) -> tuple[int, str]:
        done = subprocess.run(
            [*words, "--to", to, "--header", "Subject: from a stranger"],
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    status, said = sent(owner.email)
    assert status == 0, said
    assert owner.mail().keys() == {"from a stranger"}
    status, said = sent("dave@example.org")
    assert status == 24 and "550 5.7.1" in said, said
