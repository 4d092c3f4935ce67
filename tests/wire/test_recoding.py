"""Header blocks in another charset (RFC 5259 §6)."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import headers, text
from lemonade_server.wire.recoding import Charset, Unwritable, recode

UTF8 = Charset("utf-8", None)


def recoded(field: str, charset: Charset = UTF8) -> str:
    block = recode(f"{field}\r\n\r\n".encode("latin-1"), charset)
    assert block.endswith(b"\r\n\r\n")
    assert all(len(line) < 78 for line in block.split(b"\r\n"))
    return block[:-4].decode("latin-1")


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("Subject: =?KOI8-R?Q?why_encode_this=3F?=", "Subject: =?utf-8?Q?why_encode_this=3F?="),
        ("From: =?iso-8859-1?B?6Q==?= <a@b>", "From: =?utf-8?B?w6k=?= <a@b>"),
        ("X: =?iso-8859-1*de?q?=E9?=", "X: =?utf-8?Q?=C3=A9?="),
        # Characters cut in two by a careless mailer.
        ("X: =?utf-8?Q?=C3?= =?utf-8?Q?=A9?=", "X: =?utf-8?Q?=C3=A9?="),
        # What can't be decoded stays as it is.
        ("X: =?x-none?Q?=E9?=", "X: =?x-none?Q?=E9?="),
        ("X: =?utf-8?Q?=E9?=", "X: =?utf-8?Q?=E9?="),
        ("X: =?utf-8?B?!!!?=", "X: =?utf-8?B?!!!?="),
        ("X: =?utf-8?X?abc?=", "X: =?utf-8?X?abc?="),
        ("X: no words at all", "X: no words at all"),
        ("X: (=?iso-8859-1?Q?=E9?=)", "X: (=?utf-8?Q?=C3=A9?=)"),
        ("X: a=?iso-8859-1?Q?=E9?=", "X: a=?iso-8859-1?Q?=E9?="),
        ("X: caf\xe9", "X: caf\xe9"),
    ],
)
def test_encoded_words(field: str, wanted: str) -> None:
    assert recoded(field) == wanted


def test_what_the_charset_has_not() -> None:
    field = "Subject: =?utf-8?Q?=C5=82=C3=A9?="
    with pytest.raises(Unwritable):
        recoded(field, Charset("us-ascii", None))
    assert recoded(field, Charset("us-ascii", "?")) == "Subject: =?us-ascii?Q?=3F=3F?="
    assert recoded(field, Charset("iso-8859-1", "l")) == "Subject: =?iso-8859-1?Q?l=E9?="
    with pytest.raises(ValueError, match="unknown"):
        Charset("x-none", None)


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        (
            "Content-Type: text/plain; foo*=iso-8859-1'fr'tr%E9; x=y",
            "Content-Type: text/plain;\r\n foo*=utf-8'fr'tr%C3%A9;\r\n x=y",
        ),
        (
            "Content-Disposition: attachment;\r\n filename*0*=utf-16be''%04;\r\n filename*1*=%16",
            "Content-Disposition: attachment;\r\n filename*=utf-8''%D0%96",
        ),
        # The example of the RFC is no UTF-8; nor is this one anything that can be read.
        (
            "Content-Type: a/b; foo*0*=utf-8'fr'tr%c0; foo*1*=(nasty)%09",
            "Content-Type: a/b; foo*0*=utf-8'fr'tr%c0; foo*1*=(nasty)%09",
        ),
        ("Content-Type: text/plain; a*=x", "Content-Type: text/plain; a*=x"),
        ("Content-Type: text/plain; a*=''x;;b", "Content-Type: text/plain; a*=''x;;b"),
        ("Subject: foo*=iso-8859-1''%E9", "Subject: foo*=iso-8859-1''%E9"),
    ],
)
def test_extended_parameters(field: str, wanted: str) -> None:
    assert recoded(field) == wanted


def test_long_ones_are_cut_anew() -> None:
    long = "%E9" * 60
    made = recoded(f"Content-Type: text/plain; foo*0*=iso-8859-1''{long[:90]}; foo*1*={long[90:]}")
    assert made.count("\r\n foo*") > 3
    assert made.count("%C3%A9") == 60
    made = recoded("Subject: " + "\r\n ".join(["=?iso-8859-1?Q?" + "=E9" * 18 + "?="] * 5))
    assert text.decode_words(made.replace("\r\n", "").encode()[9:]) == "é" * 90


PIECES = [
    b"X: ",
    b"Content-Type: a/b; n*=",
    b"\r\n",
    b"\r\n ",
    b"=?utf-8?Q?",
    b"=E9",
    b"?=",
    b"'",
    b";",
]


@given(
    st.lists(st.sampled_from(PIECES) | st.binary(max_size=9), max_size=40).map(b"".join),
    st.sampled_from(["utf-8", "us-ascii", "iso-2022-jp", "utf-16"]),
)
def test_any_octets(block: bytes, name: str) -> None:
    """The fields are the same ones in the same order, and what is not encoded is as it was."""
    made = recode(block, Charset(name, "?"))
    assert [field[0] for field in headers.each(made)] == [field[0] for field in headers.each(block)]
    if b"=?" not in block and b"*" not in block:
        assert made == block


@given(st.text(max_size=100).map(text.clean))
def test_words_are_the_same_in_another_charset(words: str) -> None:
    coded = base64.b64encode(words.encode("utf-16-le"))
    field = recode(b"X: =?utf-16-le?B?%b?=\r\n" % coded, UTF8)
    assert text.decode_words(field[3:-2].replace(b"\r\n ", b" ")) == words


def test_a_header_as_long_as_can_be_takes_no_long_time() -> None:
    block = b"X: " + b"\r\n ".join([b"=?utf-8?B?xYLFgsWCxYLFgsWCxYLFgg==?="] * 20_000) + b"\r\n\r\n"
    assert text.decode_words(recode(block, UTF8)[3:-4].replace(b"\r\n ", b" ")) == "ł" * 160_000
