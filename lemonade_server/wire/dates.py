"""Dates as IMAP (RFC 3501 §9), IMAP URLs (RFC 3339) and mail headers (RFC 5322 §3.3) write them.

An instant is seconds since 1970 UTC, a zone is minutes east of UTC. Nothing here asks for the time.
The parsers raise ValueError.
"""

from __future__ import annotations

import re
from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_MONTH_NUMBER = {name.lower().encode(): number for number, name in enumerate(MONTHS, 1)}
_EPOCH = date(1970, 1, 1).toordinal()
_DATE = re.compile(rb" ?([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4})")
_DATE_TIME = re.compile(
    rb" ?([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4}) ([0-9]{2}):([0-9]{2}):([0-9]{2}) "
    rb"([+-])([0-9]{2})([0-9]{2})"
)
_RFC3339 = re.compile(
    rb"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?"
    rb"(?:[Zz]|([+-])([0-9]{2}):([0-9]{2}))"
)


def parse_date(wire: bytes) -> date:
    """`1-Feb-2026`, the day of SEARCH keys."""
    found = _DATE.fullmatch(wire)
    if found is None:
        raise ValueError("a date is written 1-Feb-2026")
    return date(int(found[3]), _month(found[2]), int(found[1]))


def parse_date_time(wire: bytes) -> tuple[int, int]:
    """`" 1-Feb-2026 10:00:00 +0100"` without its quotes: the instant and the zone.

    The blank of a day of one digit may be missing: phones leave it out.
    """
    found = _DATE_TIME.fullmatch(wire)
    if found is None:
        raise ValueError("a date and time is written 01-Feb-2026 10:00:00 +0100")
    day = date(int(found[3]), _month(found[2]), int(found[1]))
    zone = _zone(found[7], found[8], found[9])
    return _instant(day, found[4], found[5], found[6]) - zone * 60, zone


def date_time(instant: int, zone: int = 0) -> bytes:
    """The instant as INTERNALDATE shows it, in its zone and within quotes."""
    day, hour, minute, second = _civil(instant + zone * 60)
    at = b"%2d-%b-%04d" % (day.day, MONTHS[day.month - 1].encode(), day.year)
    return b'"%b %02d:%02d:%02d %b"' % (at, hour, minute, second, _offset(zone).encode())


def parse_rfc3339(wire: bytes) -> int:
    """`2026-02-01T09:00:00Z`, as in `;EXPIRE=`. A fraction of a second is dropped."""
    found = _RFC3339.fullmatch(wire)
    if found is None:
        raise ValueError("a date and time is written 2026-02-01T09:00:00Z")
    day = date(int(found[1]), int(found[2]), int(found[3]))
    zone = _zone(found[7], found[8], found[9]) if found[7] else 0
    return _instant(day, found[4], found[5], found[6]) - zone * 60


def rfc3339(instant: int) -> bytes:
    """The instant in UTC, `2026-02-01T09:00:00Z`."""
    day, hour, minute, second = _civil(instant)
    return b"%bT%02d:%02d:%02dZ" % (day.isoformat().encode(), hour, minute, second)


def rfc5322(instant: int, zone: int = 0) -> str:
    """The instant as a header's date: `Sun, 1 Feb 2026 10:00:00 +0100`, never in a locale."""
    day, hour, minute, second = _civil(instant + zone * 60)
    return (
        f"{DAYS[day.weekday()]}, {day.day} {MONTHS[day.month - 1]} {day.year:04d} "
        f"{hour:02d}:{minute:02d}:{second:02d} {_offset(zone)}"
    )


def _civil(instant: int) -> tuple[date, int, int, int]:
    """Day, hour, minute and second of an instant; beyond the years 1 to 9999 the nearest day."""
    days, left = divmod(instant, 86_400)
    day = date.fromordinal(min(max(_EPOCH + days, 1), date.max.toordinal()))
    return day, left // 3600, left // 60 % 60, left % 60


def _month(name: bytes) -> int:
    number = _MONTH_NUMBER.get(name.lower())
    if number is None:
        raise ValueError("unknown month")
    return number


def _zone(sign: bytes, hours: bytes, minutes: bytes) -> int:
    if int(hours) > 23 or int(minutes) > 59:
        raise ValueError("a zone is at most 23:59 away from UTC")
    zone = int(hours) * 60 + int(minutes)
    return -zone if sign == b"-" else zone


def _offset(zone: int) -> str:
    sign = "-" if zone < 0 else "+"
    return f"{sign}{abs(zone) // 60:02d}{abs(zone) % 60:02d}"


def _instant(day: date, hours: bytes, minutes: bytes, seconds: bytes) -> int:
    hour, minute, second = int(hours), int(minutes), int(seconds)
    if hour > 23 or minute > 59 or second > 60:  # 60: a leap second
        raise ValueError("no such time of day")
    return ((day.toordinal() - _EPOCH) * 24 + hour) * 3600 + minute * 60 + second
