"""Times that people mostly mean by "later", in the zone of who reads the page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext

from webmail.pages.dates import long_date

MORNING, EVENING = time(8), time(18)
NIGHT_ENDS = time(5)  # until then "tomorrow morning" is not what people mean by it
LEAST = timedelta(minutes=30)
"""What is nearer is hardly meant by "later"."""
TYPED = "%Y-%m-%dT%H:%M"
"""As a browser's field for a day and a time has it."""


@dataclass(frozen=True, slots=True)
class SendTime:
    """``value``: as it would be typed; ``label``: what people call it; ``moment``: day and time."""

    value: str
    label: str
    moment: str


def send_times(now: datetime) -> list[SendTime]:
    """What is offered at ``now``, the soonest first. No time is offered twice."""
    local = timezone.localtime(now)
    today = local.date()
    tomorrow = today + timedelta(days=1)
    monday = today + timedelta(days=7 - today.weekday())
    named = [(gettext("Tomorrow morning"), datetime.combine(tomorrow, MORNING))]
    if monday != tomorrow:
        named.append((gettext("Monday morning"), datetime.combine(monday, MORNING)))
    evening = datetime.combine(today, EVENING)
    if timezone.make_aware(evening) - now >= LEAST:
        named.insert(0, (gettext("This evening"), evening))
    if local.time() < NIGHT_ENDS:
        named.insert(0, (gettext("This morning"), datetime.combine(today, MORNING)))
    return [
        SendTime(each.strftime(TYPED), label, long_date(timezone.make_aware(each)))
        for label, each in named
    ]


def earliest(now: datetime) -> str:
    """The first minute that can be chosen, as it would be typed."""
    return (timezone.localtime(now) + timedelta(minutes=1)).strftime(TYPED)
