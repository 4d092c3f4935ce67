"""A small but whole PDF (ISO 32000-1): headings, paragraphs and a table of figures."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

WIDTH, HEIGHT = 595, 842
MARGIN = 64
LINE = 15
COLUMNS = 84
_OBJECTS_BEFORE_PAGES = 4


def document(title: str, paragraphs: Sequence[str], table: Sequence[Sequence[str]] = ()) -> bytes:
    """A document of A4 pages. A paragraph that starts with ``# `` is a heading."""
    pages = [_content(lines) for lines in _pages(title, paragraphs, table)]
    count = len(pages)
    first = _OBJECTS_BEFORE_PAGES + 1
    kids = " ".join(f"{first + 2 * at} 0 R" for at in range(count))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {count} /Kids [{kids}] >>".encode("ascii"),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
    ]
    for at, content in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}]"
            " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >>"
            f" /Contents {first + 2 * at + 1} 0 R >>".encode("ascii")
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects.append(b"<< /Title (%s) >>" % _escape(title))
    return _file(objects)


def _font(name: str) -> bytes:
    kind = "/Type /Font /Subtype /Type1 /Encoding /WinAnsiEncoding"
    return f"<< {kind} /BaseFont /{name} >>".encode("ascii")


def _escape(text: str) -> bytes:
    octets = text.encode("cp1252", "replace")
    return octets.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _pages(
    title: str, paragraphs: Sequence[str], table: Sequence[Sequence[str]]
) -> list[list[tuple[str, int, int, str]]]:
    """Lines of each page as (font, size, y, text); table cells carry their column after a tab."""
    flow: list[tuple[str, int, str]] = [("F2", 18, title), ("F1", 11, "")]
    for paragraph in paragraphs:
        if paragraph.startswith("# "):
            flow += [("F1", 11, ""), ("F2", 13, paragraph[2:])]
        else:
            flow += [("F1", 11, line) for line in textwrap.wrap(paragraph, COLUMNS)]
        flow.append(("F1", 11, ""))
    flow += [("F2" if not at else "F1", 11, "\t".join(row)) for at, row in enumerate(table)]
    room = (HEIGHT - 2 * MARGIN) // LINE
    pages = []
    for start in range(0, len(flow), room):
        part = flow[start : start + room]
        tops = range(HEIGHT - MARGIN, 0, -LINE)
        pages.append(
            [(font, size, y, text) for y, (font, size, text) in zip(tops, part, strict=False)]
        )
    return pages


def _content(lines: Sequence[tuple[str, int, int, str]]) -> bytes:
    pieces = [b"0.27 0.41 0.05 rg %d %d 6 22 re f 0 g" % (MARGIN - 18, HEIGHT - MARGIN - 4)]
    for font, size, y, text in lines:
        for column, cell in enumerate(text.split("\t")):
            x = MARGIN + 120 * column
            pieces.append(
                b"BT /%s %d Tf %d %d Td (%s) Tj ET"
                % (font.encode("ascii"), size, x, y, _escape(cell))
            )
    return b"\n".join(pieces)


def _file(objects: Sequence[bytes]) -> bytes:
    """Header, objects, cross-reference table and trailer."""
    octets = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(octets))
        octets += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(octets)
    octets += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for offset in offsets:
        octets += b"%010d 00000 n \n" % offset
    octets += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        len(objects),
        start,
    )
    return bytes(octets)
