"""msmtp submits mail as sendmail would, by the best login that both sides know."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD

from .conftest import Owner

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(shutil.which("msmtp") is None, reason="msmtp is not installed"),
]

CONFIG = """
account default
host localhost
port {port}
tls on
tls_starttls {starttls}
tls_trust_file {certificate}
auth {auth}
user {email}
password {password}
from {email}
domain client.example
timeout 60
dsn_return headers
dsn_notify failure
logfile {home}/log
"""
EX_NOPERM, EX_DATAERR = 77, 65


def msmtp(
    owner: Owner, home: Path, message: str, *words: str, port: str, auth: str, password: str
) -> subprocess.CompletedProcess[str]:
    """Submit a message; the recipients are in it (-t) or in ``words``."""
    config = home / "msmtprc"
    config.write_text(
        CONFIG.format(
            port=owner.server.ports[port],
            starttls="on" if port == "submission" else "off",
            certificate=owner.server.data / "tls" / "localhost.pem",
            auth=auth,
            email=owner.email,
            password=password,
            home=home,
        ),
        "ascii",
    )
    config.chmod(0o600)
    return subprocess.run(
        ["msmtp", "-d", "-C", str(config), *words],
        check=False,
        capture_output=True,
        input=message,
        text=True,
        timeout=60,
        env={**os.environ, "HOME": str(home)},
    )


@pytest.mark.parametrize(
    ("port", "auth"),
    [("submission", "on"), ("submissions", "plain"), ("submissions", "scram-sha-256")],
)
def test_submits_to_all_who_are_named(owner: Owner, tmp_path: Path, port: str, auth: str) -> None:
    message = (
        f"To: {owner.email}\nBcc: {owner.email}\nSubject: by msmtp\n\n.\n..dots\nLemons, ä\n.\n"
    )
    done = msmtp(owner, tmp_path, message, "-t", port=port, auth=auth, password=PASSWORD)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "exitcode=EX_OK" in (tmp_path / "log").read_text()
    assert owner.mail().keys() == {"by msmtp"}
    owner.imap.command(b"EXAMINE INBOX")
    octets = owner.imap.command(b"FETCH 1 BODY.PEEK[]")[0]
    assert ".\r\n..dots\r\nLemons, ä\r\n.\r\n".encode() in octets
    assert b"Bcc:" not in octets
    assert b"Message-ID: <" in octets


def test_a_wrong_password_and_an_unknown_recipient(owner: Owner, tmp_path: Path) -> None:
    message = "Subject: never\n\nhello\n"
    done = msmtp(
        owner, tmp_path, message, owner.email, port="submissions", auth="on", password="wrong"
    )
    assert done.returncode == EX_NOPERM, done.stderr
    assert "535" in done.stderr
    done = msmtp(
        owner, tmp_path, message, "nobody-there@lemonade.test",
        port="submissions", auth="on", password=PASSWORD,
    )  # fmt: skip
    assert done.returncode == EX_DATAERR, done.stderr
    assert "550 5.1.1" in done.stderr
    assert owner.mail() == {}
