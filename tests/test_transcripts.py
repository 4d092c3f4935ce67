"""Every transcript is one test; ``transcript.py`` explains how to read and write them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .mailserver import MailServer
from .transcript import Transcript

FOLDER = Path(__file__).parent / "transcripts"
PEOPLE = ("alice", "bob", "limited")
PATHS = sorted(FOLDER.glob("*/*.txt"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_server_follows_the_transcript(path: Path, mail_server: MailServer) -> None:
    text = path.read_text(encoding="utf-8")
    people = [name for name in PEOPLE if re.search(rf"\$(\w+_)?{name}\b", text)]
    Transcript(path, mail_server, mail_server.variables(*people)).run()
    assert mail_server.call("check") == [], "the store's invariants hold"
