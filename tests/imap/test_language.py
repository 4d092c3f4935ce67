"""The texts of LANGUAGE: each is said somewhere, and nothing but words is translated.

Shows: LANGUAGE.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lemonade_server
from lemonade_server.imap.ext.language import TAGS
from lemonade_server.imap.ext.language.responses import prefixes, translate
from lemonade_server.imap.ext.language.texts import TEXTS
from lemonade_server.languages import catalogue, spoken_languages
from lemonade_server.wire import utf7

SOURCES = Path(lemonade_server.__file__).parent
TRANSLATED = [language for language in spoken_languages() if language != "en"]


def test_every_text_is_one_that_the_server_says() -> None:
    said = "\n".join(path.read_text("utf-8") for path in SOURCES.rglob("*.py"))
    said = re.sub(r'"\s*\n\s*b?"', "", said)
    table = (SOURCES / "imap" / "ext" / "language" / "texts.py").read_text("utf-8")
    elsewhere = said.replace(re.sub(r'"\s*\n\s*b?"', "", table), "")
    assert [text for text in TEXTS if text not in elsewhere] == []


def test_codes_and_the_words_of_the_protocol_stay() -> None:
    def german(line: bytes) -> str:
        return translate(line, "de").decode()

    assert german(b"OK [READ-WRITE] opened") == "OK [READ-WRITE] geöffnet"
    assert german(b"OK UID FETCH completed") == "OK UID FETCH ausgeführt"
    assert german(b"NO [LIMIT] never heard of") == "NO [LIMIT] never heard of"
    assert german(b"12 EXISTS") == "12 EXISTS"
    assert german(b"BAD never heard of") == "BAD Nicht zu verstehen: never heard of"
    assert german(b"OK ") == "OK "


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_language_of_the_pages_is_spoken(language: str) -> None:
    """In UTF-8 and on one line (§3.2), the names of namespaces without a quote (§3.4)."""
    assert TAGS[language] == language.upper().encode()
    for text in TEXTS:
        line = translate(b"NO [CODE] " + text.encode(), language)
        assert line.startswith(b"NO [CODE] ") and line.decode().isprintable()
    assert catalogue(language).gettext("logged in") != "logged in"
    for prefix, shown in prefixes(language).items():
        assert shown != prefix and shown.endswith("/")
        assert not {b'"', b"\\"} & set(utf7.encode(shown))
