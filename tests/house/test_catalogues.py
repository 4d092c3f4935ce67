"""What people read comes from catalogues, and every catalogue has all of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalogues import files
from catalogues.source import PAGES, ROOT, SERVER, source_catalogues

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SAID = re.compile(
    r"{%\s*block (?:app_class|body_attributes|bodyclass|coltype)\s*%}.*?endblock\s*%}"
    r"|{%\s*blocktranslate\b.*?endblocktranslate\s*%}|{%.*?%}|{{.*?}}|{#.*?#}",
    re.DOTALL,
)
CODE = re.compile(r"<(code|kbd|style|svg)\b.*?</\1>|<!--.*?-->", re.DOTALL)
ATTRIBUTES = re.compile(r"""\b(?:aria-label|title|placeholder|alt)=("[^"]*"|'[^']*')""")
WORD = re.compile(r"[A-Za-z]{2,}|[“”„«»]")
OURS = {"Lemonade"}


def hard_coded(template: str) -> list[str]:
    """Words of a template that no catalogue translates."""
    rest = CODE.sub("", SAID.sub("", template))
    attributes = " ".join(ATTRIBUTES.findall(rest))
    text = re.sub(r"<[^>]*>|&\w+;", " ", rest)
    return [word for word in WORD.findall(f"{attributes} {text}") if word not in OURS]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_word_of_a_template_is_hard_coded(path: Path) -> None:
    assert hard_coded(path.read_text(encoding="utf-8")) == [], (
        "put these words of the template into {% translate %}, then make catalogues"
    )


def test_hard_coded_words_are_found() -> None:
    assert hard_coded('<p title="Say it">{% translate "Yes" %} No</p>') == ["Say", "it", "No"]
    assert hard_coded("<p title=\"{% translate 'Yes' %}\">{{ label }}</p>") == []


def test_no_word_stands_in_a_style_sheet() -> None:
    contents = re.compile(r"""(?<![-\w])content:\s*["'][^"']*[A-Za-z]{2,}""")
    sheets = sorted((ROOT / "static").rglob("*.css"))
    assert sheets and [sheet.name for sheet in sheets if contents.search(sheet.read_text())] == []


@pytest.mark.parametrize("language", files.languages())
def test_catalogues_are_whole_and_compiled(language: str) -> None:
    for domain, source in source_catalogues().items():
        assert list(files.faults(language, domain, source)) == [], (
            f"{domain}: see docs/languages.md"
        )
    for domain in (PAGES, SERVER):
        compiled = files.path_of(language, domain).with_suffix(".mo").read_bytes()
        assert compiled == files.compiled(language, domain), "run: make catalogues"


def test_what_is_said_in_several_places_is_in_one_catalogue() -> None:
    found = [
        (message.id, message.context)
        for source in source_catalogues().values()
        for message in source
        if message.id
    ]
    assert len(found) == len(set(found))
