"""The part tree of ordinary and of odd messages."""

from __future__ import annotations

import pytest

from lemonade_server.wire.mime import BytesSource, Part, scan
from tests.wire.ropes import check_offsets, every_part, outline


def message(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def scanned(text: str) -> tuple[bytes, Part]:
    data = message(text)
    root = scan(BytesSource(data))
    check_offsets(root, len(data))
    return data, root


def body_of(data: bytes, part: Part) -> bytes:
    return data[part.body_start : part.stop]


def test_a_message_without_mime_headers_is_plain_us_ascii() -> None:
    data, root = scanned("Subject: x\n\nOne\nTwo\n")
    assert (root.type, root.subtype, root.params, root.encoding) == (
        "text",
        "plain",
        [("charset", "us-ascii")],
        "7bit",
    )
    assert body_of(data, root) == b"One\r\nTwo\r\n"
    assert (root.lines, root.section, root.children) == (2, "", [])


NESTED = """\
Content-Type: multipart/mixed; boundary=outer

preamble
--outer
Content-Type: multipart/alternative; boundary="in ner"

--in ner

plain
--in ner\t
Content-Type: TEXT/HTML; Charset="UTF-8"

<p>html
--in ner--
epilogue of the inner
--outer
Content-Type: message/rfc822
Content-Description: a letter

Subject: embedded
Content-Type: multipart/mixed; boundary=deep

--deep
Content-Type: image/png; name=a.png
Content-Transfer-Encoding: BASE64
Content-ID: <1@x>
Content-Disposition: Attachment; filename="a.png"
Content-Language: en, de
Content-Location: http://x/a.png
Content-MD5: Q2hlY2sgSW50ZWdyaXR5IQ==

AAAA

--deep
Content-Type: message/rfc822

Subject: single

only
--deep--
--outer--
epilogue
"""


def test_nested_parts_and_their_numbers() -> None:
    data, root = scanned(NESTED)
    assert outline(root) == (
        "mixed(alternative(text/plain, text/html),"
        " message/rfc822(mixed(image/png, message/rfc822(text/plain))))"
    )
    assert [part.section for part in every_part(root)] == [
        *("", "1", "1.1", "1.2", "2", "2.TEXT", "2.1", "2.2", "2.2.1")
    ]
    by_number = {part.section: body_of(data, part) for part in every_part(root)}
    assert by_number["1.1"] == b"plain"
    assert by_number["1.2"] == b"<p>html"
    assert by_number["2.1"] == b"AAAA\r\n"
    assert by_number["2.2"] == b"Subject: single\r\n\r\nonly"
    assert by_number["2.2.1"] == b"only"
    assert by_number["1"].endswith(b"epilogue of the inner")


def test_fields_of_a_part() -> None:
    _, root = scanned(NESTED)
    (image,) = [part for part in every_part(root) if part.section == "2.1"]
    assert image.encoding == "base64"
    assert image.id == b"<1@x>"
    assert image.disposition == ("attachment", [("filename", "a.png")])
    assert image.language == ["en", "de"]
    assert image.location == b"http://x/a.png"
    assert image.md5 == b"Q2hlY2sgSW50ZWdyaXR5IQ=="
    (letter,) = [part for part in every_part(root) if part.section == "2"]
    assert letter.description == b"a letter"
    assert letter.lines == 20


def test_a_message_that_is_one_embedded_message() -> None:
    _, root = scanned("Content-Type: message/rfc822\n\nSubject: in\n\nbody")
    assert outline(root) == "message/rfc822(text/plain)"
    assert root.children[0].section == "1.1"


def test_parts_of_a_digest_are_messages_by_default() -> None:
    _, root = scanned(
        "Content-Type: multipart/digest; boundary=d\n\n"
        "--d\n\nSubject: one\n\n1\n--d\nContent-Type: text/plain\n\n2\n--d--\n"
    )
    assert outline(root) == "digest(message/rfc822(text/plain), text/plain)"


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", "text/plain"),
        ("\n", "text/plain"),
        ("Subject: headers only", "text/plain"),
        ("Subject: headers only\n", "text/plain"),
        ("no header at all\nnor here", "text/plain"),
        ("Content-Type: nonsense\n\nx", "text/plain"),
        ("Content-Type: multipart/mixed\n\n--a\n\nx\n--a--", "text/plain"),
        ('Content-Type: multipart/mixed; boundary=""\n\n--\n\nx\n----', "text/plain"),
        ("Content-Type: multipart/mixed; boundary=a\n\nno parts", "text/plain"),
        ("Content-Type: multipart/mixed; boundary=a\n\n--a--\n", "text/plain"),
        ("Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx", "mixed(text/plain)"),
        ("Content-Type: multipart/mixed; boundary=a\n\n--a", "mixed(text/plain)"),
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n--a\n--a--",
            "mixed(text/plain, text/plain)",
        ),
        ("Content-Type: multipart/mixed; boundary=a\n\n--a  \t\n\nx\n--a--  ", "mixed(text/plain)"),
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--ab\n --a\n--a--",
            "mixed(text/plain, text/plain)",
        ),
        (
            "Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\n--a--\n--a\n\ny",
            "mixed(text/plain)",
        ),
        (
            "Content-Type: multipart/mixed;\n boundary*0=a;\n boundary*1=b\n\n--ab\n\nx",
            "mixed(text/plain)",
        ),
        (
            "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nAAAA",
            "application/octet-stream",
        ),
        ("Content-Type: message/rfc822\n\n", "message/rfc822(text/plain)"),
        ("Content-Type: message/partial; id=x; number=1\n\nSubject: a\n\nb", "message/partial"),
    ],
)
def test_odd_messages(text: str, tree: str) -> None:
    _, root = scanned(text)
    assert outline(root) == tree


