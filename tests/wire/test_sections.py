from __future__ import annotations

import pytest

from lemonade_server.wire import part_table
from lemonade_server.wire.mime import BytesSource, scan
from tests.wire.test_mime import NESTED, message

DATA = message("From: a@b\n" + NESTED)
PACKED = part_table.pack(scan(BytesSource(DATA)))


def cut(section: str) -> bytes | None:
    span = part_table.locate(PACKED, len(DATA), section)
    return None if span is None else DATA[slice(*span)]


@pytest.mark.parametrize(
    ("section", "begins", "ends"),
    [
        ("", b"From: a@b", b"epilogue\r\n"),
        ("HEADER", b"From: a@b", b"boundary=outer\r\n\r\n"),
        ("TEXT", b"preamble", b"epilogue\r\n"),
        ("1", b"--in ner", b"epilogue of the inner"),
        ("1.MIME", b"Content-Type: multipart/alternative", b"\r\n\r\n"),
        ("1.1", b"plain", b"plain"),
        ("1.1.mime", b"\r\n", b"\r\n"),
        ("1.2", b"<p>html", b"<p>html"),
        ("2", b"Subject: embedded", b"--deep--"),
        ("2.MIME", b"Content-Type: message/rfc822", b"a letter\r\n\r\n"),
        ("2.HEADER", b"Subject: embedded", b"boundary=deep\r\n\r\n"),
        ("2.TEXT", b"--deep", b"--deep--"),
        ("2.1", b"AAAA", b"AAAA\r\n"),
        ("2.2.HEADER", b"Subject: single", b"\r\n\r\n"),
        ("2.2.TEXT", b"only", b"only"),
        ("2.2.1", b"only", b"only"),
        ("2.2.1.MIME", b"Subject: single", b"\r\n\r\n"),
    ],
)
def test_sections_of_a_nested_message(section: str, begins: bytes, ends: bytes) -> None:
    found = cut(section)
    assert found is not None and found.startswith(begins) and found.endswith(ends)


@pytest.mark.parametrize(
    "section",
    [
        "3",
        "1.3",
        "1.1.1",
        "1.HEADER",
        "1.1.TEXT",
        "2.2.2",
        "MIME",
        "0",
        "1.",
        ".1",
        "1.0",
        "x",
        "01",
    ],
)
def test_sections_that_are_not_there(section: str) -> None:
    assert cut(section) is None


def test_a_message_of_one_part() -> None:
    data = b"Subject: x\r\n\r\nbody"
    packed = part_table.pack(scan(BytesSource(data)))
    assert part_table.locate(packed, len(data), "1") == (14, 18)
    assert part_table.locate(packed, len(data), "TEXT") == (14, 18)
    assert part_table.locate(packed, len(data), "1.MIME") == (0, 14)
    assert part_table.locate(packed, len(data), "1.1") is None
    assert part_table.locate(packed, len(data), "2") is None
    assert part_table.locate(packed, len(data), "1.TEXT") is None
    assert [part.section for part in part_table.leaves(packed)] == ["1"]


def test_a_message_that_is_an_embedded_message() -> None:
    data = b"Content-Type: message/rfc822\r\n\r\nSubject: in\r\n\r\nbody"
    packed = part_table.pack(scan(BytesSource(data)))
    inner = data.index(b"Subject")
    assert part_table.locate(packed, len(data), "1") == (inner, len(data))
    assert part_table.locate(packed, len(data), "1.HEADER") == (inner, len(data) - 4)
    assert part_table.locate(packed, len(data), "1.1") == (len(data) - 4, len(data))
    assert [part.section for part in part_table.leaves(packed)] == ["1.1"]


def test_leaves_and_what_is_known_of_them() -> None:
    assert [part.section for part in part_table.leaves(PACKED)] == ["1.1", "1.2", "2.1", "2.2.1"]
    html = part_table.leaf(PACKED, "1.2")
    assert html is not None
    assert (html.type, html.subtype, html.charset) == ("text", "html", "utf-8")
    image = part_table.leaf(PACKED, "2.1")
    assert image is not None
    assert (image.encoding, image.filename, image.disposition) == ("base64", "a.png", "attachment")
    assert DATA[image.start : image.stop] == b"AAAA\r\n"
    assert DATA[image.header_start :].startswith(b"Content-Type: image/png")
    letter = part_table.leaf(PACKED, "2")
    assert letter is not None and letter.subtype == "rfc822"
    assert part_table.leaf(PACKED, "9") is None
    assert part_table.leaf(PACKED, "1.MIME") is None
    assert part_table.leaf(PACKED, "") is None


@pytest.mark.parametrize("added", [b"Received: by us\r\n\tfor you\r\n", b""])
def test_a_table_shifted_is_the_table_of_the_longer_message(added: bytes) -> None:
    data = added + DATA
    shifted = part_table.shift(PACKED, len(added))
    fresh = part_table.pack(scan(BytesSource(data)))
    assert part_table.leaves(shifted) == part_table.leaves(fresh)
    for section in ("", "HEADER", "TEXT", "1", "1.MIME", "2.HEADER", "2.2.1"):
        found = part_table.locate(shifted, len(data), section)
        assert found == part_table.locate(fresh, len(data), section)
    assert part_table.leaves(part_table.shift(shifted, -len(added))) == part_table.leaves(PACKED)
