"""fetchmail collects what is new and hands it on, each message once."""

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
    pytest.mark.skipif(shutil.which("fetchmail") is None, reason="fetchmail is not installed"),
]

CONFIG = """
poll localhost protocol IMAP port {port} timeout 60
  user "{email}" password "{password}"
  {tls} sslcertck sslcertfile "{certificate}"
  folder {folder} {keep}
  mda "cat >> {home}/collected; echo >> {home}/collected"
"""
NO_MAIL = 1


@pytest.fixture(params=["imap", "imaps"])
def scheme(request: pytest.FixtureRequest) -> str:
    """STARTTLS on the plain port, or TLS from the start."""
    return str(request.param)


def fetch(owner: Owner, home: Path, scheme: str, folder: str = "INBOX", keep: str = "") -> int:
    """Collect once; the exit status."""
    config = home / "fetchmailrc"
    config.write_text(
        CONFIG.format(
            port=owner.server.ports[scheme],
            email=owner.email,
            password=PASSWORD,
            tls="ssl" if scheme == "imaps" else 'sslproto "TLS1+"',
            certificate=owner.server.data / "tls" / "localhost.pem",
            folder=folder,
            keep=keep,
            home=home,
        ),
        "ascii",
    )
    config.chmod(0o600)
    done = subprocess.run(
        ["fetchmail", "--fetchmailrc", str(config), "--pidfile", str(home / "pid"), "--nosyslog"],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "HOME": str(home), "FETCHMAILHOME": str(home)},
    )
    assert done.returncode in (0, NO_MAIL), done.stdout + done.stderr
    return done.returncode


def collected(home: Path) -> list[str]:
    """Subjects, in the order in which they came."""
    lines = (home / "collected").read_text("utf-8").splitlines()
    return [line.removeprefix("Subject: ") for line in lines if line.startswith("Subject: ")]


def test_collects_and_empties_the_mailbox(owner: Owner, tmp_path: Path, scheme: str) -> None:
    owner.append("INBOX", "one", body="grüße\r\n" * 20_000)
    owner.append("INBOX", "two", body=".\r\n..dots\r\nFrom here")
    owner.append("INBOX", "three", "\\Seen")  # read already: somebody has it
    assert fetch(owner, tmp_path, scheme) == 0
    assert collected(tmp_path) == ["one", "two"]
    text = (tmp_path / "collected").read_text("utf-8")
    assert "grüße\n" * 20_000 in text
    assert ".\n..dots\nFrom here\n" in text
    assert owner.mail() == {"three": {"\\Seen"}}
    assert fetch(owner, tmp_path, scheme) == NO_MAIL


def test_keeps_what_it_has_read_marked_as_seen(owner: Owner, tmp_path: Path, scheme: str) -> None:
    owner.append("Archive", "old", "\\Flagged")
    assert fetch(owner, tmp_path, scheme, "Archive", "keep") == 0
    assert owner.mail("Archive") == {"old": {"\\Flagged", "\\Seen"}}
    assert fetch(owner, tmp_path, scheme, "Archive", "keep") == NO_MAIL
    assert collected(tmp_path) == ["old"]
