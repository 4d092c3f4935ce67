"""Small real files of each type."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache

import docx
import openpyxl  # type: ignore[import-untyped]
import pillow_heif
import pptx
from PIL import Image
from pptx.util import Inches

RED, BLUE = (220, 20, 20), (20, 20, 220)


def picture(width: int = 400, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(BLUE, (width // 2, 0, width, height))
    return image.convert(mode)


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def heic() -> bytes:
    buffer = io.BytesIO()
    pillow_heif.from_pillow(picture()).save(buffer)
    return buffer.getvalue()


def huge_png(side: int = 50_000) -> bytes:
    """A picture whose header alone says that it is huge."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return b"%b%b%b%b" % (
            struct.pack(">I", len(data)),
            kind,
            data,
            struct.pack(">I", zlib.crc32(kind + data)),
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1_000_000, 9)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )


def pdf(pages: int = 2, width: int = 300, height: int = 400, extra: bytes = b"") -> bytes:
    """Pages that say which one they are; ``extra`` goes into the trailer."""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * number) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%b] /Count %d >>" % (kids, pages),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for number in range(pages):
        drawn = b"BT /F1 24 Tf 20 %d Td (Page %d) Tj ET" % (height - 50, number + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (width, height, 5 + 2 * number)
        )
        objects.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn))
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, each)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        extra,
        start,
    )
    return bytes(out)


def encrypted_pdf() -> bytes:
    """One that the empty password does not open."""
    key = b"<" + b"5a" * 32 + b">"
    return pdf(
        extra=b"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O %b /U %b >>"
        b" /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]" % (key, key)
    )


def document() -> bytes:
    """A .docx: a heading, a paragraph, a table, another paragraph."""
    made = docx.Document()
    made.add_heading("Minutes", 1)
    made.add_paragraph("Żółw reads mail.")
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "left", "right"
    made.add_paragraph("The end.")
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def workbook() -> bytes:
    """An .xlsx with two sheets."""
    made = openpyxl.Workbook()
    first = made.active
    first.title = "Budget"
    first.append(["Rent", 700.5, None, "paid"])
    first.append([])
    first.append(["Sum", 42])
    made.create_sheet("Empty")
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def slides() -> bytes:
    """A .pptx: a title, a table, notes."""
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Lemonade"
    table = slide.shapes.add_table(1, 2, Inches(1), Inches(3), Inches(4), Inches(1)).table
    table.cell(0, 0).text, table.cell(0, 1).text = "sweet", "sour"
    slide.notes_slide.notes_text_frame.text = "Do not forget the ice."
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "Second"
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


OPEN_TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><office:body><office:text>
<text:h>Żółw</text:h><text:p>one<text:s text:c="3"/>two<text:tab/>three
<text:span>and <text:span>four</text:span> or</text:span> five<text:line-break/>six</text:p>
<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>
<table:table-cell><text:p>b</text:p><text:p>c</text:p></table:table-cell></table:table-row>
</table:table><text:p>end</text:p></office:text></office:body></office:document-content>"""


def open_text(content: str = OPEN_TEXT, manifest: str = "<manifest/>") -> bytes:
    """An .odt."""
    return archive({"content.xml": content.encode(), "META-INF/manifest.xml": manifest.encode()})


def archive(members: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return buffer.getvalue()


@cache
def crowded_archive() -> bytes:
    """More members than any document has."""
    return archive({f"{number}": b"" for number in range(10_001)})


@cache
def bomb() -> bytes:
    """300 MB of zeros in 300 kB."""
    return archive({"content.xml": bytes(300_000_000)})
