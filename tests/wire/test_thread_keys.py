from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import thread_keys


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("hello", "hello"),
        ("Re: hello", "hello"),
        ("RE:  Fwd: fw: hello", "hello"),
        ("re [list]: hello", "hello"),
        ("[list] Re: hello (fwd)", "hello"),
        ("[a] [b] hello", "hello"),
        ("[a] [b]", "[b]"),
        ("[only]", "[only]"),
        ("[a] Re: [b] Fw: hello (FWD) (fwd) ", "hello"),
        ("[Fwd: [list] Re: hello]", "hello"),
        ("[fwd: hello] (fwd)", "hello"),
        ("Re:\thello\r\n  world", "hello world"),
        ("Re: ", ""),
        ("", ""),
        ("Real: life", "Real: life"),
        ("Re[2]: hello", "hello"),
        ("Re[2] hello", "Re[2] hello"),
    ],
)
def test_base_subject(subject: str, base: str) -> None:
    """RFC 5256 §2.1."""
    assert thread_keys.base_subject(subject) == base


@given(st.text(alphabet="reRfwd:[]() \ta", max_size=60))
def test_a_base_subject_is_its_own_base(subject: str) -> None:
    base = thread_keys.base_subject(subject)
    assert thread_keys.base_subject(base) == base


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b"<a@b>", ["a@b"]),
        (b"<a@b>\t<c@d> junk <e@f>", ["a@b", "c@d", "e@f"]),
        (b'<"01KF8JCEOCBS0045PS"@xxx.yyy.com>', ["01KF8JCEOCBS0045PS@xxx.yyy.com"]),
        (b'<"a\\"b"@c>', ['a"b@c']),
        (b'Your message of "Fri" <x y@z>', ["xy@z"]),
        (b"no brackets", []),
        (b"<>", []),
        (b"<<a@b>>", ["a@b"]),
    ],
)
def test_message_ids(value: bytes, found: list[str]) -> None:
    assert thread_keys.message_ids(value) == found


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("value", "when"),
    [
        (b"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)", utc(1996, 7, 17, 9, 23, 25)),
        (b"Fri, 21 Nov 1997 09:55:06 -0600", utc(1997, 11, 21, 15, 55, 6)),
        (b"21 Nov 97 09:55:06 GMT", utc(1997, 11, 21, 9, 55, 6)),
        (b"Thu,\t13\r\n     Feb\r\n  1969\r\n 23:32\r\n -0330", utc(1969, 2, 14, 3, 2)),
        (b"1 January 2026 10:00 EST", utc(2026, 1, 1, 15)),
        (b"Sat, 1-Feb-03 1:02:03 +0100", utc(2003, 2, 1, 0, 2, 3)),
        (b"Fri Nov 21 09:55:06 1997", utc(1997, 11, 21, 9, 55, 6)),
        (b"Fri Nov 21 09:55:06 PST 1997", utc(1997, 11, 21, 17, 55, 6)),
        (b"Sat, 31 Dec 2016 23:59:60 +0000", utc(2016, 12, 31, 23, 59, 59)),
        (b"1 Jan 2026", utc(2026, 1, 1)),
        (b"1 Jan 2026 99:99:99 +0000", utc(2026, 1, 1)),
        (b"1 Jan 2026 10:00:00 +9999", utc(2026, 1, 1, 10)),
        (b"Mon, 3 Nov 2025 10:19:00 +02:00", utc(2025, 11, 3, 8, 19)),
        (b"Mon, 3 Nov 2025 10:19:00 GMT+02:00", utc(2025, 11, 3, 8, 19)),
        (b"Mon, 3 Nov 2025 10:19:00 GMT-0330", utc(2025, 11, 3, 13, 49)),
        (b"Mon, 3 Nov 2025 10:19:00 utc+2", utc(2025, 11, 3, 8, 19)),
        (b"Mon, 3 Nov 2025 10:19:00 UTC -05:30 (x)", utc(2025, 11, 3, 15, 49)),
        (b"Mon, 3 Nov 2025 10:19 +530", utc(2025, 11, 3, 4, 49)),
        (b"Mon, 3 Nov 2025 10:19:00 -3", utc(2025, 11, 3, 13, 19)),
        (b"Mon, 3 Nov 2025 10:19:00 +02000", utc(2025, 11, 3, 10, 19)),
        (b"Mon, 3 Nov 2025 10:19:00Z", utc(2025, 11, 3, 10, 19)),
        (b"Mon Nov  3 10:19:00 GMT+02:00 2025", utc(2025, 11, 3, 8, 19)),
        (b"Mon Nov  3 10:19:00 2025 +02:00", utc(2025, 11, 3, 8, 19)),
        (b"31 Feb 2026 10:00:00 +0000", None),
        (b"1 Foo 2026 10:00:00 +0000", None),
        (b"0 Jan 2026", None),
        (b"1 Jan 0000", None),
        (b"yesterday", None),
        (b"", None),
    ],
)
def test_sent_date(value: bytes, when: datetime | None) -> None:
    assert thread_keys.sent_date(value) == when


def test_the_day_is_that_of_the_senders_zone() -> None:
    date = thread_keys.sent_date(b"1 Jan 2026 00:30:00 +0200")
    assert date is not None and date.date().isoformat() == "2026-01-01"


@given(st.binary(max_size=40))
def test_any_date_is_a_date_or_none(value: bytes) -> None:
    date = thread_keys.sent_date(b"1 Jan 2026 " + value)
    assert date is None or date.date().isoformat() == "2026-01-01"
    other = thread_keys.sent_date(value)
    assert other is None or other.utcoffset() is not None
