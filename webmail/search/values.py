"""What stands behind an operator: days, sizes, spans of time, states, names."""

from __future__ import annotations

import re
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from webmail.mail import (
    FIELDS,
    AgeKey,
    AttachmentKey,
    DayKey,
    FilterKey,
    FolderKey,
    LabelKey,
    MessageState,
    SearchTree,
    SizeKey,
    StateKey,
    TextKey,
)

from .words import QueryError, QueryWord

STATES = {
    **{state.value: state for state in MessageState},
    "unseen": MessageState.UNREAD,
    "seen": MessageState.READ,
    "starred": MessageState.FLAGGED,
    "unstarred": MessageState.UNFLAGGED,
    "replied": MessageState.ANSWERED,
}
UNITS = {"": 1, "b": 1, "k": 1_000, "kb": 1_000, "m": 1_000_000, "mb": 1_000_000,
         "g": 1_000_000_000, "gb": 1_000_000_000}  # fmt: skip
SPANS = {"d": 1, "w": 7, "m": 30, "y": 365}  # days
LARGEST = 2**32 - 1
LONGEST_AGE = 36_500  # days
_SIZE = re.compile(r"(\d{1,12})(?:[.,](\d))?([a-z]{0,2})", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,6})([dwmy])", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_LABEL = re.compile(r"[^\s(){%*\"\\\]\x00-\x1f\x7f-\U0010ffff]+")
"""What a keyword may be: an atom (RFC 9051 §9)."""


def key_of(operator: QueryWord, value: QueryWord) -> SearchTree:
    """The key that an operator and its value are. Raises QueryError."""
    name, text, number = operator.text, value.text, value.number
    if name in FIELDS:
        return TextKey(name, text)
    match name:
        case "is":
            return _state(text, number)
        case "has":
            return _thing(text, number)
        case "in":
            return FolderKey(text)
        case "saved":
            return FilterKey(_name(text, number))
        case "label":
            return _label(text, number)
        case "larger" | "smaller":
            return SizeKey(name == "larger", _octets(text, number))
        case "before" | "after":
            return DayKey(name == "before", _day(text, number))
    return AgeKey(name == "older_than", _days(text, number))


def _state(text: str, number: int) -> SearchTree:
    state = STATES.get(text.lower())
    if state is None:
        known = ", ".join(each.value for each in MessageState)
        raise QueryError(
            number,
            gettext("behind “is:” stands one of these: %(known)s.") % {"known": known},
        )
    return StateKey(state)


def _thing(text: str, number: int) -> SearchTree:
    if text.lower() not in ("attachment", "attachments"):
        raise QueryError(number, gettext("behind “has:” stands the word attachment."))
    return AttachmentKey()


def _label(text: str, number: int) -> SearchTree:
    if not _LABEL.fullmatch(text):
        raise QueryError(
            number, gettext("a label is one word of letters without accents, digits and signs.")
        )
    return LabelKey(text)


def _name(text: str, number: int) -> str:
    if not _NAME.fullmatch(text):
        raise QueryError(number, gettext("no saved search is called that."))
    return text.lower()


def _octets(text: str, number: int) -> int:
    found = _SIZE.fullmatch(text)
    unit = UNITS.get(found[3].lower()) if found else None
    if found is None or unit is None:
        raise QueryError(number, gettext("a size is a number, as 500k, 10M or 1G."))
    return min(int(found[1]) * unit + int(found[2] or 0) * unit // 10, LARGEST)


def _days(text: str, number: int) -> int:
    found = _SPAN.fullmatch(text)
    if found is None or not int(found[1]):
        raise QueryError(
            number, gettext("a span of time is a number with d, w, m or y, as 7d, 2w, 3m or 1y.")
        )
    return min(int(found[1]) * SPANS[found[2].lower()], LONGEST_AGE)


def _day(text: str, number: int) -> date:
    today = timezone.localdate()
    if text.lower() in ("today", "yesterday"):
        return today - timedelta(days=text.lower() == "yesterday")
    found, first = _DAY.fullmatch(text), _DAY_FIRST.fullmatch(text)
    try:
        if first is not None:
            return date(int(first[3]), int(first[2]), int(first[1]))
        if found is not None:
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        pass
    raise QueryError(number, gettext("a day is written as 2026-01-31, a month as 2026-01."))


def write_size(octets: int) -> str:
    """A size as a query says it."""
    for unit, letter in ((1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")):
        if octets and octets % unit == 0:
            return f"{octets // unit}{letter}"
    return str(octets)


def write_age(days: int) -> str:
    """A span of time as a query says it."""
    for span, letter in ((365, "y"), (30, "m"), (7, "w")):
        if days % span == 0:
            return f"{days // span}{letter}"
    return f"{days}d"
