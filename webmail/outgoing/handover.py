"""Handing a message in Sent over to the submission server: by its ticket, else by its octets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from webmail.mail import MailSession, NotFound, StoredMessage, own_session
from webmail.transport.endpoint import login_token, submission_endpoint

from .composition import new_ticket
from .submission_client import SmtpClient, SmtpEnvelope, SubmissionResult

TICKET_TROUBLE = {"5.6.6", "5.7.0", "5.7.14"}  # RFC 4468 §3.4: the URL was not accepted


@dataclass(slots=True)
class Submission:
    """What is handed over: where the message is, for whom, and by which ticket."""

    email: str
    stored: StoredMessage
    envelope: SmtpEnvelope
    head: bytes
    ticket: str


@dataclass(slots=True)
class Sent:
    """How it went; ``renewed`` is the new ticket when the old one was not accepted."""

    outcome: SubmissionResult
    renewed: str
    octets_imap: int
    octets_submission: int


def submit(submission: Submission, may_renew: bool) -> Sent:
    """Hand the message over by its ticket, once with a new one if the first is not accepted.

    Without BURL or a ticket the octets themselves are sent. Raises Unreachable, SignInRequired, or
    NotFound when the message is no longer in Sent.
    """
    if not submission.ticket:
        return _submit_octets(submission)
    outcome, total = _by_ticket(submission)
    if outcome is None:
        sent = _submit_octets(submission)
        sent.octets_submission += total
        return sent
    if outcome.final.enhanced not in TICKET_TROUBLE or not may_renew:
        return Sent(outcome, "", 0, total)
    with own_session(submission.email) as session:
        session.select(submission.stored.folder, submission.stored.uidvalidity)
        if not session.size(submission.stored):
            raise NotFound(gettext("The message is no longer in Sent."))
        submission.ticket = new_ticket(session, submission.stored, bool(submission.head))
        octets = session.octets
    again, more = _by_ticket(submission)
    return Sent(again or outcome, submission.ticket, octets, total + more)


def _by_ticket(submission: Submission) -> tuple[SubmissionResult | None, int]:
    """The outcome (None: the server takes no URLs), and the octets."""
    client = SmtpClient(submission_endpoint())
    try:
        client.sign_in(submission.email, login_token(submission.email))
        fits = client.takes_urls and (client.takes_chunks or not submission.head)
        if not fits:
            return None, client.octets
        outcome = client.send_url(submission.envelope, submission.ticket, submission.head)
        return outcome, client.octets
    finally:
        client.close()


def _submit_octets(submission: Submission) -> Sent:
    """Fetch the message from Sent and send it on, a chunk at a time."""
    client = SmtpClient(submission_endpoint())
    try:
        client.sign_in(submission.email, login_token(submission.email))
        with own_session(submission.email) as session:
            outcome = client.send_octets(submission.envelope, _blocks(session, submission))
            return Sent(outcome, "", session.octets, client.octets)
    finally:
        client.close()


def _blocks(session: MailSession, submission: Submission) -> Iterator[bytes]:
    if submission.head:
        yield submission.head
    yield from session.blocks(submission.stored, "TEXT" if submission.head else "")
