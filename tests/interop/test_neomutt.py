"""NeoMutt, driven by keys in a pseudo terminal: reads, flags, files and sends mail."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.imap import Imap
from tests.mailserver import PASSWORD

from . import terminal
from .conftest import Owner

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(shutil.which("neomutt") is None, reason="neomutt is not installed"),
]

CONFIG = """
set folder = "{scheme}://{email}@localhost:{port}/"
set spoolfile = "+INBOX"
set record = "+Sent"
set imap_user = "{email}"
set imap_pass = "{password}"
set smtp_url = "smtp://{email}@localhost:{submission}/"
set smtp_pass = "{password}"
set from = "{email}"
set hostname = "localhost"
set certificate_file = "{certificate}"
set ssl_use_system_certs = no
set ssl_starttls = yes
set ssl_force_tls = yes
set header_cache = ""
set confirmappend = no
set confirmcreate = no
set delete = yes
set quit = yes
set move = no
set resolve = no
set wait_key = no
set sort = mailbox-order
set pager_stop = yes
set mark_old = no
set editor = "true"
set abort_unmodified = no
set abort_nosubject = no
"""


@pytest.fixture(params=["imap", "imaps"])
def config(request: pytest.FixtureRequest, owner: Owner, tmp_path: Path) -> Path:
    """Its settings: STARTTLS on the plain port, or TLS from the start."""
    path = tmp_path / "neomuttrc"
    path.write_text(
        CONFIG.format(
            scheme=request.param,
            port=owner.server.ports[request.param],
            submission=owner.server.ports["submission"],
            email=owner.email,
            password=PASSWORD,
            certificate=owner.server.data / "tls" / "localhost.pem",
        ),
        encoding="ascii",
    )
    return path


def press(config: Path, keys: str) -> None:
    """Open the INBOX, press keys, and quit."""
    terminal.run(["neomutt", "-n", "-F", str(config), "-e", f'push "{keys}<quit>"'], config.parent)


def test_reads_flags_and_files_mail(owner: Owner, config: Path) -> None:
    owner.append("INBOX", "one", body="lemons are yellow")
    owner.append("INBOX", "two")
    owner.append("INBOX", "three")
    press(
        config,
        "<first-entry><display-message><exit><pipe-message>cat > read.txt<enter>"
        "<next-entry><flag-message>"
        "<last-entry><save-message>=Archive<enter><sync-mailbox>",
    )
    assert "lemons are yellow" in (config.parent / "read.txt").read_text("utf-8")
    assert owner.mail() == {"one": {"\\Seen"}, "two": {"\\Flagged"}}
    assert owner.mail("Archive").keys() == {"three"}


def test_a_new_mailbox_and_a_deletion(owner: Owner, config: Path) -> None:
    owner.append("INBOX", "one")
    owner.append("INBOX", "two")
    press(
        config,
        "<first-entry><copy-message>=Plans<enter><last-entry><delete-message><sync-mailbox>",
    )
    assert owner.mail().keys() == {"one"}
    assert owner.mail("Plans").keys() == {"one"}


def test_sends_and_keeps_a_copy(owner: Owner, config: Path) -> None:
    friend = owner.server.add_account("friend")
    press(config, f"<mail>{friend}<enter>lunch<enter><send-message>")
    assert owner.mail("Sent") == {"lunch": {"\\Seen"}}
    found = owner.server.call(
        "sql",
        "SELECT state FROM recipient r JOIN submission s ON s.id = r.submission_id"
        " WHERE r.address = %s AND s.sender = %s",
        [friend, owner.email],
    )
    assert found == [["delivered"]]


def test_a_message_is_sent_on_as_it_is(owner: Owner, config: Path) -> None:
    """``bounce-message``: From stays who wrote it, Resent-From is who sends it on."""
    friend = owner.server.add_account("friend")
    owner.append("INBOX", "tea", body="At five?")
    press(config, f"<first-entry><bounce-message>{friend}<enter>y")
    imap = Imap("127.0.0.1", owner.server.ports["imap"])
    imap.login(friend, PASSWORD)
    imap.command(b"EXAMINE INBOX")
    octets = imap.command(b"FETCH 1 BODY[]")[0]
    imap.close()
    assert b"From: Carol <carol@example.net>" in octets and b"At five?" in octets
    assert b"Resent-From: " in octets and owner.email.encode() in octets.partition(b"To:")[0]
    assert octets.count(b"Resent-Message-ID: ") == 1
