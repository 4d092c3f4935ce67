"""What people read, as it stands in the source: the words of templates and of Python."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("templates", "webmail", "lemonade_server")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "plural_forms": (1, 2),
}

PAGES, ADMIN, SERVER = "django", "admin", "server"
DOMAINS = (SERVER, PAGES, ADMIN)
"""The catalogues of a language. What is said in several is in the first of these alone: the server
reads no other, and pages read all.
"""
PLACES: Mapping[str, tuple[str, ...]] = {
    SERVER: (
        "lemonade_server/delivery/local/", "lemonade_server/delivery/reports/",
        "lemonade_server/imap/", "lemonade_server/languages/",
    ),
    ADMIN: ("lemonade_server/", "templates/admin/", "webmail/admin.py", "webmail/models.py"),
}  # fmt: skip
"""Which files say what is in a catalogue, the first that fits; all others are the webmail's."""


def source_catalogues() -> dict[str, Catalog]:
    """All messages of the source by their domains, in the order of its files."""
    found = {domain: Catalog(charset="utf-8", fuzzy=False) for domain in DOMAINS}
    for domain, name, message in _messages():
        before = next((one for one in found.values() if _is_in(one, message)), found[domain])
        before.add(
            message.id,
            locations=[(name, -1)],
            auto_comments=message.auto_comments,
            context=message.context,
        )
    return found


def _is_in(catalogue: Catalog, message: Message) -> bool:
    return catalogue.get(message.id, message.context) is not None


def _messages() -> Iterator[tuple[str, str, Message]]:
    """Each with the domain and the name of its file, those of the first domain first."""
    files = [(_domain_of(name), name, path) for name, path in _files()]
    for domain, name, path in sorted(files, key=lambda file: (DOMAINS.index(file[0]), file[1])):
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = f"({templatize(text, origin=name)})"  # in brackets no indentation counts
        source = BytesIO(text.encode())
        found = extract("python", source, KEYWORDS, ("Translators:",), {"encoding": "utf-8"})
        for _, identifier, comments, context in found:
            yield domain, name, Message(identifier, auto_comments=comments, context=context)


def _domain_of(name: str) -> str:
    found = (domain for domain, places in PLACES.items() if name.startswith(places))
    return next(found, PAGES)


def _files() -> Iterator[tuple[str, Path]]:
    for room in ROOMS:
        for path in (ROOT / room).rglob("*"):
            if path.suffix in (".py", ".html", ".txt"):
                yield path.relative_to(ROOT).as_posix(), path
