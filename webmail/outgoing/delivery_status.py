"""What becomes of the recipients of a message on its way, as the mail server tells it."""

from __future__ import annotations

from typing import Protocol, TypedDict

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext, gettext_noop

from webmail.models import Outbox

from .saying import keep
from .send_status import Recipient

State = Outbox.State


class Fate(TypedDict):
    """What ``settings.WEBMAIL_DELIVERY`` says of one recipient. ``due``: when it is tried next."""

    address: str
    state: str
    diagnostic: str
    due: int


class Deliveries(Protocol):
    def __call__(self, envid: str, owner: str, message_id: str = "") -> list[Fate]: ...


def find_delivery_statuses(row: Outbox) -> list[Fate]:
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
    known = {fate["address"].lower(): fate for fate in find_delivery_statuses(row)}
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
            text = (fate["diagnostic"] if fate else "") or gettext(
                "The message could not be delivered."
            )
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
        row.trouble = keep(gettext_noop("Not delivered to %(failed)s."), failed=", ".join(failed))
    Outbox.objects.filter(pk=row.pk, state=State.ACCEPTED).update(
        state=row.state, trouble=row.trouble, updated_at=timezone.now()
    )
