"""Short ways to send a message and to look at what became of it."""

from __future__ import annotations

import time
from typing import Any

from lemonade_server.delivery.acceptance import Acceptance, accept
from lemonade_server.delivery.queue import courier
from lemonade_server.models import Account, Destination, Recipient
from lemonade_server.store import contents, ingest, mailboxes, queue
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Envelope, Target

MESSAGE = b"From: alice@lemonade.test\r\nSubject: tea\r\nMessage-ID: <tea@x>\r\n\r\nAt five?\r\n"


def send(sender: Account | None, *recipients: str | Target, **options: Any) -> Acceptance:
    """Accept a message as a submission session would, after its trace fields were added."""
    message = options.pop("message", MESSAGE)
    targets = [each if isinstance(each, Target) else Target(each) for each in recipients]
    options.setdefault("arrived_at", int(time.time()))
    prepared = ingest.prepare(message)
    with transaction() as tx:
        envelope = Envelope(
            account=AccountId(sender.pk) if sender else None,
            sender=sender.email if sender else "",
            recipients=targets,
            **options,
        )
        return accept(tx, envelope, prepared)


def inbox(account: Account) -> list[bytes]:
    """The messages in an account's INBOX, whole."""
    with transaction() as tx:
        box = mailboxes.find(tx, AccountId(account.pk), "INBOX")
        if box is None:
            return []
        rows = tx.rows(
            "SELECT content_id, size FROM message WHERE mailbox_id = %s ORDER BY uid", (box.id,)
        )
        return [contents.read(tx, row[0], 0, row[1]) for row in rows]


def rows(submission: int) -> list[Target]:
    """The recipients of a submission."""
    with transaction() as tx:
        found = queue.envelope(tx, submission)
    assert found is not None
    return found.recipients


def pass_on(submission: int) -> int:
    """Have a worker for each place that the submission waits for; how many it worked on."""
    waiting = Recipient.objects.filter(submission_id=submission, state=queue.QUEUED)
    places = waiting.order_by("id").values_list("place", flat=True)
    return sum(courier.run(place) for place in dict.fromkeys(places))


def later(submission: int) -> None:
    """Make what waits for its next attempt due, and every place worth a try."""
    Recipient.objects.filter(submission_id=submission).update(next_attempt_at=0)
    Destination.objects.update(retry_at=0)
