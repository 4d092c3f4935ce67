"""Messages on their way: composed into Sent, submitted by a worker, followed to the recipients."""

from __future__ import annotations

import contextlib
import uuid
from datetime import datetime, timedelta
from typing import Protocol, TypedDict

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.module_loading import import_string

from . import gateway
from .gateway.client import LemonadeClient
from .gateway.types import Draft, NotFound, Receipt, Recipient, Refused, Stored
from .models import Outbox

State = Outbox.State
WORDS = {
    State.COMPOSED: "It goes out in a moment.",
    State.SUBMITTING: "Handing over to the mail server…",
    State.ACCEPTED: "The mail server has it and is delivering.",
    State.DELIVERED: "Delivered.",
    State.FAILED: "This message could not be sent.",
}
HANDED_OVER = "This message has been handed over already."
PATIENCE = 30  # seconds; a page that is open settles the marks sooner, and cheaper
SETTLED = (State.ACCEPTED, State.DELIVERED, State.FAILED)
TELL = "SUCCESS,FAILURE,DELAY"  # of what is reported to who wants to know (RFC 3461 §4.1)


class Fate(TypedDict):
    """What ``settings.WEBMAIL_DELIVERY`` says of one recipient. ``due``: when it is tried next."""

    address: str
    state: str
    diagnostic: str
    due: int


class Deliveries(Protocol):
    def __call__(self, envid: str, owner: str, message_id: str = "") -> list[Fate]: ...


def send(
    email: str,
    draft: Draft,
    looked_up: int = 0,
    hold: int = 0,
    release_at: datetime | None = None,
) -> Outbox:
    """Compose into Sent and have a worker submit it; returns at once.

    ``hold``: seconds in which it waits, so that it can be taken back. ``release_at``: when the mail
    server is to send it.

    ``looked_up``: octets that asking for the kept parts took; they count as this message's.

    Raises BadDraft, NotFound, Refused or Unreachable; then nothing was stored or sent.
    """
    account = get_user_model().objects.get(email=email)
    with gateway.session(email) as imap:
        composed = gateway.compose(imap, draft)
    layout = composed.plan
    row = Outbox.objects.create(
        account=account,
        folder=composed.stored.folder,
        uidvalidity=composed.stored.uidvalidity,
        uid=composed.stored.uid,
        message_id=layout.message_id,
        subject=draft.subject[:1000],
        sender=layout.sender.address,
        recipients=[address.address for address in layout.recipients],
        head=layout.head,
        body=layout.body,
        size=layout.size,
        ticket=composed.ticket,
        next_attempt_at=timezone.now() + timedelta(seconds=hold),
        kept=layout.kept,
        shown=layout.shown,
        notify=TELL if draft.tell else "",
        release_at=release_at,
        source=composed.marked.token if composed.marked else "",
        octets_imap=looked_up + composed.octets,
    )
    wake(row.pk, hold)
    return row


def wake(pk: uuid.UUID, hold: int = 0) -> None:
    """Tell the workers, who begin after ``hold`` seconds.

    A broker that is away costs seconds: the sweep finds the row.
    """
    from kombu.exceptions import OperationalError

    from .tasks import submit

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


def held(email: str, folder: str, uidvalidity: int) -> set[int]:
    """UIDs of the messages in a folder that are to be sent later."""
    rows = Outbox.objects.filter(account__email=email, folder=folder, uidvalidity=uidvalidity)
    return set(rows.filter(release_at__gt=timezone.now()).values_list("uid", flat=True))


def retry(row: Outbox) -> None:
    """Once more, from the start; only what has failed. Raises Refused, or Unreachable."""
    if not row.pending:  # else it still has the marks of the first time
        with gateway.session(row.account.email) as imap:
            gateway.claim(imap, place(row))
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


def place(row: Outbox) -> Stored:
    """Where the message is."""
    return Stored(row.folder, row.uidvalidity, row.uid)


