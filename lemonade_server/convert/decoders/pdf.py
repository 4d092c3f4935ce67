"""PDF: pages as pictures, and its words (PDFium)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

import pypdfium2 as pdfium  # type: ignore[import-untyped]

from lemonade_server.convert.errors import ConversionRefused
from lemonade_server.convert.job import Job, JobResult

from . import images, texts

USUAL_WIDTH = 1_240  # pixels: A4 at 150 to the inch
LARGEST_SIDE = 8_000
MOST_PIXELS = 24_000_000
PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD


def picture(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """One page, the first if none is asked for; how many there are is a parameter of the result."""
    with _open(given) as document:
        pages = len(document)
        page = document[_page(job, pages) - 1]
        width, height = page.get_size()
        if not (width > 0 and height > 0):
            raise ConversionRefused("the page has no size")
        room = _room(job, width, height)
        scale = min(room[0] / width, room[1] / height)
        if width * scale < 0.5 or height * scale < 0.5:
            raise ConversionRefused("the page is only a line")
        image = page.render(scale=scale).to_pil()
        facts = images.save(job, image, room, made)
        facts.params.append(("pages", str(pages)))
        return facts


def to_text(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """The words of all pages, or of the one asked for, with a form feed between pages."""
    with _open(given) as document:
        pages = len(document)
        chosen = [_page(job, pages)] if "page" in job.params else range(1, pages + 1)
        facts = texts.write(job, _words(document, chosen), made)
        facts.params.append(("pages", str(pages)))
        return facts


@contextmanager
def _open(given: BinaryIO) -> Iterator[pdfium.PdfDocument]:
    """The document. Raises Refused for one that has a password, is broken, or has no page."""
    try:
        document = pdfium.PdfDocument(given.read())
    except pdfium.PdfiumError as error:
        if getattr(error, "err_code", None) == PASSWORD_NEEDED:
            raise ConversionRefused("the PDF is encrypted: it has a password") from error
        raise ConversionRefused("the PDF is broken") from error
    try:
        if len(document) < 1:
            raise ConversionRefused("the PDF has no page")
        yield document
    except pdfium.PdfiumError as error:
        raise ConversionRefused("the PDF is broken") from error
    finally:
        document.close()


def _page(job: Job, pages: int) -> int:
    page = job.number("page", 1)
    if page > pages:
        raise ConversionRefused(f"the PDF has {pages} pages", [("page", job.params["page"])])
    return page


def _room(job: Job, width: float, height: float) -> tuple[int, int]:
    """Pixels there are for the page."""
    usual = USUAL_WIDTH if not {"pix-x", "pix-y"} & set(job.params) else LARGEST_SIDE
    across = min(job.number("pix-x", usual), LARGEST_SIDE)
    down = min(job.number("pix-y", LARGEST_SIDE), LARGEST_SIDE)
    scale = min(across / width, down / height)
    if width * height * scale * scale > MOST_PIXELS:
        smaller = (MOST_PIXELS / (width * height * scale * scale)) ** 0.5
        across, down = int(across * smaller), int(down * smaller)
    return max(1, across), max(1, down)


def _words(document: pdfium.PdfDocument, pages: object) -> Iterator[str]:
    assert isinstance(pages, list | range)
    for place, number in enumerate(pages):
        page = document[number - 1]
        words = page.get_textpage()
        found = words.get_text_bounded().replace("\r\n", "\n").replace("\n", "\r\n")
        words.close()
        page.close()
        yield ("\r\n\f\r\n" if place else "") + found
    yield "\r\n"
