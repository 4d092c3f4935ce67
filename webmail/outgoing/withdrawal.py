"""A message that is not to go out after all: back among the drafts, before or after it was handed
over.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext, gettext_lazy

from webmail import mail
from webmail.mail import Flag, MailSession, NotFound, Refused, StoredMessage
from webmail.models import Outbox, SubmittedForm

from . import outbox
from .composition import unmark_source
from .delivery_status import find_delivery_statuses
from .draft import Source
from .keywords import PENDING, SUBMITTED, location

State = Outbox.State
TAKING_BACK = 30  # seconds; longer than moving one message may take
TOO_LATE = gettext_lazy("It is too late: this message has been sent.")


class Cancel(Protocol):
    """``settings.WEBMAIL_CANCEL``: for how many recipients a submission was stopped."""

    def __call__(self, envid: str, owner: str) -> int: ...


def take_back(row: Outbox) -> StoredMessage:
    """Out of Sent into Drafts, never to be sent by itself; ``uid`` 0 when the place is not known.

    The row is claimed first, as a worker would, so that nobody submits it meanwhile. Raises
    Refused when it has been handed over, or NotFound when it is no longer in Sent.
    """
    if not _withhold(row):
        raise Refused(outbox.HANDED_OVER)
    return _return_to_drafts(row)


def cancel(row: Outbox) -> StoredMessage:
    """The same for one that the mail server holds for later. Raises Refused or NotFound."""
    if not outbox.can_cancel(row):
        raise Refused(TOO_LATE)
    stop: Cancel = import_string(settings.WEBMAIL_CANCEL)
    if not stop(str(row.pk), row.account.email):
        raise Refused(TOO_LATE)
    return _return_to_drafts(row)


def _return_to_drafts(row: Outbox) -> StoredMessage:
    with mail.session(row.account.email) as session:
        moved = _move_to_drafts(session, location(row))
        source = Source.parse(row.source)
        if source is not None:
            unmark_source(session, source)
    # What went nowhere may go out as it is; its form is over all the same.
    forms = SubmittedForm.objects.filter(account_id=row.account_id, goal__endswith=f"/{row.pk}/")
    forms.update(digest="")
    row.delete()
    return moved


def _move_to_drafts(session: MailSession, sent: StoredMessage) -> StoredMessage:
    """A message in Sent that was not sent becomes a draft. Raises NotFound."""
    session.select(sent.folder, sent.uidvalidity)
    if not session.size(sent):
        raise NotFound(gettext("The message is no longer in Sent."))
    session.set_flags(sent.folder, [sent.uid], add=[Flag.DRAFT.value], remove=[PENDING, SUBMITTED])
    moved = session.move(sent.folder, [sent.uid], session.role_folder("drafts"))
    return StoredMessage(moved.target, moved.uidvalidity, moved.uids.get(sent.uid, 0))


def _withhold(row: Outbox) -> bool:
    """Keep the workers off a message that the server does not have yet; False when it has it."""
    if find_delivery_statuses(row):
        return False
    resting = Outbox.objects.filter(
        pk=row.pk, state__in=(State.COMPOSED, State.FAILED), accepted_at=None
    )
    until = timezone.now() + timedelta(seconds=TAKING_BACK)
    return bool(resting.update(state=State.SUBMITTING, lease_owner="", lease_until=until))
