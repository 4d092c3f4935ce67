"""What a winmail.dat holds, whatever is in it."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import tnef

from .tnef_streams import SIGNATURE, attribute, file, properties, stream

LONG = "Übersicht – Größen.xlsx".encode("utf-16-le") + b"\0\0"


def test_files_under_their_long_names() -> None:
    data = stream(
        attribute(0x800C, b"The words.\0", level=1),
        file(b"NOTE.TXT", b"a note"),
        file(
            b"BERSIC~1.XLS",
            b"sheet",
            (0x3707, 0x1F, LONG),
            (0x370E, 0x1E, b"application/vnd.ms-excel\0"),
            (0x3712, 0x1E, b"<pic@x>\0"),
        ),
    )
    found = tnef.read(data)
    assert found is not None
    assert found.text == "The words."
    note, sheet = found.files
    assert (note.name, note.data) == ("NOTE.TXT", b"a note")
    assert (sheet.name, sheet.data) == ("Übersicht – Größen.xlsx", b"sheet")
    assert (sheet.type, sheet.content_id) == ("application/vnd.ms-excel", "<pic@x>")


def test_text_and_html_among_the_properties() -> None:
    body = attribute(
        0x9003, properties((0x1000, 0x1F, "Wörter\0".encode("utf-16-le")), (0x1013, 0x102, b"<p>x"))
    )
    found = tnef.read(stream(body))
    assert found is not None
    assert (found.text, found.html) == ("Wörter", "<p>x")


def test_data_among_the_properties_and_properties_with_names() -> None:
    named = struct.pack("<HH", 0x1F, 0x8001) + bytes(16) + struct.pack("<I", 1)
    named += struct.pack("<I", 6) + b"a\0b\0\0\0\0\0" + struct.pack("<II", 1, 2) + b"x\0\0\0"
    content = properties((0x3701, 0x102, b"data"), (0x3003, 0x1E, b"x"))
    content = struct.pack("<I", 3) + named + content[4:]
    found = tnef.read(stream(file(b"a.bin", b""), attribute(0x9005, content)))
    assert found is not None
    assert [(each.name, each.data) for each in found.files] == [("a.bin", b"data")]


def test_files_of_an_embedded_message() -> None:
    inner = stream(file(b"inner.txt", b"deep"))
    outer = stream(file(b"m", b"", (0x3701, 0x0D, bytes(16) + inner)), file(b"last.txt", b"z"))
    found = tnef.read(outer)
    assert found is not None
    assert [(each.name, each.data) for each in found.files] == [
        ("inner.txt", b"deep"),
        ("last.txt", b"z"),
    ]
    for _ in range(50):
        outer = stream(file(b"m", b"", (0x3701, 0x0D, bytes(16) + outer)))
    assert tnef.read(outer) is not None


def test_what_is_none_or_cut_is_read_as_far_as_it_goes() -> None:
    assert tnef.read(b"") is None and tnef.read(b"PK\3\4") is None
    whole = stream(file(b"a.txt", b"text", (0x3707, 0x1E, b"long.txt\0")))
    for end in range(len(SIGNATURE), len(whole)):
        found = tnef.read(whole[:end])
        assert found is not None and len(found.files) <= 1
    huge = SIGNATURE + struct.pack("<BHHI", 2, 0x800F, 6, 0xFFFFFFFF)
    assert tnef.read(huge + b"x") is not None
    many = attribute(0x9003, struct.pack("<IHHI", 0xFFFFFFFF, 0x1003, 1, 0xFFFFFFFF))
    assert tnef.read(SIGNATURE + many) is not None


@given(st.binary(max_size=300), st.integers(0, 400))
def test_any_octets_are_taken(data: bytes, at: int) -> None:
    tnef.read(SIGNATURE + data)
    whole = stream(file(b"a.txt", b"text", (0x3707, 0x1F, LONG), (0x3701, 0x0D, bytes(20))))
    found = tnef.read(whole[:at] + data + whole[at + len(data) :])
    assert found is None or all(len(each.data) <= len(whole) + 300 for each in found.files)
