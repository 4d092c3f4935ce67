"""Time zones of calendars: IANA's names, those of Windows, and what a file says itself.

The library computes each VTIMEZONE while it reads, by ``dateutil``, which a hostile rule keeps busy
for ever: only rules of the one shape that zones have are let through, everything else is dropped.
"""

from __future__ import annotations

import re
import zoneinfo
from datetime import tzinfo
from functools import cache

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

MOST_LINES = 400  # of one VTIMEZONE
_FLAGS = re.IGNORECASE | re.MULTILINE
_ZONE = re.compile(r"^BEGIN:VTIMEZONE\n.*?^END:VTIMEZONE\n", _FLAGS | re.DOTALL)
_BEGIN = re.compile(r"^\s*BEGIN\b.*VTIMEZONE", _FLAGS)
_DAY = r"BYDAY=(?:-?[1-4])(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTH = r"BYMONTH=(?:1[0-2]|[1-9])"
_UNTIL = r"UNTIL=\d{8}T\d{6}Z?"
_RULE = rf"RRULE:FREQ=YEARLY(?:;(?:INTERVAL=1|WKST=(?:MO|SU)|{_UNTIL}|{_DAY}|{_MONTH}))*"
_OFFSET = r"TZOFFSET(?:FROM|TO):[+-](?:0\d|1[0-4])[0-5]\d"
_LINE = re.compile(
    r"(?:BEGIN|END):(?:VTIMEZONE|STANDARD|DAYLIGHT)|TZID:.{1,200}|TZNAME.{0,200}"
    rf"|{_OFFSET}|{_RULE}"
    r"|DTSTART:(?:1[6-9]|20)\d{6}T\d{6}|LAST-MODIFIED:.{0,40}|TZURL.{0,200}|X-[A-Z-]+[:;].{0,200}"
    r"|COMMENT.{0,200}",
    re.IGNORECASE,
)


def with_safe_zones(text: str) -> str:
    """A calendar (unfolded, lines end with LF) without zones that are not as zones are.

    Raises ValueError for one that begins in a way that only some programs understand.
    """
    if _BEGIN.search(_ZONE.sub("", text)):
        raise ValueError("a time zone that is not as zones are")
    return _ZONE.sub(lambda found: found[0] if _is_safe(found[0]) else "", text)


def _is_safe(block: str) -> bool:
    lines = block.splitlines()
    if len(lines) > MOST_LINES or "TZOFFSETTO" not in block.upper():
        return False
    rules = [line for line in lines if line.upper().startswith("RRULE")]
    has_both = all("BYDAY" in rule.upper() and "BYMONTH" in rule.upper() for rule in rules)
    return has_both and all(_LINE.fullmatch(line) for line in lines)


def named_zone(name: str) -> tzinfo | None:
    """The zone of that name, IANA's or Windows'; None where nobody knows it."""
    plain = name.strip().strip('"').removeprefix("/freeassociation.sourceforge.net/")
    found = next((one for one in (plain, WINDOWS_TO_OLSON.get(plain, "")) if one in _names()), None)
    return zoneinfo.ZoneInfo(found) if found else None


@cache
def _names() -> frozenset[str]:
    """Those of IANA; nothing else is looked for among the files."""
    return frozenset(zoneinfo.available_timezones())
