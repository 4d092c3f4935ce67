"""SMTP: mail from any host for the addresses of this server, and for nobody else (RFC 5321)."""

from __future__ import annotations

import structlog

from lemonade_server.delivery import trace
from lemonade_server.delivery.accept import Accepted, Terms, accept
from lemonade_server.delivery.trace import Arrival
from lemonade_server.store.db import Tx
from lemonade_server.store.ingest import Prepared
from lemonade_server.wire.smtp import Mail, Recipient

from .. import message as messages
from ..face import SMTP, Bounds, Verdict
from ..session import Session
from ..transaction import Transaction
from . import local

log = structlog.get_logger()

TERMS = Terms(recorded=False)


class Smtp:
    """Nobody logs in, nothing is relayed, and what comes is judged before it is accepted."""

    name = SMTP
    protocol = "ESMTP"
    bounds = Bounds(idle=300.0, start=3600.0, errors=10, recipients=200)

    async def admit_sender(self, session: Session, mail: Mail) -> None:
        """Whoever it is: it is judged with the message."""

    async def admit_recipient(self, session: Session, recipient: Recipient) -> None:
        """Only our own, of which there is room. Raises Reply."""
        await local.admit(session, recipient)

    async def take(self, session: Session) -> list[Verdict]:
        """Judge the message and accept it, or not."""
        transaction = session.current
        transaction.source = SMTP
        arrival = messages.arrival_of(session)
        accepted = await session.service.db.write_prepared(
            lambda: messages.prepare(transaction),
            lambda tx, message: _accept(tx, transaction, arrival, message),
        )
        log.info(
            "accepted",
            submission=accepted.submission,
            source=SMTP,
            peer=arrival.peer,
            delivered=accepted.delivered,
            queued=accepted.queued,
            failed=accepted.failed,
        )
        return [Verdict(250, "2.6.0", "Message accepted")]


def _accept(tx: Tx, transaction: Transaction, arrival: Arrival, message: Prepared) -> Accepted:
    envelope = messages.envelope_of(transaction, message, arrival)
    return accept(tx, envelope, message, trace.added(message.rendering.header, arrival), TERMS)
