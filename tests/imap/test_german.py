"""The German texts: each is said somewhere, and nothing but words is translated.

Shows: LANGUAGE.
"""

from __future__ import annotations

import re
from pathlib import Path

import lemonade_server
from lemonade_server.imap.ext.language.german import TEXTS, german, translate

SOURCES = Path(lemonade_server.__file__).parent


def test_every_text_is_one_that_the_server_says() -> None:
    said = "\n".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    said = re.sub(r'"\s*\n\s*b?"', "", said)
    table = (SOURCES / "imap" / "ext" / "language" / "german.py").read_text("utf-8")
    elsewhere = said.replace(re.sub(r'"\s*\n\s*b?"', "", table), "")
    assert [text for text in TEXTS if text not in elsewhere] == []


def test_codes_and_the_words_of_the_protocol_stay() -> None:
    assert translate(b"OK [READ-WRITE] opened") == "OK [READ-WRITE] geöffnet".encode()
    assert translate(b"OK UID FETCH completed") == "OK UID FETCH ausgeführt".encode()
    assert translate(b"NO [LIMIT] never heard of") == b"NO [LIMIT] never heard of"
    assert translate(b"12 EXISTS") == b"12 EXISTS"
    assert german("never heard of", bad=True) == "Nicht zu verstehen: never heard of"
