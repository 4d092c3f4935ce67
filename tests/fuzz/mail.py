"""Messages: any octets have a structure, a rendering and texts, whose offsets lie inside."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from lemonade_server.sieve import ScriptError, compile_script, evaluate
from lemonade_server.wire import (
    addresses,
    body_text,
    cms,
    fetch_structures,
    headers,
    html,
    part_table,
    received_reports,
    recoding,
    text,
    thread_keys,
    tnef,
    uuencode,
)
from lemonade_server.wire.mime import MAX_PARTS, BytesSource, scan
from lemonade_server.wire.rendering import render_message
from tests.sieve.filtering import REQUIRE, Place, mail
from tests.wire.ropes import check_offsets, every_part

# A ContentInfo of SignedData, without lengths.
SIGNED = b"\x30\x80\x06\x09" + cms.SIGNED_DATA + b"\xa0\x80\x30\x80"


def message(data: bytes) -> None:
    """The scanner, and all that is made of what it finds."""
    source = BytesSource(data)
    root = scan(source)
    check_offsets(root, len(data))
    assert len(every_part(root)) <= MAX_PARTS
    rendering = render_message(source)
    for leaf in part_table.leaves(rendering.parts):
        assert part_table.locate(rendering.parts, len(data), leaf.section) is not None
    body_text.body_text(source, root)


def containers(data: bytes) -> None:
    """What parts hold: a winmail.dat, a signed message, files in a text."""
    found = tnef.read(tnef.SIGNATURE + data)
    assert found is not None
    assert all(len(file.data) <= len(data) for file in found.files)
    with contextlib.suppress(cms.BadCms):
        cms.signed_data(SIGNED + data)
    rest, files = uuencode.split(data, cut=True)
    assert len(rest) + sum(len(file.lines) for file in files) <= len(data)
    for file in files:
        file.decode()


def header(data: bytes) -> None:
    """Fields, their words, their addresses, and the same in UTF-8."""
    for name, value in headers.unfolded_fields(data):
        text.decode_words(value)
        addresses.addresses(value)
        thread_keys.message_ids(value)
        thread_keys.sent_date(value)
        thread_keys.base_subject(text.decode_words(value))
        assert headers.value(data, name) is not None
    at = 0
    for _, _, start, stop in headers.each(data):
        assert at <= start < stop <= len(data)
        at = stop
    fetch_structures.envelope(data)
    received_reports.is_report(data)
    recoding.recode(data, recoding.Charset("us-ascii", "?"))
    try:
        recoding.recode(data, recoding.Charset("utf-8", None))
    except recoding.Unwritable:
        return


def body(data: bytes) -> None:
    """Text out of transfer encodings, charsets and HTML; status reports."""
    for encoding in ("base64", "quoted-printable", "x-unknown"):
        text.transfer_decode(data, encoding)
    html.html_to_text(text.decode_body(data, "8bit", "utf-8"))
    text.decode(data, "utf-7")
    received_reports.delivery_status(data)
    received_reports.disposition(data)


def sieve(data: bytes) -> None:
    """A script is refused with a place, or runs to an outcome."""
    for octets in (data, REQUIRE + data):
        try:
            script = compile_script(octets)
        except ScriptError as error:
            assert error.line >= 1 and error.column >= 1
            continue
        evaluate(script, mail(), Place())


MAIL: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "message": (
        message,
        (
            *(b"Content-Type: multipart/mixed; boundary=b\r\n\r\n", b"--b\r\n", b"--b--\r\n"),
            *(b"Content-Type: message/rfc822\r\n\r\n", b"\r\n", b"\n", b"Subject: =?utf-8?q?=C3?="),
            *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Type: text/html\r\n\r\n<p>"),
            *(b"multipart/digest", b'; boundary="', b"*0*=utf-8''b", b"YmFzZTY0\r\n"),
        ),
    ),
    "containers": (
        containers,
        (
            *(b"\1\0", b"\2\x02\x90\6\0\0\0\0\0\0\0", b"\2\5\x90\6\0\x40\0\0\0\1\0\0\0"),
            *(b"\2\x0f\x80\6\0\4\0\0\0data\0\0", b"\x1f\0\7\x37\1\0\0\0\4\0\0\0a\0\0\0"),
            *(
                b"\x30\x80",
                b"\xa0\x80",
                b"\2\1\1",
                b"\x31\0",
                b"\x24\x80\4\1x",
                b"\0\0",
                b"\x04\x7f",
            ),
            *(
                b"begin 644 a\n",
                b"begin-base64 644 a\n",
                b"#86)C\n",
                b"YWJj\n",
                b"`\nend\n",
                b"====\n",
            ),
        ),
    ),
    "header": (
        header,
        (
            *(b"From: ", b"A <a@b.test>", b"Group: ", b";", b"(", b")", b'"', b"\\", b"\r\n "),
            *(b"\r\n", b"=?utf-8?B?w6k=?=", b"=?iso-2022-jp?b?GyRC?=", b"Date: Tue, 4 Mar 2025 "),
            *(b"References: <a@b>", b"Re: ", b"[x] ", b"(fwd)", b"Content-Type: text/plain", b","),
        ),
    ),
    "body": (
        body,
        (
            *(b"=3D", b"=\r\n", b"YWJj", b"<b>", b"</b>", b"<!--", b"&#x110000;", b"&amp", b"+AG"),
            *(b"<script>", b"<style", b"\xff\xfe", b"Final-Recipient: rfc822;a@b\r\n", b"\r\n\r\n"),
            *(b"Action: failed\r\n", b"Disposition: automatic-action/MDN-sent; displayed\r\n"),
        ),
    ),
    "sieve": (
        sieve,
        (
            *(b"if ", b"true ", b"{ ", b"} ", b'"a*b" ', b"keep; ", b"allof (", b"not ", b") "),
            *(b"header :matches ", b'["subject", "to"] ', b"set ", b'"${1}" ', b"text:\r\n.\r\n"),
            *(b"/* ", b"# ", b"10K ", b'fileinto "X"; ', b'redirect "a@b.example"; ', b"elsif "),
            *(b"vacation ", b":days 3 ", b"editheader", b'addheader "X" "y"; ', b"foreverypart "),
        ),
    ),
}
