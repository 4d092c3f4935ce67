"""PDF and office documents: their words, their pages, and those that are broken or locked."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from lemonade_server.convert.catalogue import OFFICE, RICH_TEXT
from lemonade_server.convert.errors import ConversionRefused

from . import samples
from .workbench import Workbench, opened

DOCX, XLSX, PPTX, ODT, ODS, ODP = OFFICE


def test_pages_of_a_pdf_as_pictures(bench: Workbench) -> None:
    data = samples.pdf(pages=3, width=300, height=400)
    first = opened(bench.convert(data, "application/pdf", "image/png", pix_x=150, pix_y=900))
    assert first.size == (150, 200)
    assert bench.facts["params"] == [["pages", "3"]]
    second = bench.convert(data, "application/pdf", "image/png", pix_x=150, page=2)
    assert opened(second).size == (150, 200)
    assert first.tobytes() != opened(second).tobytes(), "another page"
    usual = opened(bench.convert(data, "application/pdf", "image/jpeg"))
    assert usual.size[0] == 1240
    assert min(usual.convert("L").tobytes()) < 100, "there is ink on it"
    for target in ("image/webp", "image/jpeg"):
        assert opened(bench.convert(data, "application/pdf", target, pix_y=64)).size[1] == 64


def test_words_of_a_pdf(bench: Workbench) -> None:
    data = samples.pdf(pages=2)
    made = bench.convert(data, "application/pdf", "text/plain", charset="us-ascii")
    assert made == b"Page 1\r\n\f\r\nPage 2\r\n"
    assert bench.facts["params"] == [["charset", "us-ascii"], ["pages", "2"]]
    assert bench.convert(data, "application/pdf", "text/plain", page=2) == b"Page 2\r\n"


@pytest.mark.parametrize("target", ["text/plain", "image/png"])
def test_pdf_that_can_not_be_read(bench: Workbench, target: str) -> None:
    cases = (
        (samples.encrypted_pdf(), "encrypted"),
        (samples.pdf()[:200], "broken"),
        (b"%PDF-1.4\n", "broken"),
        (b"", "broken"),
        (samples.pdf(pages=0), "no page|broken"),
    )
    for data, reason in cases:
        with pytest.raises(ConversionRefused, match=reason):
            bench.convert(data, "application/pdf", target)
    with pytest.raises(ConversionRefused) as refused:
        bench.convert(samples.pdf(), "application/pdf", target, page=3)
    assert refused.value.params == [("page", "3")]


def test_a_page_without_measure_is_drawn_within_limits(bench: Workbench) -> None:
    for width, height in ((1_000_000, 1_000_000), (14_000, 2), (100_000, 1)):
        data = samples.pdf(pages=1, width=width, height=height)
        try:
            image = opened(bench.convert(data, "application/pdf", "image/png", pix_x=60_000))
        except ConversionRefused:
            continue
        assert image.size[0] * image.size[1] <= 24_000_000


def test_words_of_office_documents(bench: Workbench) -> None:
    made = bench.convert(samples.document(), DOCX, "text/plain").decode()
    assert made == "Minutes\r\nŻółw reads mail.\r\nleft\tright\r\nThe end.\r\n"
    made = bench.convert(samples.workbook(), XLSX, "text/plain").decode()
    assert made == "Budget\r\nRent\t700.5\t\tpaid\r\nSum\t42\r\n\r\nEmpty\r\n"
    made = bench.convert(samples.slides(), PPTX, "text/plain").decode()
    assert made == "Lemonade\r\nsweet\tsour\r\n\r\nDo not forget the ice.\r\n\f\r\nSecond\r\n"
    made = bench.convert(samples.open_text(), ODT, "text/plain").decode()
    assert made.splitlines() == [
        "Żółw",
        "one   two\tthree and four or five",
        "six",
        "",
        "a\tb c",
        "end",
    ]


def test_a_charset_for_documents(bench: Workbench) -> None:
    with pytest.raises(ConversionRefused) as refused:
        bench.convert(samples.document(), DOCX, "text/plain", charset="us-ascii")
    assert refused.value.params == [("charset", "us-ascii")]


@pytest.mark.parametrize("source", sorted(OFFICE))
def test_office_documents_that_can_not_be_read(bench: Workbench, source: str) -> None:
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    cases = (
        (b"", "broken"),
        (b"PK\x03\x04", "broken"),
        (old, "encrypted"),
        (samples.archive({"other.xml": b"<x/>"}), "broken"),
        (samples.crowded_archive(), "too large"),
        (samples.bomb(), "too large"),
    )
    for data, reason in cases:
        with pytest.raises(ConversionRefused, match=reason):
            bench.convert(data, source, "text/plain")


def test_an_archive_that_lies_about_its_size(bench: Workbench) -> None:
    """What is said to be small gives no more than it said."""
    data = bytearray(samples.archive({"content.xml": bytes(50_000_000)}))
    data = data.replace((50_000_000).to_bytes(4, "little"), (100).to_bytes(4, "little"))
    with pytest.raises(ConversionRefused, match="broken"):
        bench.convert(bytes(data), ODT, "text/plain")


def test_xml_that_grows(bench: Workbench) -> None:
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "lol" * 10}">' for n in range(12)
    )
    bomb = f"<!DOCTYPE x [{laughs}]><x>&l11;</x>"
    with pytest.raises(ConversionRefused):
        bench.convert(samples.open_text(bomb), ODT, "text/plain")
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(samples.document())) as original,
        zipfile.ZipFile(out, "w") as made,
    ):
        for each in original.infolist():
            is_body = each.filename == "word/document.xml"
            made.writestr(each.filename, bomb if is_body else original.read(each))
    with pytest.raises(ConversionRefused):
        bench.convert(out.getvalue(), DOCX, "text/plain")


def test_an_encrypted_open_document(bench: Workbench) -> None:
    locked = samples.open_text(manifest="<manifest:encryption-data/>")
    with pytest.raises(ConversionRefused, match="encrypted"):
        bench.convert(locked, ODT, "text/plain")


def test_deep_nesting(bench: Workbench) -> None:
    deep = "<text:span>" * 50_000 + "x" + "</text:span>" * 50_000
    page = samples.OPEN_TEXT.replace("<text:p>end", f"<text:p>{deep}")
    try:
        made = bench.convert(samples.open_text(page), ODT, "text/plain")
    except ConversionRefused:
        return
    assert made.endswith(b"x\r\n")


def test_a_picture_in_a_pdf_is_only_drawn(bench: Workbench) -> None:
    """A PDF that Pillow has made of a picture: no words, one page."""
    buffer = io.BytesIO()
    Image.new("RGB", (100, 50), samples.RED).save(buffer, "PDF")
    assert bench.convert(buffer.getvalue(), "application/pdf", "text/plain").strip() == b""
    image = opened(bench.convert(buffer.getvalue(), "application/pdf", "image/png", pix_x=50))
    assert image.size == (50, 25)


def test_words_of_rich_text(bench: Workbench) -> None:
    """In the codepage that it names, by Unicode in halves, without what is not shown."""
    data = (
        rb"{\rtf1\ansi\ansicpg1250{\fonttbl{\f0\fnil\fcharset238 Arial;}}"
        rb"{\info{\title Not shown}}\f0 \'af\'f3\'b3w\par "
        rb"{\b bold} \u-10179?\u-8694?\par\pard one\tab two\par}"
    )
    made = bench.convert(data, RICH_TEXT, "text/plain").decode()
    assert made == "Żółw\r\nbold \N{SMILING FACE WITH SMILING EYES}\r\none\ttwo\r\n"
    with pytest.raises(ConversionRefused) as refused:
        bench.convert(data, RICH_TEXT, "text/plain", charset="us-ascii")
    assert refused.value.params == [("charset", "us-ascii")]


@pytest.mark.parametrize("data", [b"", b"{\\r", b"PK\x03\x04", b"rtf"])
def test_what_is_no_rich_text(bench: Workbench, data: bytes) -> None:
    with pytest.raises(ConversionRefused, match="broken"):
        bench.convert(data, RICH_TEXT, "text/plain")
