"""The tests of the language, each with the examples of the RFC that defines it."""

from __future__ import annotations

import pytest

from .filtering import holds

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


def test_a_message_without_a_body_has_nothing_to_find() -> None:
    assert not holds(b'body :contains "a"', b"Subject: x\r\n\r\n")
    assert not holds(b'body :raw :contains "a"', b"Subject: x\r\n")
