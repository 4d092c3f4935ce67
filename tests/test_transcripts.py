"""Every transcript is one test; ``transcript.py`` explains how to read and write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from .mailserver import MailServer
from .transcript import Transcript

FOLDER = Path(__file__).parent / "transcripts"
PATHS = sorted(FOLDER.glob("*/*.txt"))


@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_the_server_follows_the_transcript(path: Path, mail_server: MailServer) -> None:
    Transcript(path, mail_server, mail_server.variables()).run()