def test_boundaries_that_begin_alike_or_are_equal() -> None:
    _, root = scanned(
        "Content-Type: multipart/mixed; boundary=a\n\n"
        "--a\nContent-Type: multipart/mixed; boundary=aa\n\n"
        "--aa\n\nx\n--aa\nContent-Type: multipart/mixed; boundary=aa\n\n"
        "--aa\n\ny\n--aa--\n--aa\n\nz\n--aa--\n--a\n\nw\n--a--\n"
    )
    assert outline(root) == ("mixed(mixed(text/plain, mixed(text/plain), text/plain), text/plain)")


def test_an_inner_boundary_may_look_like_the_end_of_the_outer() -> None:
    _, root = scanned(
        "Content-Type: multipart/mixed; boundary=a\n\n"
        "--a\nContent-Type: multipart/mixed; boundary=a--\n\n"
        "--a--\n\nx\n--a----\n--a\n\ny\n--a--\n"
    )
    assert outline(root) == "mixed(mixed(text/plain), text/plain)"


def test_the_outer_boundary_ends_what_was_left_open() -> None:
    data, root = scanned(
        "Content-Type: multipart/mixed; boundary=a\n\n"
        "--a\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n"
        "Subject: cut\n--a\n\nnext\n--a--\n"
    )
    assert outline(root) == "mixed(mixed(message/rfc822(text/plain)), text/plain)"
    assert body_of(data, root.children[1]) == b"next"


def test_a_delimiter_ends_a_header_without_blank_line() -> None:
    data, root = scanned(
        "Content-Type: multipart/mixed; boundary=a\n\n"
        "--a\nContent-Type: text/html\n--a\nContent-Type: text/css\n\nx\n--a--\n"
    )
    assert outline(root) == "mixed(text/html, text/css)"
    first = root.children[0]
    assert data[first.header_start : first.body_start] == b"Content-Type: text/html\r\n"
    assert body_of(data, first) == b""
    assert body_of(data, root.children[1]) == b"x"


def test_bare_line_feeds_and_bare_returns() -> None:
    data = b"Content-Type: multipart/mixed; boundary=a\n\n--a\n\nx\ry\n--a\r--b\n\n--a--\n"
    root = scan(BytesSource(data))
    check_offsets(root, len(data))
    assert outline(root) == "mixed(text/plain, text/plain)"
    assert body_of(data, root.children[0]) == b"x\ry"


