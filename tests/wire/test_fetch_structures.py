"""ENVELOPE and BODYSTRUCTURE, octet for octet."""

from __future__ import annotations

from lemonade_server.wire import fetch_structures
from lemonade_server.wire.mime import BytesSource, scan


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def structure(text: str) -> bytes:
    source = BytesSource(crlf(text))
    return fetch_structures.structures(scan(source), source.read)[1]


def body(text: str) -> bytes:
    source = BytesSource(crlf(text))
    return fetch_structures.structures(scan(source), source.read)[0]


def test_the_envelope_of_rfc_3501() -> None:
    """RFC 3501 §8, with the message of its FETCH example."""
    header = crlf(
        "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\n"
        "From: Terry Gray <gray@cac.washington.edu>\n"
        "Subject: IMAP4rev1 WG mtg summary and minutes\n"
        "To: imap@cac.washington.edu\n"
        "cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\n"
        "Message-Id: <B27397-0100000@cac.washington.edu>\n\n"
    )
    gray = b'(("Terry Gray" NIL "gray" "cac.washington.edu"))'
    assert fetch_structures.envelope(header) == (
        b'("Wed, 17 Jul 1996 02:23:25 -0700 (PDT)" "IMAP4rev1 WG mtg summary and minutes" '
        + b" ".join([gray] * 3)
        + b' ((NIL NIL "imap" "cac.washington.edu"))'
        b' ((NIL NIL "minutes" "CNRI.Reston.VA.US")("John Klensin" NIL "KLENSIN" "MIT.EDU"))'
        b' NIL NIL "<B27397-0100000@cac.washington.edu>")'
    )


def test_sender_and_reply_to_fall_back_to_from() -> None:
    empty = fetch_structures.envelope(b"From: a@b\r\nSender: \r\nReply-To: <>\r\n\r\n")
    assert empty.count(b'((NIL NIL "a" "b"))') == 3
    own = fetch_structures.envelope(b"From: a@b\r\nReply-To: c@d\r\n\r\n")
    assert own == (
        b'(NIL NIL ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "c" "d")) NIL NIL NIL NIL NIL)'
    )


def test_an_empty_header_is_all_nil() -> None:
    assert fetch_structures.envelope(b"") == b"(" + b" ".join([b"NIL"] * 10) + b")"
    assert fetch_structures.envelope(b"To: ,\r\nSubject:\r\n\r\n") == (
        b'(NIL "" NIL NIL NIL NIL NIL NIL NIL NIL)'
    )


def test_raw_subject_and_eight_bit() -> None:
    header = b"Subject: =?utf-8?q?a?=\r\n =?utf-8?q?b?=\r\nFrom: caf\xe9 <a@b>\r\n\r\n"
    found = fetch_structures.envelope(header)
    assert b'"=?utf-8?q?a?= =?utf-8?q?b?="' in found
    assert b'(({4}\r\ncaf\xe9 NIL "a" "b"))' in found


def test_groups_and_repeated_fields() -> None:
    found = fetch_structures.envelope(b"To: G: a@b;\r\nTo: c@d\r\n\r\n")
    assert b'((NIL NIL "G" NIL)(NIL NIL "a" "b")(NIL NIL NIL NIL)(NIL NIL "c" "d"))' in found


def test_plain_text() -> None:
    assert structure("Subject: x\n\none\ntwo\n") == (
        b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 2 NIL NIL NIL NIL)'
    )
    assert body("Subject: x\n\none\ntwo\n") == (
        b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 10 2)'
    )


MIXED = """\
Content-Type: multipart/mixed; boundary=b
Content-Language: en, de

--b
Content-Type: text/html; charset=utf-8
Content-MD5: abc=
Content-Location: http://x/
Content-Language: fr

<p>
--b
Content-Type: message/rfc822
Content-Disposition: attachment; filename="a \\"b\\".eml"
Content-ID: <i@x>
Content-Description: d

Subject: in
From: a@b

text
--b--
"""


def test_extension_data_comes_in_order() -> None:
    html = b'"text" "html" ("charset" "utf-8") NIL NIL "7bit" 3 0'
    letter = b'"message" "rfc822" NIL "<i@x>" "d" "7bit" 30'
    envelope = (
        b'(NIL "in" ((NIL NIL "a" "b")) ((NIL NIL "a" "b")) ((NIL NIL "a" "b"))'
        b" NIL NIL NIL NIL NIL)"
    )
    plain = b'"text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 4 0'
    assert structure(MIXED) == (
        b"((" + html + b' "abc=" NIL "fr" "http://x/")'
        b"(" + letter + b" " + envelope + b" (" + plain + b" NIL NIL NIL NIL) 3"
        b' NIL ("attachment" ("filename" "a \\"b\\".eml")) NIL NIL)'
        b' "mixed" ("boundary" "b") NIL ("en" "de") NIL)'
    )
    assert body(MIXED) == (
        b"((" + html + b")(" + letter + b" " + envelope + b" (" + plain + b') 3) "mixed")'
    )


def test_a_multipart_without_parts_is_shown_as_text() -> None:
    assert structure("Content-Type: multipart/mixed; boundary=b\n\nhello\n") == (
        b'("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 7 1 NIL NIL NIL NIL)'
    )


def test_parameters_keep_their_octets() -> None:
    found = structure("Content-Type: text/plain; name=\"é\"; x*=utf-8''%C3%A9\n\n")
    assert b'("name" {2}\r\n\xc3\xa9 "x*" "utf-8\'\'%C3%A9")' in found
