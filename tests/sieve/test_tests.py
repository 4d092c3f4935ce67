"""The tests of the language, each with the examples of the RFC that defines it."""

from __future__ import annotations

import pytest

from lemonade_server.sieve.outcome import Store

from .filtering import holds, run

TRUE = [
    # RFC 5228 §5
    b'header :is ["subject", "to"] "CAF\xc3\xa9 MEETING [urgent]"',
    b'header :contains "subject" ["nothing", "meeting"]',
    b'header :matches "subject" "*meeting*"',
    b'header :matches "x-priority" "?"',
    b'header :is :comparator "i;octet" "x-priority" "1"',
    b'not header :is "nonexistent" ""',
    b'address :is :all "from" "ANA@example.net"',
    b'address :localpart "to" ["bob", "alice+lists"]',
    b'address :domain :is "to" "lemonade.test"',
    b'not address :is "cc" ""',
    b'envelope :all :is "from" "ana@example.net"',
    b'envelope :matches ["from", "to"] "*@lemonade.test"',
    b'exists ["From", "Date", "X-Priority"]',
    b'not exists ["From", "X-Nothing"]',
    b"size :over 100",
    b"size :under 1M",
    b"allof (true, not false, anyof (false, true))",
    # RFC 5231
    b'header :value "gt" :comparator "i;ascii-numeric" "x-spam-score" "9"',
    b'not header :value "ge" :comparator "i;ascii-numeric" "x-spam-score" "13"',
    b'header :value "eq" :comparator "i;ascii-numeric" "x-spam-score" "012"',
    b'not header :value "lt" :comparator "i;ascii-numeric" "subject" "99999999999999999999"',
    b'address :count "eq" :comparator "i;ascii-numeric" "to" "2"',
    b'header :count "ge" :comparator "i;ascii-numeric" ["from", "subject"] "2"',
    # RFC 5233
    b'address :user "to" "alice"',
    b'address :detail "to" "lists"',
    b'envelope :detail "to" "lists"',
    b'not address :detail "from" ""',
    # RFC 5051
    b'header :comparator "i;unicode-casemap" :is "subject" "CAF\xc3\x89 MEETING [URGENT]"',
    b'not header :comparator "i;ascii-casemap" :is "subject" "CAF\xc3\x89 MEETING [URGENT]"',
    # RFC 5260
    b'date :originalzone "date" "hour" "10"',
    b'date :zone "+0000" "date" "time" "09:15:00"',
    b'date :value "ge" "date" "date" "2026-11-24"',
    b'date "date" "weekday" "2"',
    b'date :zone "-0500" "received" "iso8601" "2026-11-24T04:15:30-05:00"',
    b'date "date" "julian" "61368"',
    b'date "date" "std11" "Tue, 24 Nov 2026 09:15:00 +0000"',
    b'date "date" "zone" "+0000"',
    b'not date "subject" "year" "2026"',
    b'currentdate :value "ge" "date" "2026-11-24"',
    b'currentdate :is "second" "05"',
    b'currentdate :zone "+0530" "hour" "17"',
    b'header :index 1 "received" "from a.example.net by b.example.net; Tue, 24 Nov 2026 10:15:30 '
    b'+0100"',
    b'address :index 1 :last "to" "team@lemonade.test"',
    b'not header :index 2 :contains "received" "a"',
    # RFC 5173
    b'body :contains "caf\xc3\xa9"',
    b'body :text :contains "hello world"',
    b'not body :text :contains "<b>"',
    b'body :content "text/html" :contains "<b>"',
    b'body :content "text" :contains "see you"',
    b'body :raw :contains "SGVsbG8gYWxpY2U"',
    b'not body :content "image" :contains ""',
    # RFC 5490, RFC 8579
    b'mailboxexists ["INBOX", "Lists"]',
    b'not mailboxexists ["INBOX", "Nowhere"]',
    b'specialuse_exists "\\\\Junk"',
    b'specialuse_exists "Junk" "\\\\Junk"',
    b'not specialuse_exists "Lists" "\\\\Junk"',
    # RFC 5435
    b'valid_notify_method ["mailto:tim@example.com?subject=x"]',
    b'not valid_notify_method "xmpp:tim@example.com"',
    b'notify_method_capability "mailto:tim@example.com" "Online" "maybe"',
    # RFC 5229
    b'string :is "a" ["b", "A"]',
    b'string :count "eq" :comparator "i;ascii-numeric" ["a", "", "b"] "2"',
    # RFC 5228 §2.4.2.4
    b'string "${hex: 24 40}${unicode:41}" "$@a"',
]


