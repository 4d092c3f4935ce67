"""What people read, as it stands in the source: the words of templates and of Python."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("templates", "webmail", "lemonade_server")
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "plural_forms": (1, 2),
}


def source_catalogue() -> Catalog:
    """All messages of the source, in the order of its files."""
    catalogue = Catalog(charset="utf-8", fuzzy=False)
    for path in _files():
        name = str(path.relative_to(ROOT))
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            text = f"({templatize(text, origin=name)})"  # in brackets no indentation counts
        source = BytesIO(text.encode())
        found = extract("python", source, KEYWORDS, ("Translators:",), {"encoding": "utf-8"})
        for _, message, comments, context in found:
            catalogue.add(message, locations=[(name, -1)], auto_comments=comments, context=context)
    return catalogue


def _files() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.suffix in (".py", ".html", ".txt"):
                yield path
