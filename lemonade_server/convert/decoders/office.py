"""Word, Excel and PowerPoint documents as text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

import docx
import openpyxl  # type: ignore[import-untyped]
import pptx
from docx.table import Table
from docx.text.paragraph import Paragraph

from lemonade_server.convert.job import Job, JobResult

from . import archive, texts

DEEPEST = 20  # tables or groups, one in the other


def document(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """Paragraphs and tables of a .docx, in their order."""
    archive.open_checked(given)
    return texts.write(job, _lines(_blocks(docx.Document(given), 0)), made)


def workbook(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """Sheets of an .xlsx: the values of each row with tabs between."""
    archive.open_checked(given)
    book = openpyxl.load_workbook(given, read_only=True, data_only=True)
    return texts.write(job, _lines(_sheets(book)), made)


def slides(job: Job, given: BinaryIO, made: BinaryIO) -> JobResult:
    """Slides of a .pptx with their notes."""
    archive.open_checked(given)
    return texts.write(job, _lines(_slides(pptx.Presentation(given))), made)


def _lines(lines: Iterator[str]) -> Iterator[str]:
    for line in lines:
        yield line.replace("\v", "\n").replace("\n", "\r\n") + "\r\n"


def _blocks(holder: Any, depth: int) -> Iterator[str]:
    for block in holder.iter_inner_content():
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Table) and depth < DEEPEST:
            for row in block.rows:
                yield "\t".join(
                    " ".join(filter(None, _blocks(cell, depth + 1))) for cell in row.cells
                )


def _sheets(book: Any) -> Iterator[str]:
    for number, sheet in enumerate(book.worksheets):
        if number:
            yield ""
        yield sheet.title
        sheet.reset_dimensions()  # a sheet may claim to have a million rows
        for row in sheet.iter_rows(values_only=True):
            cells = ["" if value is None else str(value) for value in row]
            line = "\t".join(cells).rstrip("\t")
            if line:
                yield line


def _slides(show: Any) -> Iterator[str]:
    for number, slide in enumerate(show.slides, 1):
        if number > 1:
            yield "\f"
        yield from _shapes(slide.shapes, 0)
        if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
            notes = slide.notes_slide.notes_text_frame.text
            if notes.strip():
                yield ""
                yield notes


def _shapes(shapes: Any, depth: int) -> Iterator[str]:
    for shape in shapes:
        if shape.has_text_frame:
            if shape.text_frame.text.strip():
                yield shape.text_frame.text
        elif getattr(shape, "has_table", False) and shape.has_table:
            for row in shape.table.rows:
                yield "\t".join(cell.text for cell in row.cells)
        elif hasattr(shape, "shapes") and depth < DEEPEST:
            yield from _shapes(shape.shapes, depth + 1)
