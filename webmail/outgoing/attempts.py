"""A worker's part: claim a row by lease, submit it, write down what the server said."""

from __future__ import annotations

import contextlib
import logging
import threading
import uuid
from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop, override

from webmail.mail import Address, CannotHold, MailError, NotFound, StoredMessage
from webmail.models import Outbox
from webmail.people import correspondents

from .delivery_status import find_delivery_statuses
from .handover import Sent, Submission, submit
from .saying import keep
from .submission_client import SmtpEnvelope, SmtpReply

log = logging.getLogger(__name__)
State = Outbox.State
LEASE = timedelta(seconds=12)  # how soon the work of a killed worker is taken up
RENEW = 4.0  # seconds
FIRST_WAIT = 5  # seconds until the second attempt, doubled each time
LONGEST_WAIT = 900  # seconds
GIVE_UP = timedelta(days=1)
LEAST_ATTEMPTS = 12  # as many as an hour sees
SOON = timedelta(seconds=5)  # what is due within that is sent at once


def due(limit: int = 50) -> list[uuid.UUID]:
    """Rows that nobody works on and whose time has come."""
    return list(_claimable().order_by("next_attempt_at").values_list("pk", flat=True)[:limit])


def _claimable() -> QuerySet[Outbox]:
    now = timezone.now()
    waiting = Q(state=State.COMPOSED, next_attempt_at__lte=now)
    left = Q(state=State.SUBMITTING, lease_until__lt=now)
    # Nobody waits or works for so long: the clock was set back meanwhile.
    far = now + timedelta(seconds=2 * LONGEST_WAIT)
    ahead = Q(state=State.COMPOSED, next_attempt_at__gt=far) & ~Q(release_at__gt=now)
    ahead |= Q(state=State.SUBMITTING, lease_until__gt=far)
    return Outbox.objects.filter(waiting | left | ahead)


def claim(pk: uuid.UUID) -> Outbox | None:
    """Take the row for ``LEASE``; None when another worker has it or nothing is to be done."""
    owner = str(uuid.uuid4())
    taken = (
        _claimable()
        .filter(pk=pk)
        .update(
            state=State.SUBMITTING,
            lease_owner=owner,
            lease_until=timezone.now() + LEASE,
            attempts=F("attempts") + 1,
            updated_at=timezone.now(),
        )
    )
    if not taken:
        return None
    return Outbox.objects.select_related("account").get(pk=pk)


@contextlib.contextmanager
def lease(row: Outbox) -> Iterator[None]:
    """Renew the lease in the background for as long as the work takes."""
    done = threading.Event()

    def renew() -> None:
        try:
            while not done.wait(RENEW):
                _leased_row(row).update(lease_until=timezone.now() + LEASE)
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name="outbox-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _leased_row(row: Outbox) -> QuerySet[Outbox]:
    return Outbox.objects.filter(pk=row.pk, state=State.SUBMITTING, lease_owner=row.lease_owner)


@override(settings.LANGUAGE_CODE)
def attempt(pk: uuid.UUID) -> None:
    """One try at a row. Never raises for what a server or a network does.

    What it keeps is in English, in whosever process it runs (``saying.py``).
    """
    row = claim(pk)
    if row is None:
        return
    if row.attempts > 1 and find_delivery_statuses(row):
        # A worker died between the server's 250 and its note of it: not to be sent twice.
        _record_acceptance(row, "taken over from an interrupted attempt")
        return
    try:
        with lease(row):
            sent = submit(_submission(row), may_renew=not row.ticket_renewed)
    except NotFound as error:
        _record_failure(row, str(error), "")
    except CannotHold as error:
        _leased_row(row).update(
            state=State.COMPOSED,
            trouble=str(error),
            next_attempt_at=row.release_at,
            updated_at=timezone.now(),
            lease_owner="",
        )
    except MailError as error:
        _postpone(row, str(error), "")
    else:
        _settle(row, sent)


def _submission(row: Outbox) -> Submission:
    envelope = SmtpEnvelope(
        sender=row.sender,
        recipients=list(row.recipients),
        envid=str(row.pk),
        # Server-side parts have headers whose length the server alone knows: nothing is declared.
        size=0 if row.kept else row.size,
        body=row.body,
        until=_until(row),
        notify=row.notify,
    )
    return Submission(
        email=row.account.email,
        stored=StoredMessage(row.folder, row.uidvalidity, row.uid),
        envelope=envelope,
        head=bytes(row.head),
        ticket=row.ticket,
    )


