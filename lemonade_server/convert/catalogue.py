"""Which media types can be made of which, and with which parameters (RFC 5259 §5).

Charset and unknown-character-replacement are those of RFC 5259 §7.1, pix-x and pix-y those of
RFC 2534. ``quality`` and ``page`` are in no registry: they are as common sense has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

TEXT_PARAMS = ("charset", "unknown-character-replacement")
SIZE_PARAMS = ("pix-x", "pix-y")

IMAGES = (
    "image/jpeg",
    "image/png",
    "image/gif",
    "image/webp",
    "image/tiff",
    "image/bmp",
    "image/heic",
    "image/heif",
    "image/avif",
)
PICTURES = ("image/jpeg", "image/png", "image/webp")  # what is made
LOSSY = frozenset({"image/jpeg", "image/webp"})
PAGED = frozenset({"application/pdf", "image/tiff"})

_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
OFFICE = {
    _OOXML + "wordprocessingml.document": "docx",
    _OOXML + "spreadsheetml.sheet": "xlsx",
    _OOXML + "presentationml.presentation": "pptx",
    _ODF + "text": "odf",
    _ODF + "spreadsheet": "odf",
    _ODF + "presentation": "odf",
}
RICH_TEXT = "application/rtf"
MARKED_UP = ("text/html", "application/xhtml+xml")
TEXTS = ("text/csv", "text/css", "text/xml", "text/markdown", "text/calendar", "text/vcard")
SAME_TEXTS = ("text/html", "text/csv", "text/css", "text/xml")  # into another charset

_SYNONYMS = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/tif": "image/tiff",
    "image/x-ms-bmp": "image/bmp",
    "image/x-bmp": "image/bmp",
    "application/x-pdf": "application/pdf",
    "application/csv": "text/csv",
    "application/xml": "text/xml",
    "text/x-markdown": "text/markdown",
    "text/x-vcard": "text/vcard",
    "text/rtf": RICH_TEXT,
    "application/x-rtf": RICH_TEXT,
}
# Of files that were sent as application/octet-stream, which says nothing.
_EXTENSIONS = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "bmp": "image/bmp",
    "heic": "image/heic",
    "heif": "image/heif",
    "avif": "image/avif",
    "docx": _OOXML + "wordprocessingml.document",
    "xlsx": _OOXML + "spreadsheetml.sheet",
    "pptx": _OOXML + "presentationml.presentation",
    "odt": _ODF + "text",
    "ods": _ODF + "spreadsheet",
    "odp": _ODF + "presentation",
    "rtf": RICH_TEXT,
    "txt": "text/plain",
    "csv": "text/csv",
    "html": "text/html",
    "htm": "text/html",
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """One possible conversion; ``decoder`` names who does it (``decoders.DECODERS``)."""

    source: str
    target: str
    params: tuple[str, ...]
    decoder: str


def _all() -> Iterator[Conversion]:
    for source in ("text/plain", *TEXTS):
        yield Conversion(source, "text/plain", TEXT_PARAMS, "text")
    for source in MARKED_UP:
        yield Conversion(source, "text/plain", TEXT_PARAMS, "html")
    for source in SAME_TEXTS:
        yield Conversion(source, source, TEXT_PARAMS, "text")
    yield Conversion("application/pdf", "text/plain", (*TEXT_PARAMS, "page"), "pdf-text")
    for source, decoder in OFFICE.items():
        yield Conversion(source, "text/plain", TEXT_PARAMS, decoder)
    yield Conversion(RICH_TEXT, "text/plain", TEXT_PARAMS, "rtf")
    for source in (*IMAGES, "application/pdf"):
        for target in PICTURES:
            params: tuple[str, ...] = SIZE_PARAMS
            params += ("quality",) if target in LOSSY else ()
            params += ("page",) if source in PAGED else ()
            decoder = "pdf-picture" if source == "application/pdf" else "image"
            yield Conversion(source, target, params, decoder)


CONVERSIONS = tuple(_all())
_BY_PAIR = {(each.source, each.target): each for each in CONVERSIONS}
_KNOWN = {name for pair in _BY_PAIR for name in pair}


def find(source: str, target: str) -> Conversion | None:
    """The conversion between two types in lower case, if there is one."""
    return _BY_PAIR.get((source, target))


def from_source(source: str, picture: str = "image/jpeg") -> list[Conversion]:
    """What can be made of a type; what is made by default first.

    ``picture``: which of the types of images that is.
    """
    found = [each for each in CONVERSIONS if each.source == source]
    return sorted(found, key=lambda each: (each.target != "text/plain", each.target != picture))


def matching(source: str, target: str) -> list[Conversion]:
    """Conversions between types that may be ``*`` or ``text/*``."""
    return [
        each for each in CONVERSIONS if _fits(each.source, source) and _fits(each.target, target)
    ]


def _fits(name: str, pattern: str) -> bool:
    kind, _, subtype = pattern.partition("/")
    return pattern == "*" or name == pattern or (subtype == "*" and name.startswith(kind + "/"))


def is_known(name: str) -> bool:
    """Whether the type is the source or target of anything here."""
    return name in _KNOWN


def source_type(kind: str, subtype: str, filename: str) -> str:
    """What a part is taken for: its type under the usual name; by its file name if it says none."""
    name = f"{kind}/{subtype}"
    if name == "application/octet-stream":
        _, dot, extension = filename.strip(" \t\"'").rpartition(".")
        return _EXTENSIONS.get(extension.lower(), name) if dot else name
    return _SYNONYMS.get(name, name)
