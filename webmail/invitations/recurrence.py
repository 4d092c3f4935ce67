"""When something that repeats happens next (RFC 5545 §3.3.10).

``dateutil`` looks for a date that never comes until the year 9999, which takes seconds to hours.
So only rules by days are followed, and they are followed near that year: the calendar repeats
there, and the search ends soon.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Collection
from datetime import MAXYEAR, datetime
from itertools import islice

from dateutil.rrule import rrulestr

EARLIEST, LATEST = 1901, 2090  # years whose days fall as those before the last one
WINDOW = range(9_932, 9_960)  # one of 28 years begins on the same day and has the same leap years
MOST_LOOKED_AT = 20_000
LONGEST_RULE = 300  # characters
_RULE = re.compile(
    r"FREQ=(?:DAILY|WEEKLY|MONTHLY|YEARLY)"
    r"(?:;(?:INTERVAL=[1-9]\d{0,2}|COUNT=\d{1,9}|UNTIL=\d{8}(?:T\d{6}Z?)?|WKST=[A-Z]{2}"
    r"|BYDAY=[-+0-9A-Z,]+|BYMONTHDAY=[-0-9,]+|BYMONTH=[0-9,]+|BYSETPOS=-?\d{1,3}))*"
)


def next_occurrences(
    rule: str, start: datetime, after: datetime, most: int = 3, without: Collection[datetime] = ()
) -> list[datetime]:
    """At most ``most`` times from ``after`` on, all without a zone, as clocks show them there; none
    for a rule that is too much, or is none.
    """
    shift = _shift_of(start.year)
    spelled = rule.upper()
    if not shift or len(rule) > LONGEST_RULE or not _RULE.fullmatch(spelled):
        return []

    def later(found: re.Match[str]) -> str:
        year = min(int(found[1]) + shift, MAXYEAR)
        return f"UNTIL={year}{found[2]}{found[3] or 'T235959'}"

    moved = re.sub(r"UNTIL=(\d{4})(\d{4})(T\d{6})?Z?", later, spelled)
    try:
        found = rrulestr(moved, dtstart=start.replace(year=start.year + shift, tzinfo=None))
        out = []
        for each in islice(found, MOST_LOOKED_AT):
            real = each.replace(year=each.year - shift)
            if real >= after and real not in without:
                out.append(real)
            if len(out) == most:
                break
    except (ValueError, TypeError, OverflowError, AttributeError, KeyError):
        return []
    return out


def _shift_of(year: int) -> int:
    """Years to a later one whose calendar goes on in the same way; 0 where there is none."""
    if not EARLIEST <= year <= LATEST:
        return 0
    for later in WINDOW:
        same_leap = all(
            calendar.isleap(year + more) == calendar.isleap(later + more) for more in range(4)
        )
        if same_leap and calendar.weekday(year, 1, 1) == calendar.weekday(later, 1, 1):
            return later - year
    return 0
