"""OfflineIMAP keeps a Maildir and an account equal, both ways.

By IMAPS alone: after STARTTLS its library at times still reads in another thread, takes octets of
the handshake and waits or gives up, with any server.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD

from .conftest import Owner
from .maildir import Maildir, run

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(
        shutil.which("offlineimap") is None, reason="offlineimap (offlineimap3) is not installed"
    ),
]

CONFIG = """
[general]
accounts = mail
metadata = {home}/state
socktimeout = 60
fsync = False

[Account mail]
localrepository = near
remoterepository = far
synclabels = no

[Repository near]
type = Maildir
localfolders = {home}/mail
sep = /

[Repository far]
type = IMAP
remotehost = localhost
remoteport = {port}
remoteuser = {email}
remotepass = {password}
ssl = yes
sslcacertfile = {certificate}
"""


class OfflineImap(Maildir):
    """The near side."""

    def __init__(self, owner: Owner, home: Path) -> None:
        super().__init__(home / "mail")
        self._config = home / "offlineimaprc"
        self._config.write_text(
            CONFIG.format(
                port=owner.server.ports["imaps"],
                email=owner.email,
                password=PASSWORD,
                certificate=owner.server.data / "tls" / "localhost.pem",
                home=home,
            ),
            encoding="ascii",
        )

    def sync(self) -> str:
        said = run(
            "offlineimap", "-o", "-u", "basic", "-c", str(self._config), HOME=str(self.root.parent)
        )
        assert "ERROR" not in said, said
        return said


def test_both_sides_stay_equal(owner: Owner, tmp_path: Path) -> None:
    owner.append("INBOX", "one", "\\Seen")
    owner.append("INBOX", "two", body="grüße " * 20_000)
    owner.append("INBOX", "three", "\\Flagged \\Answered")
    owner.append("Archive", "old", "\\Seen")
    near = OfflineImap(owner, tmp_path)

    near.sync()
    assert near.flags() == {"one": "S", "two": "", "three": "FR"}
    assert near.flags("Archive") == {"old": "S"}
    assert "grüße " * 20_000 in near.files()["two"].read_text("utf-8")

    # Both sides change before they meet again.
    near.mark("two", "FS")
    near.files()["one"].unlink()
    near.write("INBOX", "1.fresh.localhost", "Subject: four\n\nwritten off line\n")
    near.write("Plans", "1.plan.localhost:2,S", "Subject: plan\n\nbuy lemons\n")
    owner.change("INBOX", "three", "UID STORE {uid} -FLAGS (\\Flagged)")
    owner.append("INBOX", "five", "\\Draft")
    owner.change("Archive", "old", "UID STORE {uid} +FLAGS (\\Deleted)", "EXPUNGE")
    near.sync()
    inbox = owner.mail()
    assert inbox.keys() == {"two", "three", "four", "five"}
    assert inbox["two"] == {"\\Seen", "\\Flagged"}
    assert owner.mail("Plans") == {"plan": {"\\Seen"}}
    assert near.flags() == {"two": "FS", "three": "R", "four": "", "five": "D"}
    assert near.flags("Archive") == {}

    # Another run has nothing to do, on either side.
    before, files = owner.modseq(), near.everything()
    near.sync()
    assert (owner.modseq(), near.everything()) == (before, files)
