from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import text
from lemonade_server.wire.mime import BytesSource, scan


@pytest.mark.parametrize(
    ("needle", "hay", "found"),
    [
        ("e", "É", True),
        ("é", "e", False),
        ("STRASSE", "Straße", False),
        ("straße", "STRAßE", True),
        ("ПРИВЕТ", "привет", True),
        ("ﬁ", "fi", False),
        ("ǆ", "Ǆ", True),
        ("résumé", "RE\u0301SUME\u0301", True),
        ("İ", "i", False),
    ],
)
def test_unicode_casemap_as_a_substring(needle: str, hay: str, found: bool) -> None:
    assert (text.casemap(needle) in text.casemap(hay)) is found


def test_the_example_of_rfc_5051() -> None:
    assert text.casemap("\u01c4") == "\u0044\u007a\u030c"


@given(st.text(), st.text())
def test_casemap_of_a_piece_is_found_in_that_of_the_whole(left: str, right: str) -> None:
    whole = text.casemap(f"{left} {right}")
    assert text.casemap(left) in whole and text.casemap(right.upper()) in text.casemap(
        f"{left} {right.upper()}"
    )


@pytest.mark.parametrize(
    ("value", "words"),
    [
        # RFC 2047 §8
        (b"=?ISO-8859-1?Q?Patrik_F=E4ltstr=F6m?= <p@x>", "Patrik Fältström <p@x>"),
        (b"(=?ISO-8859-1?Q?a?=)", "(a)"),
        (b"(=?ISO-8859-1?Q?a?= b)", "(a b)"),
        (b"(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=)", "(ab)"),
        (b"(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
        (b"(=?ISO-8859-1?Q?a?= =?ISO-8859-2?Q?_b?=)", "(a b)"),
        # in the wild
        (b"=?utf-8?B?ww==?= =?utf-8?b?qQ==?=", "é"),
        (b"=?utf-8?q?=C3?= =?UTF-8?q?=A9?=", "é"),
        (b"=?utf-8*fr?q?=C3=A9?=", "é"),
        (b"=?nonsense?q?=C3=A9?= x", "é x"),
        (b"=?utf-8?q?open", "=?utf-8?q?open"),
        (b"caf\xc3\xa9 caf\xc3\xa9", "café café"),
        (b"caf\xe9", "café"),
        (b"a\0b", "ab"),
        (b"", ""),
    ],
)
def test_encoded_words(value: bytes, words: str) -> None:
    assert text.decode_words(value) == words


@pytest.mark.parametrize(
    ("data", "encoding", "charset", "words"),
    [
        (b"caf=C3=A9=\r\n!", "quoted-printable", "utf-8", "café!"),
        (b"Y2Fmw6k=", "BASE64", "UTF-8", "café"),
        (b"Y2Fm\r\nw6k", "base64", "utf-8", "café"),
        (b"Y2Fm!w6k=WA==", "base64", "utf-8", "caféX"),
        (b"YQ==\r\nYg==", "base64", "", "ab"),
        (b"Y", "base64", "", ""),
        (b"caf\xe9", "8bit", "iso-8859-1", "café"),
        (b"\x93a\x94", "8bit", "iso-8859-1", "“a”"),
        (b"caf\xe9", "7bit", "us-ascii", "café"),
        (b"caf\xc3\xa9", "7bit", "", "café"),
        (b"caf\xc3\xa9 \xe9!", "8bit", "utf-8", "café \ufffd!"),
        (b"\xc3\xa9 cut \xe2\x82", "8bit", "utf-8", "é cut \ufffd"),
        (b"caf\xc3\xa9", "x-other", "x-unknown", "café"),
        ("привет".encode("koi8-r"), "8bit", "KOI8-R", "привет"),
        ("你好".encode("gb18030"), "8bit", "gb2312", "你好"),
        ("日本".encode("iso-2022-jp"), "7bit", "iso-2022-jp", "日本"),
        ("שלום".encode("iso8859-8"), "8bit", "iso-8859-8-i", "שלום"),
        (b"+AGE-", "7bit", "utf-7", "a"),
        (b"+2AA-", "7bit", "utf-7", "\ufffd"),
        (b"a\0\r\nb\rc", "7bit", "utf-8", "a\nb\nc"),
        (b"abc", "7bit", "rot13", "abc"),
        (b"abc", "7bit", "zlib", "abc"),
        (b"\\u0061", "7bit", "unicode_escape", "\\u0061"),
        (b"abc", "7bit", "\0\xe9" * 40, "abc"),
    ],
)
def test_bodies(data: bytes, encoding: str, charset: str | bytes, words: str) -> None:
    name = charset.decode("latin-1") if isinstance(charset, bytes) else charset
    assert text.decode_body(data, encoding, name) == words


_ENCODINGS = st.sampled_from(["base64", "quoted-printable", "7bit", "8bit", "uuencode"])
_CHARSETS = st.sampled_from(["utf-8", "utf-16", "utf-7", "hz", "iso-2022-kr", "idna", "hex", ""])


@given(st.binary(max_size=80), _ENCODINGS, _CHARSETS | st.text(max_size=12))
def test_any_body_becomes_storable_text(data: bytes, encoding: str, charset: str) -> None:
    for words in (text.decode_body(data, encoding, charset), text.decode_words(data)):
        assert "\0" not in words
        words.encode("utf-8")


@given(st.binary(max_size=60))
def test_base64_decodes_what_was_encoded(data: bytes) -> None:
    from base64 import encodebytes

    assert text.base64(encodebytes(data)) == data


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        (b'Content-Disposition: attachment; filename="a b.txt"', "a b.txt"),
        (b"Content-Disposition: attachment; filename=a b (1).txt", "a b (1).txt"),
        (b"Content-Type: text/plain; name=n.txt", "n.txt"),
        (b"Content-Disposition: inline; x=y\r\nContent-Type: a/b; name=n.txt", "n.txt"),
        # RFC 2231 §4.1
        (
            b"Content-Disposition: attachment; filename=old;\r\n filename*0*=us-ascii'en'This%20is;"
            b'\r\n filename*1*=%20fun;\r\n filename*2=" *it*"',
            "This is fun *it*",
        ),
        (b"Content-Disposition: attachment; filename*=UTF-8''caf%C3%A9.pdf", "café.pdf"),
        (b"Content-Disposition: attachment; filename*=iso-8859-1''caf%E9.pdf", "café.pdf"),
        (b'Content-Disposition: attachment; filename="=?utf-8?q?caf=C3=A9?="', "café"),
        (b'Content-Disposition: attachment; filename="caf\xc3\xa9"', "café"),
        (b"Content-Disposition: attachment", ""),
        (b"Content-Disposition: attachment; filename*1=b; filename*0=a", "ab"),
        (b"Content-Disposition: attachment; filename*1=b", "b"),
        (b"Content-Disposition: attachment; filename*0=a; filename*3=c.pdf", "ac.pdf"),
        (
            b"Content-Disposition: attachment; filename=whole.pdf; filename*0=a; filename*2=c",
            "whole.pdf",
        ),
    ],
)
def test_names_of_attachments(fields: bytes, name: str) -> None:
    part = scan(BytesSource(fields + b"\r\n\r\n"))
    assert text.filename(part) == name