@pytest.mark.parametrize("test", TRUE)
def test_it_is_true(test: bytes) -> None:
    assert holds(test)
    assert not holds(b"not " + test)


NOWHERE = [b"subject:", b"", b"X Y", b"from:", b"\xe2\x84\xaaey", b"a\tb", b"x\xc3\xa9"]
"""No header field has such a name (RFC 5228 §2.4.2.2)."""


@pytest.mark.parametrize("name", NOWHERE)
@pytest.mark.parametrize(
    "test",
    [
        b'header :matches "%b" "*"',
        b'header :contains ["%b"] ""',
        b'address :contains "%b" ""',
        b'exists "%b"',
        b'date :matches "%b" "year" "*"',
        b'header :count "gt" :comparator "i;ascii-numeric" "%b" "0"',
    ],
)
def test_a_name_that_no_field_can_have_fits_nothing(test: bytes, name: bytes) -> None:
    letter = b"Subject: x\r\nKey: k\r\nX Y: z\r\nFrom: a@b.example\r\n\r\n"
    assert not holds(test % name, letter)


@pytest.mark.parametrize("name", NOWHERE[:4])
def test_so_it_is_when_a_variable_names_it(name: bytes) -> None:
    outcome = run(b'set "n" "%b"; if header :contains "${n}" "" { discard; }' % name)
    assert outcome.fault is None and outcome.actions == [Store()]


NESTED = b"""\
From: a@b.example\r
Content-Type: multipart/mixed; boundary=q\r
\r
prologue here\r
its last line\r
--q\r
Content-Type: message/rfc822\r
\r
Subject: inner secret\r
Content-Type: multipart/alternative; boundary=inner\r
\r
early\r
--inner\r
\r
inside text\r
--inner--\r
late\r
--q\r
Content-Type: multipart/digest; boundary=none\r
\r
--none\r
\r
Subject: of a digest\r
\r
digested\r
--none--\r
--q--\r
epilogue there\r
"""


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        # RFC 5173 §5.2: of a multipart the texts around its parts, of a message its header.
        (b'"multipart" :contains "prologue"', True),
        (b'"multipart/mixed" :is "prologue here\r\nits last line"', True),
        (b'"multipart" :is "epilogue there\r\n"', True),
        (b'"multipart/alternative" :is "early"', True),
        (b'"multipart/alternative" :is "late"', True),
        (b'"multipart/alternative" :contains "prologue"', False),
        (b'"multipart" :contains ["inside", "--", "Content-Type", "inner"]', False),
        (b'"message/rfc822" :contains "inner secret"', True),
        (b'"message" :contains "subject: of a digest"', True),
        (b'"message/rfc822" :contains ["inside", "early", "digested", "prologue"]', False),
        (b'["message", "multipart"] :contains "epilogue"', True),
        (b'"" :contains "epilogue"', True),
        (b'"" :contains "inner secret"', True),
        (b'"text" :contains "inside text"', True),
        (b'"text" :contains "digested"', True),
        (b'"multipart/digest" :contains ""', True),
        (b'"multipart/signed" :contains ""', False),
        (b'["/", "multipart/", "/mixed", "multipart/mixed/x"] :contains ""', False),
    ],
)
def test_what_a_container_holds_beside_its_parts(test: bytes, expected: bool) -> None:
    kinds, rest = test.split(b" :", 1)
    if kinds.startswith(b"[") and not kinds.endswith(b"]"):
        kinds, rest = test.split(b"] :", 1)[0] + b"]", test.split(b"] :", 1)[1]
    assert holds(b"body :content " + kinds + b" :" + rest, NESTED) is expected


BODY_TESTS = [
    b'body :raw :contains ""',
    b'body :text :contains ""',
    b'body :content "" :contains ""',
    b'body :content "text" :is ""',
    b'body :matches "*"',
    b'body :raw :count "ge" :comparator "i;ascii-numeric" "1"',
]


@pytest.mark.parametrize("test", BODY_TESTS)
def test_without_a_body_no_test_of_it_is_true(test: bytes) -> None:
    """RFC 5173 §4: not even one that looks for nothing."""
    assert not holds(test, b"From: a@b.c\r\nSubject: x\r\n")
    assert not holds(test, b"From: a@b.c\nSubject: x")


@pytest.mark.parametrize("test", BODY_TESTS)
def test_an_empty_body_is_a_body(test: bytes) -> None:
    assert holds(test, b"Subject: x\r\n\r\n")


def test_an_empty_body_holds_nothing() -> None:
    assert not holds(b'body :contains "a"', b"Subject: x\r\n\r\n")
    assert not holds(b'body :raw :contains "a"', b"Subject: x\r\n")
