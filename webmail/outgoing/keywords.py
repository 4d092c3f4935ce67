"""What Sent says, for other devices, of a message that is being sent (RFC 5550 §5.10)."""

from __future__ import annotations

import contextlib
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from webmail import mail
from webmail.mail.client import LemonadeClient
from webmail.mail.types import NotFound, Stored
from webmail.models import Outbox

State = Outbox.State
PATIENCE = 30  # seconds; a page that is open settles the marks sooner, and cheaper
SETTLED = (State.ACCEPTED, State.DELIVERED, State.FAILED)


def place(row: Outbox) -> Stored:
    """Where the message is."""
    return Stored(row.folder, row.uidvalidity, row.uid)


def settle_marks(row: Outbox, imap: LemonadeClient) -> None:
    """Say in Sent, for other devices, that it is no longer being sent."""
    if not row.pending or row.state not in SETTLED:
        return
    before = imap.octets
    if row.accepted_at is None:
        mail.let_go(imap, place(row))
    else:
        with contextlib.suppress(NotFound):
            mail.submitted(imap, place(row))
    octets = imap.octets - before
    Outbox.objects.filter(pk=row.pk).update(pending=False, octets_imap=F("octets_imap") + octets)


def unmarked(limit: int = 50) -> list[Outbox]:
    """Rows that no page has settled the marks of."""
    before = timezone.now() - timedelta(seconds=PATIENCE)
    rows = Outbox.objects.filter(pending=True, state__in=SETTLED, updated_at__lt=before)
    return list(rows.select_related("account").order_by("updated_at")[:limit])
