"""The answer to an invitation: a REPLY, as calendars take it (RFC 5546 §3.2.3, RFC 6047)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext_lazy
from icalendar import Calendar, Event, vCalAddress, vDatetime, vText

from webmail.mail import Address

from .invitation import Invitation

PRODUCT = "-//Lemonade//Webmail//EN"
ANSWERS = {
    "accept": ("ACCEPTED", gettext_lazy("Accepted: %(subject)s")),
    "maybe": ("TENTATIVE", gettext_lazy("Maybe: %(subject)s")),
    "decline": ("DECLINED", gettext_lazy("Declined: %(subject)s")),
}
MOMENTS = ("DTSTART", "DTEND", "RECURRENCE-ID")


def reply_text(invitation: Invitation, me: Address, status: str, note: str, now: datetime) -> bytes:
    """The calendar of the answer. ``status``: "ACCEPTED", "TENTATIVE", "DECLINED"."""
    attendee = vCalAddress(f"mailto:{me.address}")
    attendee.params["PARTSTAT"] = status
    if me.name:
        attendee.params["CN"] = me.name.replace('"', "'")
    event = Event()
    event.add("UID", vText(invitation.uid))
    event.add("DTSTAMP", now.astimezone(UTC))
    event.add("SEQUENCE", invitation.sequence)
    event["ATTENDEE"] = attendee
    for name, text in (("SUMMARY", invitation.summary), ("LOCATION", invitation.location)):
        if text:
            event.add(name, vText(text[:1000]))
    for name in MOMENTS:
        _add_moment(event, invitation, name)
    if organizer := invitation.organizer:
        event["ORGANIZER"] = vCalAddress(f"mailto:{organizer.address}")
    if note:
        event.add("COMMENT", vText(note))
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    calendar.add("METHOD", "REPLY")
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _add_moment(event: Event, invitation: Invitation, name: str) -> None:
    """A time of the invitation, in UTC: so that no zone has to go along."""
    found = invitation.event.get(name)
    moment = getattr(found, "dt", None)
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        event[name] = vDatetime(moment.astimezone(UTC))
    elif moment is not None:
        event[name] = found
