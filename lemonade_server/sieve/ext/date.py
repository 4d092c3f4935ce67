"""The tests ``date`` and ``currentdate`` (RFC 5260 §4, §5)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from email.utils import format_datetime

from lemonade_server.wire import thread_keys

from ..call import Call
from ..errors import Fault
from ..match_tags import MATCH
from ..registry import STRING, STRINGS, Tag, extension, test
from ..run import Check, Run
from .index import TAGS as INDEX
from .index import index_selector

NEEDS = ("index",)

DATE = extension("date", rfc=5260)

_ZONE = re.compile(r"([+-])([01][0-9]|2[0-3])([0-5][0-9])")
_JULIAN = 678_576
"""The ordinal of 1858-11-17, day 0 of the Modified Julian Day."""

PARTS: dict[str, Callable[[datetime], str]] = {
    "year": lambda when: f"{when.year:04}",
    "month": lambda when: f"{when.month:02}",
    "day": lambda when: f"{when.day:02}",
    "date": lambda when: when.date().isoformat(),
    "julian": lambda when: str(when.toordinal() - _JULIAN),
    "hour": lambda when: f"{when.hour:02}",
    "minute": lambda when: f"{when.minute:02}",
    "second": lambda when: f"{when.second:02}",
    "time": lambda when: f"{when:%H:%M:%S}",
    "iso8601": lambda when: when.isoformat(timespec="seconds"),
    "std11": format_datetime,
    "zone": lambda when: f"{when:%z}"[:5],
    "weekday": lambda when: str(when.isoweekday() % 7),
}

ZONE = Tag("zone", value=STRING, group="zone")


def read(octets: bytes) -> datetime | None:
    """The date in a field's value; of trace fields what stands behind the last semicolon."""
    return thread_keys.sent_date(octets.rpartition(b";")[2].strip())


def zone_of(text: str) -> tzinfo | None:
    """``+0100`` as a zone, None when it is not written so."""
    found = _ZONE.fullmatch(text)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3])
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes))


def _zone(call: Call) -> Callable[[Run], tzinfo]:
    given = call.tagged_text("zone")
    if given is None:
        return lambda run: run.host.now.tzinfo or UTC
    if given.constant is not None and zone_of(given.constant) is None:
        raise call.wrong_tag("A zone is written +hhmm or -hhmm", "zone")

    def zone(run: Run) -> tzinfo:
        found = zone_of(given.of(run))
        if found is None:
            raise Fault("A zone is written +hhmm or -hhmm")
        return found

    return zone


def _part(call: Call, index: int) -> Callable[[Run], str]:
    given = call.text(index)
    if given.constant is not None and given.constant.lower() not in PARTS:
        raise call.wrong(f"A date has no {given.constant!r}; known are {', '.join(PARTS)}", index)
    return lambda run: given.of(run).lower()


def _format(when: datetime, zone: tzinfo | None, part: str) -> list[str]:
    """The part of a date in a zone; nothing where the calendar ends, or for an unknown part."""
    try:
        return [PARTS[part](when if zone is None else when.astimezone(zone))]
    except (OverflowError, ValueError, KeyError):
        return []


@test(
    "date",
    STRING,
    STRING,
    STRINGS,
    needs=DATE,
    tags=(*MATCH, *INDEX, ZONE, Tag("originalzone", group="zone")),
)
def date(call: Call) -> Check:
    """A part of the date in a header field fits one of the keys."""
    names = call.texts(0)
    part, keys, match, pick = _part(call, 1), call.texts(2), call.match(), index_selector(call)
    zone, original = _zone(call), call.has("originalzone")

    def check(run: Run) -> bool:
        found = [read(octets) for name in names.of(run) for octets in pick(run.fields(name))]
        run.spend(10 * len(found))
        wanted = None if original else zone(run)
        values = [one for when in found if when is not None
                  for one in _format(when, wanted, part(run))]  # fmt: skip
        return match.any(run, values, keys.of(run))

    return check


@test("currentdate", STRING, STRINGS, needs=DATE, tags=(*MATCH, ZONE))
def currentdate(call: Call) -> Check:
    """A part of the present date fits one of the keys."""
    part, keys, match, zone = _part(call, 0), call.texts(1), call.match(), _zone(call)

    def check(run: Run) -> bool:
        return match.any(run, _format(run.host.now, zone(run), part(run)), keys.of(run))

    return check
