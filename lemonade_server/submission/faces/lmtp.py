"""LMTP: a mail server beside us hands over mail that it has judged already (RFC 2033).

Its queue is the sender's: what can't be delivered is said in the reply, never reported by us.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from lemonade_server.delivery import trace
from lemonade_server.delivery.acceptance import Acceptance, Terms, accept
from lemonade_server.delivery.copies import Ready, likely_copies
from lemonade_server.delivery.trace import Arrival
from lemonade_server.store import queue
from lemonade_server.store.db import Tx
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire.smtp import MailCommand, RcptCommand

from .. import message as messages
from ..face import LMTP, Bounds, Verdict
from ..session import Session
from ..transaction import Transaction
from . import incoming

log = structlog.get_logger()

DAY = 86_400.0
"""A server beside us may keep its connections open for the next message."""

TERMS = Terms(answered=True, recorded=False, vouched=True)
"""The server beside us decides whom reports are sent to: it takes NOTIFY=SUCCESS, or does not."""


class LmtpFace:
    """Delivery with an answer for each recipient: 250 means that it is in the mailbox."""

    name = LMTP
    protocol = "LMTP"
    bounds = Bounds(idle=600.0, start=DAY, errors=20, recipients=2000)

    async def admit_sender(self, session: Session, mail: MailCommand) -> None:
        """Whoever wrote: our peer has accepted it."""

    async def admit_recipient(self, session: Session, recipient: RcptCommand) -> None:
        """Only our own, of which there is room. Raises Reply."""
        await incoming.admit(session, recipient)

    async def take(self, session: Session) -> list[Verdict]:
        """Deliver to all in one commit."""
        transaction = session.current
        transaction.source = LMTP
        arrival = messages.arrival_of(session)
        accepted = await session.service.db.write_prepared(
            lambda: _prepare(transaction, arrival),
            lambda tx, handover: _accept(tx, session, handover),
            messages.work(transaction),
        )
        log.info(
            "accepted",
            submission=accepted.submission,
            source=LMTP,
            delivered=accepted.delivered,
            queued=accepted.queued,
            failed=accepted.failed,
        )
        return [_verdict(legs) for legs in accepted.legs]


@dataclass(slots=True)
class _Handover:
    """A message with all that can be made of it before the transaction that takes it."""

    envelope: Envelope
    message: PreparedMessage
    added: bytes
    ready: Ready


def _prepare(transaction: Transaction, arrival: Arrival) -> _Handover:
    message = messages.without_forged(messages.prepare(transaction), arrival.host)
    envelope = messages.envelope_of(transaction, message, arrival)
    added = trace.added_fields(message.rendering.header, arrival)
    ready = likely_copies(envelope.sender, envelope.recipients, message, added)
    return _Handover(envelope, message, added, ready)


def _accept(tx: Tx, session: Session, given: _Handover) -> Acceptance:
    session.conn.must_wait()
    return accept(tx, given.envelope, given.message, given.added, TERMS, given.ready)


def _verdict(legs: list[Target]) -> Verdict:
    """The answer for one recipient: yes, when one of the addresses behind it got the message."""
    taken = [leg for leg in legs if leg.state != queue.FAILED]
    if any(leg.state == queue.DELIVERED for leg in taken):
        return Verdict(250, "2.1.5", "Delivered")
    if taken:
        return Verdict(250, "2.1.5", "On its way")
    failed = legs[0]
    return Verdict(552 if failed.status == "5.2.2" else 550, failed.status, failed.diagnostic)
