"""What the page says of an invitation."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext

from webmail.attachments.texts import read_octets
from webmail.mail import MailError, MessagePart, OpenedMessage, Refused
from webmail.pages.folders import mail_of
from webmail.people.identities import own_of

from .invitation import MOST, Invitation, read_invitation
from .recurrence import next_occurrences
from .rules import rule_in_words

log = logging.getLogger(__name__)
TYPES = ("text/calendar", "application/ics")


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """An invitation in words; ``problem`` says why it can't be read."""

    part: MessagePart
    invitation: Invitation | None
    problem: str = ""
    heading: str = ""
    when: str = ""
    theirs: str = ""  # the same in the sender's zone, where that is another
    repeats: str = ""
    upcoming: tuple[str, ...] = ()
    warning: str = ""
    own_status: str = ""
    may_answer: bool = False


def invitation_part(opened: OpenedMessage) -> MessagePart | None:
    """The part that is an invitation; None for a message without one."""
    found = [part for part in opened.parts if part.type in TYPES]
    found += [part for part in opened.attachments if part.filename.lower().endswith(".ics")]
    return next(iter(found), None)


def invitation_card(request: HttpRequest, opened: OpenedMessage) -> InvitationCard | None:
    """What to show of a message's invitation; None where there is none."""
    part = invitation_part(opened)
    if part is None:
        return None
    try:
        return _card(request, opened, part, load_invitation(request, opened, part))
    except MailError as error:
        return InvitationCard(part, None, str(error))
    except Exception:  # nobody's calendar keeps a message from being read
        log.exception("an invitation could not be shown")
        return InvitationCard(part, None, gettext("This invitation can't be read."))


def _card(
    request: HttpRequest, opened: OpenedMessage, part: MessagePart, invitation: Invitation
) -> InvitationCard:
    own = own_of(request)
    mine = [one for one in invitation.attendees if own.find(one.address.address)]
    return InvitationCard(
        part,
        invitation,
        heading=_heading(invitation),
        when=_when(invitation, own=True),
        theirs=_when(invitation, own=False),
        repeats=rule_in_words(invitation.rule),
        upcoming=_upcoming(invitation),
        warning=_warning(invitation, opened),
        own_status=mine[0].status if mine else "",
        may_answer=invitation.is_request and not _is_own(invitation, own.find),
    )


def load_invitation(request: HttpRequest, opened: OpenedMessage, part: MessagePart) -> Invitation:
    """Read it from the message. Raises Refused, or NotFound."""
    if part.size > 2 * MOST:
        raise Refused(gettext("This invitation is too large to be read here."))
    stream = mail_of(request).part(opened.folder, opened.uid, part.section)
    return read_invitation(read_octets(stream, MOST + 1), part.method)


def _is_own(invitation: Invitation, find: object) -> bool:
    organizer = invitation.organizer
    return organizer is not None and callable(find) and find(organizer.address) is not None


def _heading(invitation: Invitation) -> str:
    if invitation.is_cancelled:
        return gettext("This event was cancelled")
    if invitation.method == "REPLY":
        return gettext("An answer to an invitation")
    if invitation.method == "REQUEST":
        is_update = invitation.sequence > 0
        return gettext("An invitation, changed") if is_update else gettext("An invitation")
    return gettext("An event")


def _when(invitation: Invitation, *, own: bool) -> str:
    """In the reader's zone or, ``own=False``, in the sender's; "" where that says nothing new."""
    start, end = invitation.start, invitation.end
    if start is None:
        return "" if not own else gettext("No time is given.")
    if start.tzinfo is None:
        return _span(start, end, invitation.is_all_day) if own else ""
    here, there = timezone.localtime(start), start
    if own:
        local_end = timezone.localtime(end) if end and end.tzinfo else None
        return _span(here, local_end, False)
    if not invitation.zone or here.utcoffset() == there.utcoffset():
        return ""
    return f"{_span(there, end, False)} ({invitation.zone})"


def _span(start: datetime, end: datetime | None, is_all_day: bool) -> str:
    day = date_format(start, "l, j F Y")
    if is_all_day:
        is_one = end is None or end.date() <= start.date()
        return day if is_one or end is None else f"{day} – {date_format(end, 'l, j F Y')}"
    hour = date_format(start, "H:i")
    if end is None or end <= start:
        return f"{day}, {hour}"
    same_day = end.date() == start.date()
    last = date_format(end, "H:i") if same_day else date_format(end, "l, j F Y, H:i")
    return f"{day}, {hour} – {last}"


def _upcoming(invitation: Invitation) -> tuple[str, ...]:
    """When it happens next, as clocks show it where it is."""
    start = invitation.start
    if not invitation.rule or start is None:
        return ()
    now = datetime.now(UTC)
    after = (now.astimezone(start.tzinfo) if start.tzinfo else now).replace(tzinfo=None)
    found = next_occurrences(
        invitation.rule, start.replace(tzinfo=None), after, 3, invitation.excluded
    )
    out = []
    for each in found:
        if invitation.is_all_day:
            out.append(date_format(each, "D, j M Y"))
            continue
        local = timezone.localtime(each.replace(tzinfo=start.tzinfo)) if start.tzinfo else each
        out.append(date_format(local, "D, j M Y, H:i"))
    return tuple(out)


def _warning(invitation: Invitation, opened: OpenedMessage) -> str:
    """What makes one look twice: somebody else than the organiser sent it, or no zone is known."""
    organizer = invitation.organizer
    senders = {one.address.lower() for one in opened.origin.authors}
    is_by_organizer = invitation.method in ("REQUEST", "CANCEL", "PUBLISH")
    if organizer and is_by_organizer and organizer.address.lower() not in senders:
        words = gettext(
            "It names %(organizer)s as its organiser, but was sent by %(sender)s. Answer only if "
            "you know why."
        )
        return words % {"organizer": organizer.address, "sender": opened.sender.address}
    if invitation.is_zone_unknown:
        words = gettext("The time zone “%(zone)s” is not known: the hour is its sender's.")
        return words % {"zone": invitation.zone}
    return ""
