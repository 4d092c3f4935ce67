"""Composing into Sent with a ticket, and submitting by it. What moves is counted."""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from .client import LemonadeClient
from .commands import Command
from .endpoint import login_token, submission_endpoint, ticket_seconds
from .fetching import CHUNK, piece
from .filing import discard, flag_commands, set_flags
from .listing import flags
from .mailboxes import enter, role_folder
from .originals import for_others
from .pending import SENT_FLAGS, claim, let_go
from .placing import append, can_ticket, octets_of, ticket
from .plan import Plan, plan
from .pool import sign_in
from .responses import fetched
from .smtp import Outcome, SmtpClient, SmtpEnvelope
from .types import Draft, GatewayError, NotFound, Source, Stored

MARKS = {"reply": "\\Answered", "forward": "$Forwarded"}
TICKET_TROUBLE = {"5.6.6", "5.7.0", "5.7.14"}  # RFC 4468 §3.4: the URL was not accepted


@dataclass(slots=True)
class Composed:
    """A message in Sent, ready to be submitted. ``ticket`` "" when the server signs no URLs.

    ``marked``: the message that this one answers or forwards, if it was marked so only now.
    """

    stored: Stored
    plan: Plan
    ticket: str
    octets: int  # on the IMAP socket, both ways
    marked: Source | None


def compose(imap: LemonadeClient, draft: Draft) -> Composed:
    """Put the message into Sent, get a ticket, mark the original as answered or forwarded.

    Raises BadDraft, NotFound or Refused; then nothing was stored. Refused, too, when another
    device sends the same draft.
    """
    before = imap.octets
    outgoing = replace(draft, fields=for_others(draft.fields))
    layout = plan(outgoing, datetime.now().astimezone())
    if draft.replaces is not None:
        claim(imap, draft.replaces)
    try:
        stored, signed = _place(imap, layout)
    except GatewayError:
        if draft.replaces is not None:
            let_go(imap, draft.replaces)
        raise
    marked = _mark(imap, draft.source)
    if draft.replaces is not None:
        discard(imap, draft.replaces)
    imap.stirred = True
    return Composed(stored, layout, signed, imap.octets - before, marked)


def _place(imap: LemonadeClient, layout: Plan) -> tuple[Stored, str]:
    """Into Sent, as being sent from its first moment; and the ticket for it."""
    stored = append(imap, role_folder(imap, "sent"), layout, SENT_FLAGS)
    if not stored.uid:
        raise NotFound("The mail server did not say where it put the message.")
    try:
        return stored, new_ticket(imap, stored, bool(layout.head))
    except GatewayError:
        with contextlib.suppress(GatewayError):
            discard(imap, stored)
        raise


def new_ticket(imap: LemonadeClient, stored: Stored, only_body: bool) -> str:
    """A fresh ticket for a message in Sent; for its body alone when the header goes separately."""
    if not can_ticket(imap):
        return ""
    expire = int(time.time()) + ticket_seconds()
    return ticket(imap, stored, expire, "TEXT" if only_body else "")


def _mark(imap: LemonadeClient, source: Source | None) -> Source | None:
    """Mark the message that was answered; itself, if it was not marked before.

    It may be gone by now: then there is nothing to mark.
    """
    if source is None:
        return None
    with contextlib.suppress(GatewayError):
        now = enter(imap, source.folder, source.uidvalidity)
        mark = MARKS[source.how]
        if now.keywords or mark.startswith("\\"):
            commands: list[Command] = [
                (b"UID FETCH", (b"%d" % source.uid, b"(UID FLAGS)")),
                *flag_commands([source.uid], add=[mark]),
            ]
            answer = imap.burst(commands)[0]
            found = fetched(answer.data.get("FETCH", [])).get(source.uid)
            if found is not None:
                state = flags(found.get(b"FLAGS"))
                before = state.answered if source.how == "reply" else state.forwarded
                return None if before else source
    return None


def unmark(imap: LemonadeClient, source: Source) -> None:
    """The answer or forward was taken back; no harm when the original is gone."""
    with contextlib.suppress(GatewayError):
        enter(imap, source.folder, source.uidvalidity)
        set_flags(imap, source.folder, [source.uid], remove=[MARKS[source.how]])


@dataclass(slots=True)
class Parcel:
    """What the worker submits: where the message is, for whom, and by which ticket."""

    email: str
    stored: Stored
    envelope: SmtpEnvelope
    head: bytes
    ticket: str


@dataclass(slots=True)
class Sent:
    """How it went; ``renewed`` is the new ticket when the old one was not accepted."""

    outcome: Outcome
    renewed: str
    octets_imap: int
    octets_submission: int


def submit(parcel: Parcel, may_renew: bool) -> Sent:
    """Hand the message over by its ticket, once with a new one if the first is not accepted.

    Without BURL or a ticket the octets themselves are sent. Raises Unreachable, SignInAgain, or
    NotFound when the message is no longer in Sent.
    """
    if not parcel.ticket:
        return _submit_octets(parcel)
    outcome, total = _by_ticket(parcel)
    if outcome is None:
        sent = _submit_octets(parcel)
        sent.octets_submission += total
        return sent
    if outcome.final.enhanced not in TICKET_TROUBLE or not may_renew:
        return Sent(outcome, "", 0, total)
    with connection(parcel.email) as imap:
        before = imap.octets
        enter(imap, parcel.stored.folder, parcel.stored.uidvalidity)
        if not octets_of(imap, parcel.stored):
            raise NotFound("The message is no longer in Sent.")
        parcel.ticket = new_ticket(imap, parcel.stored, bool(parcel.head))
        octets = imap.octets - before
    again, more = _by_ticket(parcel)
    return Sent(again or outcome, parcel.ticket, octets, total + more)


def _by_ticket(parcel: Parcel) -> tuple[Outcome | None, int]:
    """The outcome (None: the server takes no URLs), and the octets."""
    client = SmtpClient(submission_endpoint())
    try:
        client.sign_in(parcel.email, login_token(parcel.email))
        fits = client.takes_urls and (client.takes_chunks or not parcel.head)
        outcome = client.send_url(parcel.envelope, parcel.ticket, parcel.head) if fits else None
        return outcome, client.octets
    finally:
        client.close()


def _submit_octets(parcel: Parcel) -> Sent:
    """Fetch the message from Sent and send it on, a chunk at a time."""
    client = SmtpClient(submission_endpoint())
    try:
        client.sign_in(parcel.email, login_token(parcel.email))
        with connection(parcel.email) as imap:
            before = imap.octets
            outcome = client.send_octets(parcel.envelope, _blocks(imap, parcel))
            return Sent(outcome, "", imap.octets - before, client.octets)
    finally:
        client.close()


def _blocks(imap: LemonadeClient, parcel: Parcel) -> Iterator[bytes]:
    section = b""
    if parcel.head:
        yield parcel.head
        section = b"TEXT"
    where = parcel.stored
    for offset in itertools.count(0, CHUNK):
        data = piece(imap, where.folder, where.uidvalidity, where.uid, section, offset, CHUNK)
        yield data
        if len(data) < CHUNK:
            return


@contextlib.contextmanager
def connection(email: str) -> Iterator[LemonadeClient]:
    """A connection of the worker's own, for this one job."""
    imap = sign_in(email)
    try:
        yield imap
    finally:
        if imap.alive:
            with contextlib.suppress(GatewayError):
                imap.command(b"LOGOUT")
            imap.drop()
