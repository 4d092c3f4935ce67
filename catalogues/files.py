"""The catalogues of ``locale/``: read, brought to what the source says, compiled, judged."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings

from .source import ADMIN, PAGES, ROOT, SERVER

SOURCE = "en"
HEADS = {
    PAGES: "What Lemonade says in its pages,",
    ADMIN: "What Lemonade says in its admin,",
    SERVER: "What the mail server says and writes to people,",
}
COMPILED: Mapping[str, tuple[str, ...]] = {PAGES: (ADMIN, SERVER), SERVER: ()}
"""The files that are read at work, and which other domains are in them."""

_NAME = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
_NO_DATE = datetime(1970, 1, 1, tzinfo=UTC)
_IDLE = tuple(
    f'"{name}:'.encode()
    for name in (
        "Project-Id-Version",
        "Report-Msgid-Bugs-To",
        "Last-Translator",
        "Language-Team",
        "POT-Creation-Date",
        "PO-Revision-Date",
        "Generated-By",
    )
)


def languages() -> list[str]:
    """All that have a catalogue; the source itself is English."""
    return [code for code, _ in settings.LANGUAGES if code != SOURCE]


def path_of(language: str, domain: str = PAGES) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def read(language: str, domain: str = PAGES) -> Catalog:
    """A catalogue of a language; an empty one if there is none yet."""
    path = path_of(language, domain)
    if not path.exists():
        words = f"# {HEADS[domain]} in {Locale(language).english_name}."
        made = Catalog(locale=language, header_comment=words, charset="utf-8", fuzzy=False)
        if domain != PAGES:  # libraries know other rules for plurals as years go by: one is enough
            rule = [one for one in read(language).mime_headers if one[0] == "Plural-Forms"]
            made.mime_headers = rule
        return made
    with path.open("rb") as file:
        return read_po(file, locale=language, charset="utf-8")


def update(language: str, sources: Mapping[str, Catalog]) -> None:
    """Bring all to what the source says. Guesses are none of ours: what is new is empty, unless
    another domain had it before.
    """
    before = {domain: read(language, domain) for domain in sources}
    for domain, source in sources.items():
        catalogue = read(language, domain)
        catalogue.update(deepcopy(source), no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        for message in catalogue:
            if message.id and not _is_translated(message):
                found = [one.get(message.id, message.context) for one in before.values()]
                message.string = next((one.string for one in found if one), message.string)
        text = BytesIO()
        write_po(text, catalogue, width=100, omit_header=False, include_lineno=False)
        path = path_of(language, domain)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(_without_names_and_dates(text.getvalue()))
    for domain in COMPILED:
        path_of(language, domain).with_suffix(".mo").write_bytes(compiled(language, domain))


def compiled(language: str, domain: str = PAGES) -> bytes:
    """What is read at work: by the server its own, by Django all of them in one."""
    catalogue = read(language, domain)
    for other in COMPILED[domain]:
        for message in read(language, other):
            if message.id:
                catalogue.add(message.id, message.string, context=message.context)
    catalogue.creation_date = catalogue.revision_date = _NO_DATE
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def faults(language: str, domain: str, source: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, one line each."""
    catalogue = read(language, domain)
    for message in source:
        if not message.id:
            continue
        own = catalogue.get(message.id, message.context)
        if own is None:
            yield f"{message.id!r} is not in it: make catalogues"
        elif not _is_translated(own):
            yield f"{message.id!r} is not translated"
        elif own.fuzzy:
            yield f"{message.id!r} is fuzzy"
        elif not _names(own.string) <= _names(own.id):
            yield f"{message.id!r}: its translation names what is not given"
        elif not own.pluralizable and _names(own.string) != _names(own.id):
            yield f"{message.id!r}: its translation leaves something out"
    for own in catalogue:
        if own.id and source.get(own.id, own.context) is None:
            yield f"{own.id!r} is said nowhere: make catalogues"


def _is_translated(message: Message) -> bool:
    forms = [message.string] if isinstance(message.string, str) else message.string or [""]
    return all(forms)


def _names(text: str | Iterable[str] | None) -> set[str]:
    """What is put into a message, in all its forms."""
    return set(_NAME.findall(text if isinstance(text, str) else " ".join(text or ())))


def _without_names_and_dates(text: bytes) -> bytes:
    """The header without what would differ with each run, and what history says better."""
    lines = text.splitlines(keepends=True)
    return b"".join(line for line in lines if not line.startswith(_IDLE))
