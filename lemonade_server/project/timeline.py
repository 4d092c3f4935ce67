"""What the server knows of a submission, for the webmail's receipt and timeline."""

from __future__ import annotations

from typing import TypedDict

from django.db.models import QuerySet

from lemonade_server.delivery.queue import operator_actions
from lemonade_server.models import DeliveryEvent, Recipient, Submission
from lemonade_server.store.db import transaction


class Delivery(TypedDict):
    """One recipient's fate. ``state`` is a value of ``Recipient.State``; ``due`` is when it is
    tried next, in seconds.
    """

    address: str
    state: str
    status: str
    diagnostic: str
    attempts: int
    due: int


class Moment(TypedDict):
    """One thing that happened. ``at`` in seconds; ``kind``: accepted, released, tried, reported,
    read, steered, or a recipient's last state; ``words`` are the other side's own.
    """

    at: int
    kind: str
    address: str
    action: str
    status: str
    host: str
    words: str


_LAST = {"accepted": -2, "released": -1, "reported": 1, "read": 2}
"""What comes first of things that happened in the same second."""


def deliveries(envid: str, owner: str, message_id: str = "") -> list[Delivery]:
    """The recipients of ``owner``'s submissions with that ENVID, or without one with that
    Message-ID; empty when there is none.
    """
    submissions = _submissions(envid, owner, message_id)
    rows = Recipient.objects.filter(submission__in=submissions).order_by("id")
    return [
        Delivery(
            address=row.address,
            state=row.state,
            status=row.status,
            diagnostic=row.diagnostic,
            attempts=row.attempts,
            due=row.next_attempt_at,
        )
        for row in rows
    ]


def history(envid: str, owner: str, message_id: str = "") -> list[Moment]:
    """All that is known of ``owner``'s submissions with that ENVID, or without one with that
    Message-ID, in order; empty when there is none.
    """
    moments: list[Moment] = []
    for submission in _submissions(envid, owner, message_id):
        moments.append(_moment(submission.arrived_at, "accepted"))
        if submission.release_at:
            moments.append(_moment(submission.release_at, "released", words=submission.hold))
        moments += [
            _moment_of(event, owner) for event in submission.events.select_related("recipient")
        ]
        tried = {event.recipient_id for event in submission.events.filter(kind="tried")}
        for row in submission.recipient_set.exclude(finished_at=None).exclude(pk__in=tried):
            moments.append(
                _moment(
                    row.finished_at or 0, row.state, row.address, row.state, row.status,
                    row.remote, row.diagnostic,
                )
            )  # fmt: skip
    return sorted(moments, key=lambda moment: (moment["at"], _LAST.get(moment["kind"], 0)))


def cancel(envid: str, owner: str) -> int:
    """Stop ``owner``'s submission with that ENVID, as of a message that is to be released later
    (RFC 4865); for how many recipients. All of them or none: 0 when one is sent, or may be.
    """
    found = Recipient.objects.filter(submission__envid=envid, submission__account__email=owner)
    going = found.exclude(state=Recipient.State.CANCELLED).values_list("pk", flat=True)
    try:
        with transaction() as tx:
            recipients = list(going) if envid else []
            if not all(
                operator_actions.cancel(tx, recipient, f"by {owner}") for recipient in recipients
            ):
                raise _TooLate
    except _TooLate:
        return 0
    return len(recipients)


class _TooLate(Exception):
    """Undoes what was cancelled already."""


def _submissions(envid: str, owner: str, message_id: str) -> QuerySet[Submission]:
    named = {"envid": envid} if envid else {"message_id": message_id.strip().strip("<>")}
    if not any(named.values()):
        return Submission.objects.none()
    return Submission.objects.filter(account__email=owner, **named)


def _moment_of(event: DeliveryEvent, owner: str) -> Moment:
    address = event.recipient.address if event.recipient else ""
    words = (
        _by_whom(event.words, owner) if event.kind == DeliveryEvent.Kind.STEERED else event.words
    )
    return _moment(event.at, event.kind, address, event.action, event.status, event.host, words)


def _by_whom(words: str, owner: str) -> str:
    """What was done by hand, as the sender may know it: neither by which operator nor to where."""
    done, _, _ = words.partition(" ")
    return words if words == f"{done} by {owner}" else f"{done} by an administrator"


def _moment(
    at: int,
    kind: str,
    address: str = "",
    action: str = "",
    status: str = "",
    host: str = "",
    words: str = "",
) -> Moment:
    return Moment(
        at=at, kind=kind, address=address, action=action, status=status, host=host, words=words
    )
