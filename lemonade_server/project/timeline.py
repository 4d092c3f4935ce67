"""What the server knows of a submission, for the webmail's receipt and timeline."""

from __future__ import annotations

from typing import TypedDict

from lemonade_server.models import Recipient


class Delivery(TypedDict):
    """One recipient's fate. ``state`` is a value of ``Recipient.State``."""

    address: str
    state: str
    status: str
    diagnostic: str
    attempts: int


def deliveries(envid: str, owner: str) -> list[Delivery]:
    """The recipients of ``owner``'s submission with that ENVID; empty when there is none."""
    rows = Recipient.objects.filter(
        submission__envid=envid, submission__account__email=owner
    ).order_by("id")
    return [
        Delivery(
            address=row.address,
            state=row.state,
            status=row.status,
            diagnostic=row.diagnostic,
            attempts=row.attempts,
        )
        for row in rows
    ]
