"""mbsync (isync) keeps a Maildir and an account equal, both ways."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD

from .conftest import Owner
from .maildir import Maildir, run

pytestmark = [
    pytest.mark.client,
    pytest.mark.skipif(shutil.which("mbsync") is None, reason="mbsync (isync) is not installed"),
]

CONFIG = """
IMAPAccount account
Host localhost
Port {port}
User {email}
Pass {password}
SSLType {tls}
SystemCertificates no
CertificateFile {certificate}

IMAPStore remote
Account account

MaildirStore local
Path {home}/mail/
Inbox {home}/mail/INBOX
SubFolders Verbatim

Channel mail
Far :remote:
Near :local:
Patterns *
Create Both
Expunge Both
SyncState *
"""


class Mbsync(Maildir):
    """The near side."""

    def __init__(self, owner: Owner, home: Path, tls: str) -> None:
        super().__init__(home / "mail")
        self._config = home / "mbsyncrc"
        self._config.write_text(
            CONFIG.format(
                port=owner.server.ports["imaps" if tls == "IMAPS" else "imap"],
                email=owner.email,
                password=PASSWORD,
                tls=tls,
                certificate=owner.server.data / "tls" / "localhost.pem",
                home=home,
            ),
            encoding="ascii",
        )

    def sync(self) -> str:
        return run("mbsync", "-V", "-c", str(self._config), "-a", HOME=str(self.root.parent))


@pytest.mark.parametrize("tls", ["STARTTLS", "IMAPS"])
def test_both_sides_stay_equal(owner: Owner, tmp_path: Path, tls: str) -> None:
    owner.append("INBOX", "one", "\\Seen")
    owner.append("INBOX", "two", body="grüße " * 20_000)
    owner.append("INBOX", "three", "\\Flagged \\Answered")
    owner.append("Archive", "old", "\\Seen")
    near = Mbsync(owner, tmp_path, tls)

    near.sync()
    assert near.flags() == {"one": "S", "two": "", "three": "FR"}
    assert near.flags("Archive") == {"old": "S"}
    assert "grüße " * 20_000 in near.files()["two"].read_text("utf-8")

    # A second run has nothing to do, on either side.
    before, files = owner.modseq(), near.everything()
    near.sync()
    assert (owner.modseq(), near.everything()) == (before, files)

    # Near changes go there: a flag, a deletion, a new message, a new mailbox.
    near.mark("two", "FS")
    near.mark("one", "ST")
    near.write("INBOX", "1.fresh.localhost", "Subject: four\n\nwritten off line\n")
    near.write("Plans", "1.plan.localhost:2,S", "Subject: plan\n\nbuy lemons\n")
    near.sync()
    inbox = owner.mail()
    assert inbox.keys() == {"two", "three", "four"}
    assert inbox["two"] == {"\\Seen", "\\Flagged"}
    assert owner.mail("Plans") == {"plan": {"\\Seen"}}

    # Far changes come here: a flag taken off, an expunge, a new message.
    owner.change("INBOX", "two", "UID STORE {uid} -FLAGS (\\Flagged)")
    owner.change("INBOX", "three", "UID STORE {uid} +FLAGS (\\Deleted)", "EXPUNGE")
    owner.append("INBOX", "five")
    near.sync()
    assert near.flags() == {"two": "S", "four": near.flags()["four"], "five": ""}

    before = owner.modseq()
    near.sync()
    assert owner.modseq() == before
    assert near.flags().keys() == owner.mail().keys()
