"""What Drafts and Sent say, for all devices, of a message that is being sent.

Of several devices that would send one draft, one does: who begins to send sets $Submitted by a
conditional STORE, which one alone can win; after the submission $SubmitPending is taken off.
RFC 5550 §5.10, RFC 7162 §3.1.3.
"""

from __future__ import annotations

import contextlib
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy

from webmail.mail import Flag, MailError, MailSession, NotFound, Refused, StoredMessage
from webmail.models import Outbox

State = Outbox.State
PENDING, SUBMITTED, MDN_SENT = "$SubmitPending", "$Submitted", "$MDNSent"
SENT_FLAGS = (Flag.SEEN.value, MDN_SENT, PENDING, SUBMITTED)
"""Of a message that is stored in Sent by who submits it. Nobody is to confirm that one's own was
read (RFC 3503 §3.3)."""
DRAFT_FLAGS = (Flag.SEEN.value, Flag.DRAFT.value, MDN_SENT)

SETTLED_BY_PAGES = 30  # seconds; a page that is open does it sooner, and cheaper
SETTLED = (State.ACCEPTED, State.DELIVERED, State.FAILED)

GONE = gettext_lazy(
    "This draft is no longer among the drafts: it was sent or deleted from another window or "
    "device. To send it nevertheless, save it as a draft first."
)
TAKEN = gettext_lazy(
    "This draft is being sent from another window or device. If that did not work there, save it "
    "as a draft here and send it then."
)


def claim(session: MailSession, stored: StoredMessage) -> None:
    """Be the one who sends this message. Raises Refused when another is, or it is gone."""
    try:
        if not session.keeps_keywords(stored):
            return  # such a server can't tell the others
        if session.set_once(stored, SUBMITTED, [PENDING]):
            return
    except NotFound:
        raise Refused(GONE) from None
    raise Refused(TAKEN)


def release(session: MailSession, stored: StoredMessage) -> None:
    """It is not being sent after all; no harm when it is gone."""
    with contextlib.suppress(MailError):
        _remove(session, stored, [PENDING, SUBMITTED])


def _remove(session: MailSession, stored: StoredMessage, keywords: list[str]) -> None:
    session.set_flags(stored.folder, [stored.uid], remove=keywords, uidvalidity=stored.uidvalidity)


def location(row: Outbox) -> StoredMessage:
    """Where the message of a row is."""
    return StoredMessage(row.folder, row.uidvalidity, row.uid)


def settle(row: Outbox, session: MailSession) -> None:
    """Say in Sent, for other devices, that it is no longer being sent."""
    if not row.pending or row.state not in SETTLED:
        return
    before = session.octets
    if row.accepted_at is None:
        release(session, location(row))
    else:
        with contextlib.suppress(NotFound):
            _remove(session, location(row), [PENDING])
    octets = session.octets - before
    Outbox.objects.filter(pk=row.pk).update(pending=False, octets_imap=F("octets_imap") + octets)


def find_unsettled(limit: int = 50) -> list[Outbox]:
    """Rows that no page has settled the keywords of."""
    before = timezone.now() - timedelta(seconds=SETTLED_BY_PAGES)
    rows = Outbox.objects.filter(pending=True, state__in=SETTLED, updated_at__lt=before)
    return list(rows.select_related("account").order_by("updated_at")[:limit])
