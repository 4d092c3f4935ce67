"""Files that stand uuencoded in a text."""

from __future__ import annotations

import base64
import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import uuencode
from lemonade_server.wire.mime import BytesSource
from lemonade_server.wire.rendering import render_message
from lemonade_server.wire.text import decode_body

NOTE = b"""begin 644 small note.txt
05&AE('-M86QL(&9I;&4L(   
.:6X@='=O(&QI;F5S+@H 
`
end
"""


def encoded(data: bytes, name: bytes = b"a.bin") -> bytes:
    lines = [binascii.b2a_uu(data[at : at + 45]) for at in range(0, len(data), 45)]
    return b"begin 644 %b\n%b \nend\n" % (name, b"".join(lines))


def test_the_text_and_the_file_in_it() -> None:
    text = b"Here is the file:\n\n" + NOTE + b"\nBye\n"
    for data in (text, text.replace(b"\n", b"\r\n")):
        rest, (file,) = uuencode.split(data)
        assert rest.split() == [b"Here", b"is", b"the", b"file:", b"Bye"]
        assert (file.name, file.complete) == (b"small note.txt", True)
        assert file.decode() == b"The small file, in two lines.\n"


def test_blanks_that_a_mailer_took_from_the_ends_of_lines() -> None:
    bare = b"\n".join(line.rstrip() for line in NOTE.splitlines()) + b"\n"
    _, (file,) = uuencode.split(bare)
    assert file.decode() == b"The small file, in two lines.\n"


@pytest.mark.parametrize(
    "text",
    [
        b"begin 644 words\nof a text that goes on\nend\n",
        b"begin 644 a\n",
        b"begin 644 a\n#86)C\n",
        b"we begin 644 a\n#86)C\n`\nend\n",
        b"> begin 644 a\n> #86)C\n> `\n> end\n",
        b"begin x a\n#86)C\n`\nend\n",
    ],
)
def test_a_text_about_such_lines_stays(text: bytes) -> None:
    assert uuencode.split(text) == (text, [])


def test_a_file_that_the_end_of_what_was_read_cuts() -> None:
    _, (file,) = uuencode.split(b"text\n" + NOTE[:60], cut=True)
    assert not file.complete


def test_several_files_and_base64_ones() -> None:
    data = encoded(b"one", b"1.txt") + b"and\n" + encoded(b"", b"empty")
    data += b"begin-base64 644 3.txt\n" + base64.encodebytes(b"three") + b"====\n"
    rest, files = uuencode.split(data)
    assert rest == b"and\n"
    assert [(file.name, file.decode()) for file in files] == [
        (b"1.txt", b"one"),
        (b"empty", b""),
        (b"3.txt", b"three"),
    ]


@given(st.binary(max_size=200), st.sampled_from([b"", b"text\n"]))
def test_any_file_comes_back(data: bytes, before: bytes) -> None:
    rest, (file,) = uuencode.split(before + encoded(data))
    assert (rest, file.decode()) == (before, data)


@given(
    st.lists(
        st.sampled_from([b"begin 644 a\n", b"end\n", b"`\n", b"#86)C\n", b"\n", b"x", b"\xff"])
    )
)
def test_nothing_of_any_text_is_lost_or_raises(pieces: list[bytes]) -> None:
    data = b"".join(pieces)
    for cut in (False, True):
        rest, files = uuencode.split(data, cut=cut)
        assert len(rest) + sum(len(file.lines) for file in files) <= len(data)
        assert files or rest == data
        for file in files:
            file.decode()


def test_the_encoding_of_a_body() -> None:
    assert decode_body(NOTE, "x-uuencode", "utf-8") == "The small file, in two lines.\n"
    assert decode_body(NOTE, "UUENCODE", "utf-8") == "The small file, in two lines.\n"
    assert decode_body(b"no file", "x-uue", "utf-8") == "no file"


@pytest.mark.parametrize(
    ("name", "body", "words"),
    [
        ("7-bit", "hello", "hello"),
        ("8bit ", "hello", "hello"),
        ("x-uuencode", NOTE.decode(), "The small file, in two lines."),
        ("base-64", "aGVsbG8=", "hello"),
        ("quoted_printable", "h=65llo", "hello"),
        ("x-unheard-of", "hello", "hello"),
    ],
)
def test_search_and_preview_read_what_was_meant(name: str, body: str, words: str) -> None:
    data = f"Content-Type: text/plain\nContent-Transfer-Encoding: {name}\n\n{body}\n".encode()
    found = render_message(BytesSource(data))
    assert found.preview == words
    assert words.upper() in found.body_text


def test_search_finds_the_name_of_a_file_in_a_text_and_not_its_lines() -> None:
    found = render_message(BytesSource(b"Subject: x\n\nHere it is:\n" + NOTE))
    assert found.preview == "Here it is:"
    assert "SMALL NOTE.TXT" in found.body_text
    assert "86QL" not in found.body_text