def test_sources_over_every_kind_of_buffer() -> None:
    data = message(NESTED)
    trees = [scan(BytesSource(kind(data))) for kind in (bytes, bytearray, memoryview)]
    assert trees[0] == trees[1] == trees[2]


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("--a and more\n\nx\n--a-- the end\n", "mixed(text/plain)"),
        ("--a;x\n\nx\n--a--;y\n--a\n\nz", "mixed(text/plain)"),
        ("--a-\n\nx\n--a--\n", "mixed(text/plain)"),
        ("--a\n\nx\n -- a\n\n-a\n--A\n--a--\n", "mixed(text/plain)"),
    ],
)
def test_a_delimiter_line_may_go_on(text: str, tree: str) -> None:
    """It is sufficient that the boundary stands at the beginning of the line (RFC 2046 §5.1.1)."""
    _, root = scanned("Content-Type: multipart/mixed; boundary=a\n\n" + text)
    assert outline(root) == tree


def test_the_longest_boundary_that_fits_is_meant() -> None:
    data, root = scanned(
        "Content-Type: multipart/mixed; boundary=a\n\n"
        "--a\nContent-Type: multipart/mixed; boundary=aa\n\n"
        "--aa one\n\nx\n--aab\n\ny\n--aa-- that was it\nepilogue\n--aa again\n--a two\n\nz\n--a--\n"
    )
    assert outline(root) == "mixed(mixed(text/plain, text/plain), text/plain)"
    assert body_of(data, root.children[0]).endswith(b"epilogue\r\n--aa again")
    assert body_of(data, root.children[1]) == b"z"


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("this is not a header\nnor this\n", ""),
        ("Dear Bob, call me: now\nNote: soon\n\nBye\n", ""),
        ("Received: by x\nthis is not a header\nNote: y\n", "Received: by x\n"),
        ("Content-Type: text/html\n<p>no blank line: none\n\n", "Content-Type: text/html\n"),
        ("From bob Mon Jan 1\nSubject: an mbox\n\nx\n", "From bob Mon Jan 1\nSubject: an mbox\n\n"),
        ("damaged\nSubject: goes on\n\nx\n", "damaged\nSubject: goes on\n\n"),
        (
            "Subject: folded\nbadly, by hand\nTo: b@x\n\nx",
            "Subject: folded\nbadly, by hand\nTo: b@x\n\n",
        ),
        ("Subject: x\n on and on\n\nnot a field\n", "Subject: x\n on and on\n\n"),
    ],
)
def test_text_without_a_header_or_its_blank_line_is_text(text: str, header: str) -> None:
    data, root = scanned(text)
    assert data[: root.body_start] == message(header)
    mixed = "Content-Type: multipart/mixed; boundary=q\n\n--q\n"
    data, root = scanned(f"{mixed}Content-Type: message/rfc822\n\n{text}\n--q--\n")
    inner = root.children[0].children[0]
    assert data[inner.header_start : inner.body_start] == message(header)
    data, root = scanned(f"{mixed}{text}\n--q--\n")
    assert body_of(data, root.children[0]) == message(text)[len(message(header)) :]


@pytest.mark.parametrize(
    ("value", "tree"),
    [
        ("text/plain/stupid", "application/octet-stream"),
        ("text/html / x; charset=utf-8", "application/octet-stream"),
        ("text/pl@in", "application/octet-stream"),
        ("multipart/mixed/x; boundary=a", "application/octet-stream"),
        ("text/plain charset=utf-8", "text/plain"),
        ("text/html(a comment)", "text/html"),
        ("text / html", "text/html"),
    ],
)
def test_a_type_that_can_be_none_is_opaque(value: str, tree: str) -> None:
    assert outline(scanned(f"Content-Type: {value}\n\nx")[1]) == tree


@pytest.mark.parametrize("name", ["7-bit", "8BIT ", "(none) 8-bit"])
def test_an_embedded_message_in_an_encoding_that_is_none_is_opened(name: str) -> None:
    _, root = scanned(
        f"Content-Type: message/rfc822\nContent-Transfer-Encoding: {name}\n\nSubject: x\n\ny"
    )
    assert outline(root) == "message/rfc822(text/plain)"


def test_an_embedded_message_that_is_encoded_keeps_its_name_and_says_what_it_is() -> None:
    _, root = scanned(
        'Content-Type: message/rfc822; name="a.eml"\nContent-Transfer-Encoding: base64\n\nAAAA'
    )
    assert outline(root) == "application/octet-stream"
    assert root.params == [("type", "message/rfc822"), ("name", "a.eml")]
