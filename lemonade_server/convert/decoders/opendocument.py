"""OpenDocument text, spreadsheets and presentations as text (ISO/IEC 26300)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element, iterparse

from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.job import Job, JobResult

from . import archive, texts

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_MANIFEST = "META-INF/manifest.xml"
_BLANKS = re.compile(r"[ \t\r\n]+")
MOST_BLANKS = 100  # that one element stands for
_SILENT = (_TEXT + "tracked-changes", _TEXT + "note-citation")


def to_text(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """Paragraphs a line each, cells of a row with tabs between."""
    files = archive.open_checked(given)
    if _MANIFEST in files.namelist() and b"encryption-data" in files.read(_MANIFEST):
        raise ConversionRefused("the document is encrypted")
    try:
        content = files.open("content.xml")
    except KeyError:
        raise ConversionRefused("the document is broken") from None
    with content:
        return texts.write(job, _lines(content), made)


def _lines(content: object) -> Iterator[str]:
    """Blocks as they end; what was read is let go of."""
    rows = silent = pages = 0
    for event, element in iterparse(content, events=("start", "end")):  # type: ignore[call-overload]
        name = element.tag
        if event == "start":
            rows += name == _TABLE + "table-row"
            silent += name in _SILENT
            if name == _DRAW + "page":
                pages += 1
                if pages > 1:
                    yield "\f\r\n"
            elif name == _TABLE + "table" and not rows:
                yield "\r\n"
        elif name == _TABLE + "table-row":
            rows -= 1
            if not rows:
                line = "\t".join(_words(cell) for cell in element if cell.tag.startswith(_TABLE))
                if line.strip():
                    yield line.rstrip("\t") + "\r\n"
                element.clear()
        elif name in _SILENT:
            silent -= 1
            element.clear()
        elif name in (_TEXT + "p", _TEXT + "h") and not rows and not silent:
            yield _words(element) + "\r\n"
            element.clear()


def _words(element: Element) -> str:
    """Text of an element; blanks, tabs and line ends are elements of their own."""
    return "".join(_pieces(element)).strip(" ")


def _pieces(element: Element) -> Iterator[str]:
    """In the order of the document, without recursion: how deep it is its author decides."""
    waiting: list[Element | str] = [element]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            yield each
            continue
        yield _sign(each)
        yield _BLANKS.sub(" ", each.text or "")
        for child in reversed(each):
            waiting += (_BLANKS.sub(" ", child.tail or ""), child)


def _sign(element: Element) -> str:
    """What an element itself stands for."""
    match element.tag.removeprefix(_TEXT):
        case "s":
            return " " * min(_count(element), MOST_BLANKS)
        case "tab":
            return "\t"
        case "line-break":
            return "\r\n"
        case "p" | "h":  # in a cell; ``_words`` takes off the first
            return " "
    return ""


def _count(element: Element) -> int:
    given = element.get(_TEXT + "c", "1")
    return int(given) if given.isdigit() and len(given) < 4 else 1
