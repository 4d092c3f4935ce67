"""Every transcript is one test; ``transcript.py`` explains how to read and write them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .mailserver import MailServer
from .transcript import Transcript

FOLDER = Path(__file__).parent / "transcripts"
PEOPLE = ("alice", "bob", "limited")
SETTINGS = re.compile(r"^# Settings: (.+)$", re.MULTILINE)


def settings_of(path: Path) -> dict[str, int | str]:
    """What a transcript asks of a server of its own; nothing for most."""
    found = SETTINGS.search(path.read_text(encoding="utf-8"))
    pairs = [pair.split("=") for pair in found[1].split(", ")] if found else []
    return {name: int(value) if value.isdigit() else value for name, value in pairs}


ALL = {path: settings_of(path) for path in sorted(FOLDER.glob("*/*.txt"))}
APART = {path: wanted for path, wanted in ALL.items() if wanted}  # see imap/test_settings.py
PATHS = [path for path, wanted in ALL.items() if not wanted]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_server_follows_the_transcript(path: Path, mail_server: MailServer) -> None:
    text = path.read_text(encoding="utf-8")
    people = [name for name in PEOPLE if re.search(rf"\$(\w+_)?{name}\b", text)]
    Transcript(path, mail_server, mail_server.variables(*people)).run()
    assert mail_server.call("check") == [], "the store's invariants hold"
