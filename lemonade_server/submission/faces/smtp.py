"""SMTP: mail from any host for the addresses of this server, and for nobody else (RFC 5321)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import structlog
from django.conf import settings

from lemonade_server.delivery import trace
from lemonade_server.delivery.acceptance import Acceptance, Terms, accept
from lemonade_server.delivery.trace import Arrival
from lemonade_server.screening import authentication, results, rspamd
from lemonade_server.store.db import Tx
from lemonade_server.store.header_edits import without_fields
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.spool import Spool
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp import MailCommand, RcptCommand

from .. import greylist
from .. import message as messages
from ..face import SMTP, Bounds, Verdict
from ..session import Session
from ..transaction import Transaction
from . import incoming

log = structlog.get_logger()


class SmtpFace:
    """Nobody logs in, nothing is relayed, and what comes is judged before it is accepted."""

    name = SMTP
    protocol = "ESMTP"
    bounds = Bounds(idle=300.0, start=3600.0, errors=20, recipients=200, strict=True)

    async def admit_sender(self, session: Session, mail: MailCommand) -> None:
        """Whoever it is: it is judged with the message."""

    async def admit_recipient(self, session: Session, recipient: RcptCommand) -> None:
        """Only our own, of which there is room, and from whoever is known here. Raises Reply."""
        await incoming.admit(session, recipient)
        await greylist.judge(session, recipient)

    async def take(self, session: Session) -> list[Verdict]:
        """Judge the message and accept it, or not."""
        transaction = session.current
        transaction.source = SMTP
        arrival = messages.arrival_of(session)
        message = await session.service.db.run(lambda: messages.prepare(transaction))
        judged = await _judge(transaction, message, arrival)
        await _filter(transaction, judged, arrival)
        accepted = await session.service.db.write(lambda tx: _accept(tx, session, arrival, judged))
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


@dataclass(slots=True)
class _Judgement:
    """A message with what was found out about it. ``results`` are header fields, or nothing."""

    message: PreparedMessage
    results: bytes = b""
    junk: bool = False
    vouched: bool = False


async def _judge(
    transaction: Transaction, message: PreparedMessage, arrival: Arrival
) -> _Judgement:
    """Check who it is really from, off the event loop. Raises Reply where its author's domain
    wants that and we are set to follow (RFC 7489 §6.7).
    """
    header, mode = message.rendering.header, settings.LEMONADE.dmarc
    message = messages.without_forged(message, arrival.host)
    if mode == "off":
        return _Judgement(message)
    sender = transaction.mail.address
    found = await asyncio.to_thread(
        authentication.examine,
        arrival.peer,
        arrival.helo,
        sender,
        header,
        message.rendering.size,
        lambda: _octets(transaction),
    )
    told = results.field(arrival.host, found, sender, arrival.helo)
    is_false = found.dmarc == "fail" and mode == "enforce"
    if is_false and found.policy == "reject":
        raise Reply(550, "5.7.1", f"Not from {found.author}, as its DMARC policy says (reject)")
    is_junk = is_false and found.policy == "quarantine"
    return _Judgement(message, told, is_junk, found.vouch_for(sender))


def _octets(transaction: Transaction) -> bytes:
    """The message as it came."""
    return b"".join(part.buffer()[:] for part in transaction.parts if isinstance(part, Spool))


async def _filter(transaction: Transaction, judged: _Judgement, arrival: Arrival) -> None:
    """Let rspamd judge it, where there is one. Raises Reply."""
    url = settings.LEMONADE.rspamd_url
    if not url:
        return
    judged.message = without_fields(judged.message, (rspamd.FIELD,))  # only we may write it
    recipients = [target.address for target in transaction.recipients]
    envelope = rspamd.ScreenedEnvelope(
        arrival.peer, arrival.helo, transaction.mail.address, recipients
    )
    parts = [part.buffer() for part in transaction.parts if isinstance(part, Spool)]
    opinion = await rspamd.ask(url, envelope, parts)
    if opinion is None:
        return
    if opinion.action == rspamd.REJECT:
        raise Reply(550, "5.7.1", opinion.text or "The message is taken for spam")
    if opinion.action == rspamd.LATER:
        raise Reply(451, "4.7.1", opinion.text or "Not now: send it again later")
    judged.results += opinion.field()
    judged.junk = judged.junk or opinion.action == rspamd.JUNK


def _accept(tx: Tx, session: Session, arrival: Arrival, judged: _Judgement) -> Acceptance:
    session.conn.must_wait()
    transaction = session.current
    envelope = messages.envelope_of(transaction, judged.message, arrival)
    added = judged.results + trace.added_fields(judged.message.rendering.header, arrival)
    terms = Terms(recorded=False, junk=judged.junk, vouched=judged.vouched)
    return accept(tx, envelope, judged.message, added, terms)
