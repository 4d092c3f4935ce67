"""An invitation as a value, read from what a calendar program sent (RFC 5545, RFC 5546)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from django.utils.translation import gettext
from icalendar import Calendar
from icalendar.cal import Component

from webmail.mail import Address, Refused, one_line

from .zones import named_zone, with_safe_zones

MOST = 256_000  # octets
MOST_COMPONENTS = 200
MOST_PEOPLE = 100
YEARS = range(1900, 2200)
LAST_SEQUENCE = 2**31 - 1
LONGEST = 2_000  # characters of a text
_FOLD = re.compile(r"\n+[ \t]")


@dataclass(frozen=True, slots=True)
class Attendee:
    """Who is invited. ``status``: PARTSTAT, as "ACCEPTED"."""

    address: Address
    status: str


@dataclass(slots=True)
class Invitation:
    """What is to happen. ``start`` and ``end`` have a zone, unless it is the same hour everywhere
    (``is_floating``); of whole days ``end`` is the last one.
    """

    method: str
    uid: str
    sequence: int
    summary: str
    start: datetime | None
    end: datetime | None
    is_all_day: bool
    is_floating: bool
    zone: str  # as its sender calls it
    is_zone_unknown: bool
    location: str
    description: str
    organizer: Address | None
    attendees: list[Attendee]
    rule: str
    excluded: list[datetime]  # without a zone
    is_cancelled: bool
    event: Component = field(repr=False)

    @property
    def is_request(self) -> bool:
        """Whether an answer is wanted."""
        return self.method == "REQUEST" and self.organizer is not None and not self.is_cancelled


def read_invitation(octets: bytes, method: str = "") -> Invitation:
    """The first event of a calendar. ``method``: what the mail's header says is to be done.

    Raises Refused, in words for its reader.
    """
    if len(octets) > MOST:
        raise Refused(gettext("This invitation is too large to be read here."))
    text = octets.decode("utf-8", "replace").lstrip("\ufeff").replace("\r\n", "\n")
    text = _FOLD.sub("", text.replace("\r", "\n")).rstrip() + "\n"
    if len(re.findall(r"^BEGIN:", text, re.IGNORECASE | re.MULTILINE)) > MOST_COMPONENTS:
        raise Refused(gettext("This invitation is too large to be read here."))
    try:
        calendar = Calendar.from_ical(with_safe_zones(text).replace("\n", "\r\n"))
        events = calendar.walk("VEVENT")
        main = [event for event in events if "RECURRENCE-ID" not in event]
        return _invitation(calendar, (main or events)[0], method)
    except Exception as error:  # whatever the library makes of what anybody may send
        raise Refused(gettext("This invitation can't be read.")) from error


def _invitation(calendar: Component, event: Component, method: str) -> Invitation:
    start, zone, is_unknown = _moment(event, "DTSTART")
    end, *_ = _moment(event, "DTEND")
    is_all_day = isinstance(start, date) and not isinstance(start, datetime)
    duration = getattr(event.get("DURATION"), "dt", None)
    first, last = _as_datetime(start), _as_datetime(end)
    if first is not None and last is not None and (first.tzinfo is None) != (last.tzinfo is None):
        last = None  # of which nobody can say whether it is later
    if any(each is not None and each.year not in YEARS for each in (first, last)):
        raise ValueError("a year that no calendar has")
    if first and last is None and isinstance(duration, timedelta):
        last = first + duration
    if is_all_day and last is not None and first is not None:
        last = max(first, last - timedelta(days=1))
    told = str(calendar.get("METHOD", "") or method).upper()
    return Invitation(
        method=told or "PUBLISH",
        uid=str(_first(event, "UID"))[:1000],
        sequence=min(max(0, int(_first(event, "SEQUENCE") or 0)), LAST_SEQUENCE),
        summary=_text(event, "SUMMARY"),
        start=first,
        end=last,
        is_all_day=is_all_day,
        is_floating=first is not None and first.tzinfo is None and not is_all_day,
        zone=zone,
        is_zone_unknown=is_unknown,
        location=_text(event, "LOCATION"),
        description=str(_first(event, "DESCRIPTION"))[:LONGEST].strip(),
        organizer=_address(event.get("ORGANIZER")),
        attendees=_attendees(event),
        rule=_rule(event),
        excluded=_exclusions(event),
        is_cancelled=told == "CANCEL" or str(event.get("STATUS", "")).upper() == "CANCELLED",
        event=event,
    )


def _moment(event: Component, name: str) -> tuple[date | datetime | None, str, bool]:
    """A time, the name of its zone, and whether nobody knows that zone."""
    found = _first(event, name)
    moment = getattr(found, "dt", None)
    if not isinstance(moment, date):
        return None, "", False
    zone = str(found.params.get("TZID", ""))[:200]
    if not isinstance(moment, datetime):
        return moment, zone, False
    known: tzinfo | None = named_zone(zone) if zone else None
    if known is not None:
        return moment.replace(tzinfo=known), zone, False
    return moment, zone, bool(zone) and moment.tzinfo is None


def _as_datetime(moment: date | datetime | None) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    return datetime(moment.year, moment.month, moment.day)


def _text(event: Component, name: str) -> str:
    return one_line(str(_first(event, name)))[:LONGEST].strip()


def _first(event: Component, name: str) -> Any:
    """The value of a property, of several the first; "" without one."""
    value = event.get(name, "")
    return value[0] if isinstance(value, list) and value else value


def _address(value: Any) -> Address | None:
    found = value[0] if isinstance(value, list) and value else value
    if found is None:
        return None
    address = re.sub(r"^mailto:", "", str(found), flags=re.IGNORECASE).strip()
    if "@" not in address or not address.isprintable() or re.search(r"[\s<>,]", address):
        return None
    return Address(one_line(str(found.params.get("CN", "")))[:200], address[:254])


def _attendees(event: Component) -> list[Attendee]:
    value = event.get("ATTENDEE", [])
    people = (value if isinstance(value, list) else [value])[:MOST_PEOPLE]
    return [
        Attendee(address, str(each.params.get("PARTSTAT", "NEEDS-ACTION")).upper())
        for each in people
        if (address := _address(each)) is not None
    ]


def _rule(event: Component) -> str:
    found = _first(event, "RRULE")
    return found.to_ical().decode("ascii", "replace")[:1000] if found else ""


def _exclusions(event: Component) -> list[datetime]:
    value = event.get("EXDATE", [])
    lists = value if isinstance(value, list) else [value]
    out = []
    for each in lists[:500]:
        for one in getattr(each, "dts", [])[:500]:
            moment = _as_datetime(one.dt)
            if moment is not None:
                out.append(moment.replace(tzinfo=None))
    return out


def utc_text(moment: datetime) -> str:
    """As calendars write a moment."""
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
