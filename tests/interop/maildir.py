"""A Maildir as a client keeps it: one folder a mailbox, flags in the names of the files."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

_SUBJECT = re.compile(r"^Subject: (.*)$", re.MULTILINE)


class Maildir:
    """Mailboxes below ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir()

    def files(self, mailbox: str = "INBOX") -> dict[str, Path]:
        """Subject to file."""
        found = {}
        for folder in ("new", "cur"):
            for path in (self.root / mailbox / folder).iterdir():
                subject = _SUBJECT.search(path.read_text("utf-8"))
                assert subject is not None
                found[subject[1]] = path
        return found

    def everything(self) -> list[Path]:
        """All files, to see that a second run changes none."""
        return sorted(self.root.glob("**/*/*"))

    def flags(self, mailbox: str = "INBOX") -> dict[str, str]:
        """Subject to the letters of Maildir."""
        return {
            subject: path.name.partition(":2,")[2] for subject, path in self.files(mailbox).items()
        }

    def mark(self, subject: str, letters: str, mailbox: str = "INBOX") -> None:
        """Set the flags, as a mail reader does."""
        path = self.files(mailbox)[subject]
        name = path.name.partition(":2,")[0]
        path.rename(path.parent.parent / "cur" / f"{name}:2,{letters}")

    def write(self, mailbox: str, name: str, text: str) -> None:
        """Put a message of one's own into a mailbox, which may be new."""
        for folder in ("cur", "new", "tmp"):
            (self.root / mailbox / folder).mkdir(parents=True, exist_ok=True)
        folder = "cur" if ":2," in name else "new"
        (self.root / mailbox / folder / name).write_text(text, "utf-8")


def run(*command: str, **environment: str) -> str:
    """Run a client to its end, which must be a good one; what it said."""
    done = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
        env={"PATH": "/usr/sbin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", **environment},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
