"""mbsync (isync) keeps a Maildir and an account equal, both ways."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.mailserver import PASSWORD

from .conftest import Owner

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
_SUBJECT = re.compile(r"^Subject: (.*)$", re.MULTILINE)


class Maildir:
    """The near side."""

    def __init__(self, owner: Owner, home: Path, tls: str) -> None:
        self.home = home
        (home / "mail").mkdir()
        (home / "mbsyncrc").write_text(
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
        done = subprocess.run(
            ["mbsync", "-V", "-c", str(self.home / "mbsyncrc"), "-a"],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    def files(self, mailbox: str = "INBOX") -> dict[str, Path]:
        """Subject to file."""
        found = {}
        for folder in ("new", "cur"):
            for path in (self.home / "mail" / mailbox / folder).iterdir():
                subject = _SUBJECT.search(path.read_text("utf-8"))
                assert subject is not None
                found[subject[1]] = path
        return found

    def flags(self, mailbox: str = "INBOX") -> dict[str, str]:
        """Subject to the letters of Maildir."""
        return {
            subject: path.name.partition(":2,")[2] for subject, path in self.files(mailbox).items()
        }

    def mark(self, subject: str, letters: str) -> None:
        path = self.files()[subject]
        name = path.name.partition(":2,")[0]
        path.rename(path.parent.parent / "cur" / f"{name}:2,{letters}")


@pytest.mark.parametrize("tls", ["STARTTLS", "IMAPS"])
def test_both_sides_stay_equal(owner: Owner, tmp_path: Path, tls: str) -> None:
    owner.append("INBOX", "one", "\\Seen")
    owner.append("INBOX", "two", body="grüße " * 20_000)
    owner.append("INBOX", "three", "\\Flagged \\Answered")
    owner.append("Archive", "old", "\\Seen")
    near = Maildir(owner, tmp_path, tls)

    near.sync()
    assert near.flags() == {"one": "S", "two": "", "three": "FR"}
    assert near.flags("Archive") == {"old": "S"}
    assert "grüße " * 20_000 in near.files()["two"].read_text("utf-8")

    # A second run has nothing to do, on either side.
    before, files = owner.modseq(), sorted(tmp_path.rglob("mail/*/*/*"))
    near.sync()
    assert (owner.modseq(), sorted(tmp_path.rglob("mail/*/*/*"))) == (before, files)

    # Near changes go there: a flag, a deletion, a new message, a new mailbox.
    near.mark("two", "FS")
    near.mark("one", "ST")
    fresh = near.home / "mail" / "INBOX" / "new" / "1.fresh.localhost"
    fresh.write_text("From: me@example.net\nSubject: four\n\nwritten off line\n", "ascii")
    for folder in ("cur", "new", "tmp"):
        (near.home / "mail" / "Plans" / folder).mkdir(parents=True)
    plan = near.home / "mail" / "Plans" / "cur" / "1.plan.localhost:2,S"
    plan.write_text("Subject: plan\n\nbuy lemons\n", "ascii")
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
