"""Whatever the message is, what is rendered of it fits the grammar of RFC 3501 §9."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from lemonade_server.wire.mime import BytesSource
from lemonade_server.wire.rendering import render_message
from tests.wire.imap_lists import check_body, check_envelope, parse

_LINES = st.sampled_from(
    [
        b"--a",
        b"--a--",
        b"--b",
        b"--b--",
        b"",
        b"Content-Type: multipart/mixed; boundary=a",
        b'Content-Type: multipart/alternative; boundary=b; x="\\""',
        b"Content-Type: message/rfc822",
        b'Content-Type: text/html; charset="\xe9"',
        b'Content-Type: text/x"y\\',
        b'Content-Disposition: attachment; filename="a\nb"',
        b"Content-Language: en, de",
        b"Content-ID: <\0>",
        b"Content-Transfer-Encoding: NIL",
        b'From: "a\\"b" <c@d>, e: f@g;',
        b"To: (\xff\xfe) <\r@\0>",
        b'Subject: "quoted" \\ and \x80',
        b"Subject:",
        b"text",
    ]
)


@given(st.lists(_LINES | st.binary(max_size=20), max_size=30))
@settings(max_examples=300, deadline=None)
def test_everything_rendered_can_be_parsed(lines: list[bytes]) -> None:
    found = render_message(BytesSource(b"\r\n".join(lines)))
    check_envelope(parse(found.envelope))
    check_body(parse(found.bodystructure), extended=True)
    check_body(parse(found.body), extended=False)
