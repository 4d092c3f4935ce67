"""Until when mail can be out of sight: some moments that people choose, or any other."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from webmail.mail import Refused

MORNING = time(8)
LATER = timedelta(hours=3)
LATEST = 20  # o'clock, for "later today"
LONGEST = timedelta(days=5 * 366)
SATURDAY = 5


def moments(now: datetime) -> list[tuple[str, str, datetime]]:
    """What is offered at a time of the reader's zone: name, words, and the moment itself."""
    out = []
    if now.hour + 3 <= LATEST:
        later = (now + LATER).replace(minute=0, second=0, microsecond=0)
        out.append(("later", gettext("Later today"), later))
    out.append(("tomorrow", gettext("Tomorrow morning"), _morning(now, 1)))
    if now.weekday() < SATURDAY - 1:
        weekend = _morning(now, SATURDAY - now.weekday())
        out.append(("weekend", gettext("At the weekend"), weekend))
    out.append(("week", gettext("Next week"), _morning(now, 7 - now.weekday())))
    return out


def _morning(now: datetime, days: int) -> datetime:
    day = now.date() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, MORNING))


def moment_of(name: str, typed: str) -> datetime:
    """The moment that a button or a field names, in the reader's zone. Raises Refused."""
    now = timezone.localtime()
    if name != "at":
        found = {known: moment for known, _, moment in moments(now)}.get(name)
        if found is not None:
            return found
        if name == "later":  # of a page that was opened by day
            return now + LATER
        raise Refused(gettext("There is no such action."))
    try:
        until = timezone.make_aware(datetime.fromisoformat(typed[:30]).replace(tzinfo=None))
        ahead = until - now
    except (ValueError, OverflowError):
        raise Refused(gettext("Until when can't be read. Choose a day and a time.")) from None
    if ahead <= timedelta(0):
        raise Refused(gettext("That time has passed. Choose one that lies ahead."))
    if ahead > LONGEST:
        raise Refused(gettext("That is too far ahead: at most five years."))
    return until