def _until(row: Outbox) -> str:
    """When the server is to release it; "" for at once."""
    if row.release_at is None or row.release_at - timezone.now() < SOON:
        return ""
    return row.release_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _settle(row: Outbox, sent: Sent) -> None:
    _leased_row(row).update(
        octets_imap=F("octets_imap") + sent.octets_imap,
        octets_submission=F("octets_submission") + sent.octets_submission,
    )
    if sent.renewed:
        row.ticket = sent.renewed
        _leased_row(row).update(ticket=sent.renewed, ticket_renewed=True)
    final = sent.outcome.final
    said = f"{final.code} {final.text}"
    refused = {address: words(reply) for address, reply in sent.outcome.refused}
    if final.good:
        _record_acceptance(row, said, refused)
    elif final.code < 500:
        _postpone(row, words(final), said)
    else:
        _record_failure(row, words(final), said, refused)


def _record_acceptance(row: Outbox, said: str, refused: dict[str, str] | None = None) -> None:
    trouble = ""
    if refused:
        trouble = keep(gettext_noop("Refused for %(refused)s."), refused=", ".join(refused))
    now = timezone.now()
    with transaction.atomic():
        changed = _leased_row(row).update(
            state=State.ACCEPTED,
            reply=said,
            refused=refused or {},
            trouble=trouble,
            ticket="",
            head=b"",
            remembered=[],
            accepted_at=now,
            updated_at=now,
            lease_owner="",
        )
        if changed:
            _remember(row, refused or {}, now)
    log.info("message %s was accepted for submission", row.pk)


def _remember(row: Outbox, refused: Collection[str], at: datetime) -> None:
    """Those who get it are offered when the next message is written. The message counts more."""
    people = [Address(name, address) for name, address in row.remembered if address not in refused]
    try:
        with transaction.atomic():
            correspondents.remember(row.account_id, people, at)
    except DatabaseError as error:
        log.warning("who gets message %s could not be remembered: %s", row.pk, error)


def _postpone(row: Outbox, trouble: str, said: str) -> None:
    now = timezone.now()
    late = now - max(row.created_at, row.release_at or row.created_at) > GIVE_UP
    if late and row.attempts >= LEAST_ATTEMPTS:  # or the clock was put forward by a day
        _record_failure(
            row, keep(gettext_noop("%(trouble)s We tried for a day."), trouble=trouble), said
        )
        return
    seconds = min(FIRST_WAIT * 2 ** min(row.attempts - 1, 10), LONGEST_WAIT)
    _leased_row(row).update(
        state=State.COMPOSED,
        reply=said,
        trouble=keep(gettext_noop("%(trouble)s It will be tried again."), trouble=trouble),
        next_attempt_at=now + timedelta(seconds=seconds),
        updated_at=now,
        lease_owner="",
    )
    log.info("message %s is tried again in %d seconds: %s", row.pk, seconds, said or trouble)


def _record_failure(
    row: Outbox, trouble: str, said: str, refused: dict[str, str] | None = None
) -> None:
    _leased_row(row).update(
        state=State.FAILED,
        reply=said,
        trouble=trouble,
        refused=refused or {},
        updated_at=timezone.now(),
        lease_owner="",
    )
    log.warning("message %s failed: %s", row.pk, said or trouble)


SAYINGS = {
    "4.2.2": gettext_noop("A recipient's mailbox is full."),
    "4.3.1": gettext_noop("The mail server has no room at the moment."),
    "4.4.1": gettext_noop("The mail server can't reach the message at the moment."),
    "5.1.1": gettext_noop("There is no such mailbox."),
    "5.1.2": gettext_noop("There is no such domain."),
    "5.1.3": gettext_noop("The address can't be read."),
    "5.1.8": gettext_noop("The mail server does not accept the sender's address."),
    "5.2.2": gettext_noop("A recipient's mailbox is full."),
    "5.3.4": gettext_noop("The message is larger than the mail server takes."),
    "5.6.6": gettext_noop(
        "The message is no longer in Sent, or the ticket for it is no longer good."
    ),
    "5.7.0": gettext_noop("The mail server did not accept the ticket for this message."),
    "5.7.1": gettext_noop("You may not send from this address, or to this recipient."),
    "5.7.16": gettext_noop("Too much of your mail waits to be sent later already."),
    "5.7.14": gettext_noop("The submission server does not trust the mail store."),
}


def words(reply: SmtpReply) -> str:
    """A reply in words that are kept (``saying.py``); the server's own where we have none."""
    known = SAYINGS.get(reply.enhanced)
    if known is None:
        said = gettext_noop("The mail server said: %(words)s")
        return keep(said, words=str(reply.words or reply.code))
    return known