def settle_marks(row: Outbox, imap: LemonadeClient) -> None:
    """Say in Sent, for other devices, that it is no longer being sent (RFC 5550 §5.10)."""
    if not row.pending or row.state not in SETTLED:
        return
    before = imap.octets
    if row.accepted_at is None:
        gateway.let_go(imap, place(row))
    else:
        with contextlib.suppress(NotFound):
            gateway.submitted(imap, place(row))
    octets = imap.octets - before
    Outbox.objects.filter(pk=row.pk).update(pending=False, octets_imap=F("octets_imap") + octets)


def unmarked(limit: int = 50) -> list[Outbox]:
    """Rows that no page has settled the marks of."""
    before = timezone.now() - timedelta(seconds=PATIENCE)
    rows = Outbox.objects.filter(pending=True, state__in=SETTLED, updated_at__lt=before)
    return list(rows.select_related("account").order_by("updated_at")[:limit])


def fates(row: Outbox) -> list[Fate]:
    """What the server knows of each recipient; [] when it tells nothing."""
    return deliveries(str(row.pk), row.account.email)


def deliveries(envid: str, email: str, message_id: str = "") -> list[Fate]:
    """The same of any submission of that person; [] when the server tells nothing."""
    path = getattr(settings, "WEBMAIL_DELIVERY", "")
    if not path:
        return []
    ask: Deliveries = import_string(path)
    return ask(envid, email, message_id)


def follow(row: Outbox) -> list[Recipient]:
    """The recipients as they are now; an accepted row moves on when all of them are settled."""
    known = {fate["address"].lower(): fate for fate in fates(row)}
    out = []
    for address in row.recipients:
        if address in row.refused:
            out.append(Recipient(address, "failed", row.refused[address]))
            continue
        fate = known.get(address.lower())
        state = fate["state"] if fate else ""
        if state in ("delivered", "relayed"):
            out.append(Recipient(address, "delivered", ""))
        elif state in ("failed", "cancelled"):
            text = (fate["diagnostic"] if fate else "") or "The message could not be delivered."
            out.append(Recipient(address, "failed", text))
        elif row.state == State.FAILED:
            out.append(Recipient(address, "failed", ""))
        else:
            waiting = row.state in (State.COMPOSED, State.SUBMITTING)
            out.append(Recipient(address, "waiting" if waiting else "accepted"))
    _move_on(row, out)
    return out


def _move_on(row: Outbox, recipients: list[Recipient]) -> None:
    states = {recipient.state for recipient in recipients}
    if row.state != State.ACCEPTED or states & {"waiting", "accepted"}:
        return
    row.state = State.FAILED if "failed" in states else State.DELIVERED
    failed = [recipient.address for recipient in recipients if recipient.state == "failed"]
    if failed:
        row.trouble = f"Not delivered to {', '.join(failed)}."
    Outbox.objects.filter(pk=row.pk, state=State.ACCEPTED).update(
        state=row.state, trouble=row.trouble, updated_at=timezone.now()
    )


def receipt(row: Outbox) -> Receipt:
    """How the message stands now, in words."""
    row.refresh_from_db()
    recipients = follow(row)
    untold = row.state == State.ACCEPTED and not getattr(settings, "WEBMAIL_DELIVERY", "")
    return Receipt(
        id=str(row.pk),
        state=row.state,
        text=row.trouble or WORDS[State(row.state)],
        subject=row.subject,
        recipients=recipients,
        moved=row.moved,
        usual=row.usual,
        shown=row.shown,
        final=row.final or untold,
        can_undo=row.state == State.COMPOSED,
        can_retry=row.state == State.FAILED and row.accepted_at is None,
        can_cancel=can_cancel(row),
        release_at=row.release_at,
    )


def can_cancel(row: Outbox) -> bool:
    """Whether the mail server holds it for later and can be told not to send it."""
    waits = row.release_at is not None and row.release_at > timezone.now()
    return waits and row.state == State.ACCEPTED and bool(getattr(settings, "WEBMAIL_CANCEL", ""))
