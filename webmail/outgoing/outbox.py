"""Messages on their way: composed into Sent, found again, tried again, told how they stand."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy
from kombu.exceptions import OperationalError

from webmail import mail
from webmail.mail import Address, MailSession, Refused, one_line
from webmail.models import Outbox

from .composition import compose
from .delivery_status import follow
from .draft import Draft
from .keywords import claim, location
from .plan import AttachedFile
from .saying import say
from .send_status import SendStatus
from .tasks import submit

State = Outbox.State
WORDS = {
    State.COMPOSED: gettext_lazy("It goes out in a moment."),
    State.SUBMITTING: gettext_lazy("Handing over to the mail server…"),
    State.ACCEPTED: gettext_lazy("The mail server has it and is delivering."),
    State.DELIVERED: gettext_lazy("Delivered."),
    State.FAILED: gettext_lazy("This message could not be sent."),
}
HANDED_OVER = gettext_lazy("This message has been handed over already.")
TELL = "SUCCESS,FAILURE,DELAY"  # of what is reported to who wants to know (RFC 3461 §4.1)


def send(
    session: MailSession,
    draft: Draft,
    hold: int = 0,
    release_at: datetime | None = None,
) -> Outbox:
    """Compose into Sent and have a worker submit it; returns at once.

    ``hold``: seconds in which it waits, so that it can be taken back. ``release_at``: when the mail
    server is to send it.

    What the session has moved so far, to look up the parts, counts as this message's.

    Raises BadDraft, NotFound, Refused or Unreachable; then nothing was stored or sent.
    """
    account = get_user_model().objects.get(email=session.email)
    composed = compose(session, draft)
    layout = composed.plan
    row = Outbox.objects.create(
        account=account,
        folder=composed.stored.folder,
        uidvalidity=composed.stored.uidvalidity,
        uid=composed.stored.uid,
        message_id=layout.message_id,
        subject=one_line(draft.subject)[:1000],
        sender=layout.sender.address,
        recipients=[address.address for address in layout.recipients],
        remembered=people_to_remember(session, draft, layout.recipients),
        head=layout.head,
        body=layout.body,
        size=layout.size,
        ticket=composed.ticket,
        next_attempt_at=timezone.now() + timedelta(seconds=hold),
        kept=layout.kept,
        shown=layout.shown,
        forwards=draft.source is not None and draft.source.how == "forward",
        attachments=[asdict(file) for file in layout.files],
        notify=TELL if draft.tell else "",
        release_at=release_at,
        source=composed.marked.token if composed.marked else "",
        octets_imap=session.octets,
    )
    wake(row.pk, hold)
    return row


def people_to_remember(
    session: MailSession, draft: Draft, recipients: Sequence[Address]
) -> list[tuple[str, str]]:
    """Whom to offer again once it is sent: nobody, when it answers what lies in Junk."""
    if draft.source is not None and draft.source.folder == session.role_folder("junk"):
        return []
    return [(one.name, one.address) for one in recipients]


def wake(pk: uuid.UUID, hold: int = 0) -> None:
    """Tell the workers, who begin after ``hold`` seconds.

    A broker that is away costs seconds: the sweep finds the row.
    """

    def tell() -> None:
        with contextlib.suppress(OperationalError, OSError):
            submit.apply_async((str(pk),), countdown=float(hold))

    transaction.on_commit(tell)


def find(email: str, pk: str) -> Outbox | None:
    """The user's own message on its way; None for anybody else's."""
    try:
        key = uuid.UUID(pk)
    except ValueError:
        return None
    return Outbox.objects.filter(pk=key, account__email=email).first()


def recent(email: str, limit: int = 20) -> list[Outbox]:
    """The newest first."""
    return list(Outbox.objects.filter(account__email=email)[:limit])


def uids_for_later(email: str, folder: str, uidvalidity: int) -> set[int]:
    """UIDs of the messages in a folder that are to be sent later."""
    rows = Outbox.objects.filter(account__email=email, folder=folder, uidvalidity=uidvalidity)
    return set(rows.filter(release_at__gt=timezone.now()).values_list("uid", flat=True))


def retry(row: Outbox) -> None:
    """Once more, from the start; only what has failed. Raises Refused, or Unreachable."""
    if not row.pending:  # else it still has the marks of the first time
        with mail.session(row.account.email) as session:
            claim(session, location(row))
    now = timezone.now()
    failed = Outbox.objects.filter(pk=row.pk, state=State.FAILED, accepted_at=None)
    changed = failed.update(
        state=State.COMPOSED,
        next_attempt_at=now,
        attempts=0,
        ticket_renewed=False,
        trouble="",
        refused={},
        pending=True,
        updated_at=now,
    )
    if not changed:
        raise Refused(HANDED_OVER)
    wake(row.pk)


def send_status(row: Outbox) -> SendStatus:
    """How the message stands now, in words."""
    row.refresh_from_db()
    recipients = follow(row)
    untold = row.state == State.ACCEPTED and not getattr(settings, "WEBMAIL_DELIVERY", "")
    return SendStatus(
        id=str(row.pk),
        state=row.state,
        text=say(row.trouble) or str(WORDS[State(row.state)]),
        subject=row.subject,
        recipients=recipients,
        moved=row.moved,
        usual=row.usual,
        shown=row.shown,
        forwards=row.forwards,
        attachments=[AttachedFile(**file) for file in row.attachments],
        final=row.final or untold,
        can_undo=row.state == State.COMPOSED,
        can_retry=row.state == State.FAILED and row.accepted_at is None,
        can_cancel=can_cancel(row),
        release_at=row.release_at,
    )


def seconds_to_undo(row: Outbox) -> int:
    """For how long it can be taken back, for sure."""
    if row.state != State.COMPOSED or row.attempts:
        return 0
    return max(0, round((row.next_attempt_at - timezone.now()).total_seconds()))


def can_cancel(row: Outbox) -> bool:
    """Whether the mail server holds it for later and can be told not to send it."""
    waits = row.release_at is not None and row.release_at > timezone.now()
    return waits and row.state == State.ACCEPTED and bool(getattr(settings, "WEBMAIL_CANCEL", ""))
