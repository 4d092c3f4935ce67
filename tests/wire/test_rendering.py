from __future__ import annotations

from dataclasses import fields

from hypothesis import given, settings
from hypothesis import strategies as st

from lemonade_server.wire import part_table
from lemonade_server.wire.mime import BytesSource
from lemonade_server.wire.rendering import (
    Rendering,
    StoredRendering,
    in_front,
    prepend_header,
    render_message,
    replace_header,
)
from lemonade_server.wire.text import casemap
from tests.wire.ropes import check_offsets

LETTER = (
    "Date: Thu, 1 Jan 2026 00:30:00 +0200\n"
    "From: =?utf-8?q?Jos=C3=A9?= <jose@example.com>\n"
    "To: Alice <alice@example.com>, bob@example.com\n"
    "Cc: carol@example.com\n"
    "Bcc: dave@example.com\n"
    "Subject: Re: [list] =?utf-8?b?w4lsYW4=?=\n"
    "Message-ID: <1@example.com>\n"
    "In-Reply-To: <0@example.com> (of monday)\n"
    "Content-Type: multipart/mixed; boundary=b\n\n"
    "--b\nContent-Type: multipart/alternative; boundary=c\n\n"
    "--c\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
    "PiBxdW90ZWQKT3duIHfDtnJkcy4KLS0gCnNpZ25hdHVyZQo=\n"
    "--c\nContent-Type: text/html\n\n<p>Marked <b>up</b>\n--c--\n"
    "--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?inn=C3=A9r?=\n\nenclosed=20words\n"
    "--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=plan.pdf\n\n"
    "binary stuff\n--b--\n"
)


def rendered(letter: str) -> Rendering:
    return render_message(BytesSource(letter.replace("\n", "\r\n").encode()))


def test_keys_of_a_letter() -> None:
    found = rendered(LETTER)
    assert found.sent == 1767220200
    assert found.sent_day == 739617  # 1 January 2026, though it is 31 December in UTC
    assert found.message_id == "1@example.com"
    assert found.references == "0@example.com"
    assert found.base_subject == casemap("Élan")
    assert (found.sort_from, found.sort_to, found.sort_cc) == ("JOSE", "ALICE", "CAROL")
    assert found.subject == casemap("Re: [list] Élan")
    assert casemap("josé") in found.sender and "EXAMPLE.COM" in found.sender
    assert found.recipient == "ALICE <ALICE@EXAMPLE.COM>, BOB@EXAMPLE.COM"
    assert (found.cc, found.bcc) == ("CAROL@EXAMPLE.COM", "DAVE@EXAMPLE.COM")
    assert "SUBJECT: RE: [LIST] E\u0301LAN\n" in found.header_text
    assert found.size == len(LETTER.replace("\n", "\r\n"))


def test_words_of_all_bodies_are_found_and_no_binary() -> None:
    words = rendered(LETTER).body_text
    for piece in ("own wörds", "marked up", "plan.pdf", "subject: innér", "enclosed=20words"):
        assert casemap(piece) in words
    assert "BINARY" not in words


def test_the_preview_is_what_the_sender_wrote() -> None:
    assert rendered(LETTER).preview == "Own wörds."
    assert rendered("Subject: x\n\n> only\n> quoted\n").preview == "> only > quoted"
    assert rendered("Content-Type: text/html\n\n<p>a<p>b").preview == "a b"
    long = rendered("Subject: x\n\n" + "word " * 100).preview
    assert len(long) <= 200 and long.endswith("word…")
    assert len(rendered("Subject: x\n\n" + "w" * 500).preview) == 200
    assert rendered("").preview == ""


def test_references_win_over_in_reply_to() -> None:
    found = rendered("References: <a@b>\n <c@d>\nIn-Reply-To: <e@f>\n\n")
    assert found.references == "a@b c@d"


def stored(rendering: StoredRendering) -> dict[str, object]:
    kept = {field.name: getattr(rendering, field.name) for field in fields(StoredRendering)}
    del kept["parts"]  # shifted and fresh tables differ in form: test_sections compares them
    return kept


def test_a_header_put_in_front_needs_no_scan() -> None:
    added = "Return-Path: <x@y>\nReceived: from a\n\tby b; Fri, 2 Jan 2026 00:00:00 +0000\n"
    shifted = prepend_header(rendered(LETTER), added.replace("\n", "\r\n").encode())
    assert stored(shifted) == stored(rendered(added + LETTER))
    assert type(shifted) is StoredRendering


def test_a_field_taken_away_needs_no_scan() -> None:
    bcc = "Bcc: dave@example.com\n"
    before = rendered(LETTER)
    header = before.header.replace(bcc.replace("\n", "\r\n").encode(), b"")
    after = replace_header(before, header)
    assert stored(after) == stored(rendered(LETTER.replace(bcc, "")))
    assert after.bcc == ""


_FIELDS = st.sampled_from([b"Subject: ", b"From: ", b"To: ", b"Date: ", b"References: ", b"X: "])
_VALUES = st.binary(max_size=30) | st.sampled_from([b"=?utf-8?b?", b"?=", b"<a@b>", b"G: a@b;"])
_HEADERS = st.lists(st.tuples(_FIELDS, _VALUES).map(b"".join), max_size=6).map(b"\r\n".join)
_TYPES = st.sampled_from([b"text/html", b"text/plain; charset=utf-7", b"message/rfc822", b"a/b"])


@given(
    st.lists(st.sampled_from([b"Received: a\r\n\tb\r\n", b"Return-Path: <>\r\n", b"Date: x\r\n"])),
    _HEADERS,
)
def test_lines_put_in_front_of_any_header(added: list[bytes], header: bytes) -> None:
    front, message = b"".join(added), header + b"\r\n\r\nbody"
    before = render_message(BytesSource(message))
    whole = render_message(BytesSource(front + message))
    assert stored(prepend_header(before, front)) == stored(whole)


@given(_HEADERS, _TYPES, st.binary(max_size=200))
@settings(deadline=None)
def test_any_message_is_rendered_storably(header: bytes, kind: bytes, body: bytes) -> None:
    data = header + b"\r\nContent-Type: " + kind + b"\r\n\r\n" + body
    found = render_message(BytesSource(data))
    check_offsets(found.root, len(data))
    for field in fields(StoredRendering):
        value = getattr(found, field.name)
        if isinstance(value, str):
            assert "\0" not in value
            value.encode("utf-8")
    for wire in (found.envelope, found.body, found.bodystructure):
        assert wire.startswith(b"(") and wire.endswith(b")")


def test_lines_in_front_of_text_that_has_no_header() -> None:
    """A blank line is put between them: the same as if all of it had come so."""
    data = b"this is not a header\r\nNote: nor is this\r\n"
    stored = render_message(BytesSource(data))
    assert (stored.header, stored.preview) == (b"", "this is not a header Note: nor is this")
    front = in_front(stored, b"Received: by x\r\n")
    assert front == b"Received: by x\r\n\r\n"
    changed = prepend_header(stored, front)
    again = render_message(BytesSource(front + data))
    for name in ("header", "size", "preview", "bodystructure", "body_text"):
        assert getattr(changed, name) == getattr(again, name)
    for section in ("HEADER", "TEXT", "1"):
        places = [part_table.locate(one.parts, one.size, section) for one in (changed, again)]
        assert places[0] == places[1]
    assert in_front(again, b"X: y\r\n") == b"X: y\r\n"
