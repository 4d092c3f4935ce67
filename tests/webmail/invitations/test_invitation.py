"""Invitations of other programs, as values; and such as were made to do harm."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webmail.invitations.invitation import Invitation, read_invitation
from webmail.invitations.recurrence import next_occurrences
from webmail.invitations.rules import rule_in_words
from webmail.invitations.zones import named_zone
from webmail.mail import Refused

from .samples import APPLE, GOOGLE, OUTLOOK


def read(text: str) -> Invitation:
    return read_invitation(text.replace("{me}", "rea@lemonade.test").replace("\n", "\r\n").encode())


def utc(moment: datetime | None) -> str:
    assert moment is not None
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M")


def test_outlook_names_zones_as_windows_does() -> None:
    found = read(OUTLOOK)
    assert (found.method, found.summary, found.location) == ("REQUEST", "Besprechung", "Raum 1")
    assert utc(found.start) == "2027-06-03 08:00" and utc(found.end) == "2027-06-03 09:30"
    assert found.zone == "W. Europe Standard Time" and not found.is_zone_unknown
    assert found.organizer is not None and found.organizer.address == "maria@far.example"
    assert [one.address.address for one in found.attendees] == ["rea@lemonade.test"]
    assert rule_in_words(found.rule) == "Every 2 weeks, Thursday, 5 times"


def test_google_and_apple() -> None:
    google, apple = read(GOOGLE), read(APPLE)
    assert google.summary == "Lunch, somewhere" and google.sequence == 2
    assert [one.status for one in google.attendees] == ["ACCEPTED", "NEEDS-ACTION"]
    assert utc(google.start) == "2027-06-03 08:00" and google.location == ""
    assert utc(apple.start) == "2027-06-03 14:00" and apple.zone == "America/New_York"


def test_a_zone_of_its_own_is_taken_from_the_file() -> None:
    text = OUTLOOK.replace("W. Europe Standard Time", "Customized Time Zone 3")
    assert utc(read(text).start) == "2027-06-03 08:00"


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31", "FREQ=YEARLY", "NONSENSE"]
)
def test_a_zone_with_a_hostile_rule_is_not_computed(rule: str) -> None:
    text = OUTLOOK.replace("W. Europe Standard Time", "Mine").replace(
        "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", rule
    )
    found = read(text)
    assert found.is_zone_unknown and found.is_floating and found.start is not None
    assert found.start.hour == 10


@pytest.mark.parametrize(
    "begin",
    ["BEGIN:VTIMEZONE ", " BEGIN:VTIMEZONE", "BEGIN;X=1:VTIMEZONE"],
)
def test_no_spelling_gets_a_hostile_zone_past(begin: str) -> None:
    text = OUTLOOK.replace("BEGIN:VTIMEZONE", begin, 1).replace(
        "FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "FREQ=SECONDLY"
    )
    with pytest.raises(Refused):
        read(text)


def test_a_hostile_zone_in_two_lines_is_dropped_too() -> None:
    text = OUTLOOK.replace("FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10", "FREQ=SECONDLY")
    for begin in ("BEGIN:VTIME\n ZONE", "BEGIN:VTIME\n\n  ZONE"):
        assert read(text.replace("BEGIN:VTIMEZONE", begin, 1)).summary == "Besprechung"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no calendar",
        "BEGIN:VCALENDAR\nEND:VCALENDAR\n",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:\n",
        "BEGIN:VEVENT\n" * 300,
        "x" * 300_000,
        GOOGLE.replace("SEQUENCE:2", "SEQUENCE:two"),
    ],
)
def test_what_is_none_says_so(text: str) -> None:
    with pytest.raises(Refused):
        read(text)


def test_odd_ones_are_read_as_far_as_they_go() -> None:
    day = read(
        GOOGLE.replace("DTSTART:20270603T080000Z", "DTSTART;VALUE=DATE:20270603").replace(
            "DTEND:20270603T090000Z", "DTEND;VALUE=DATE:20270605"
        )
    )
    assert day.is_all_day and day.end is not None and day.end.day == 4
    hostile = read(GOOGLE.replace("mailto:maria@far.example", "mailto:a@b>, <c@d.example", 1))
    assert hostile.organizer is None and not hostile.is_request
    cancelled = read(GOOGLE.replace("METHOD:REQUEST", "METHOD:CANCEL"))
    assert cancelled.is_cancelled and not cancelled.is_request


def test_the_next_times_of_what_repeats() -> None:
    start = datetime(2026, 1, 31, 9)
    after = datetime(2026, 12, 1)
    monthly = next_occurrences("FREQ=MONTHLY;BYMONTHDAY=31", start, after)
    assert [each.strftime("%Y-%m-%d") for each in monthly] == [
        *("2026-12-31", "2027-01-31", "2027-03-31")
    ]
    leap = next_occurrences("FREQ=YEARLY", datetime(2024, 2, 29), after)
    assert [each.year for each in leap] == [2028, 2032, 2036]
    weekly = next_occurrences("FREQ=WEEKLY;UNTIL=20261210", datetime(2026, 11, 26, 8), after)
    assert [each.strftime("%a %d") for each in weekly] == ["Thu 03", "Thu 10"]
    without = next_occurrences(
        "FREQ=DAILY;COUNT=1000000", datetime(2026, 12, 1, 9), after, 2, [datetime(2026, 12, 1, 9)]
    )
    assert [each.day for each in without] == [2, 3]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY;COUNT=1000000",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=MONTHLY;BYSETPOS=300;BYDAY=MO",
        "FREQ=DAILY;BYHOUR=1,2,3",
        "FREQ=DAILY;" + "WKST=MO;" * 100,
        "",
    ],
)
def test_a_hostile_rule_ends_soon_and_gives_nothing(rule: str) -> None:
    assert next_occurrences(rule, datetime(2026, 1, 1), datetime(2026, 12, 1)) == []


def test_zones_by_either_name() -> None:
    assert str(named_zone("Tokyo Standard Time")) == "Asia/Tokyo"
    assert str(named_zone("Europe/Paris")) == "Europe/Paris"
    assert named_zone("../../etc/passwd") is None and named_zone("") is None
