"""Submission: mail of those who have an account here, to anybody (RFC 6409)."""

from __future__ import annotations

import structlog

from lemonade_server import urlauth
from lemonade_server.delivery import trace
from lemonade_server.delivery.acceptance import Acceptance, accept
from lemonade_server.delivery.local import precompilation
from lemonade_server.delivery.local.precompilation import Filter
from lemonade_server.delivery.route import route
from lemonade_server.delivery.trace import Arrival
from lemonade_server.directory import accounts
from lemonade_server.directory.accounts import Identity
from lemonade_server.directory.ownership import owns_address
from lemonade_server.store.db import Tx
from lemonade_server.store.header_edits import with_folded_header
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp import MailCommand, RcptCommand

from .. import author_check, sending_limit
from .. import message as messages
from ..face import SUBMISSION, Bounds, Verdict
from ..session import Session, goodbye_of_shutdown
from . import incoming

log = structlog.get_logger()


class SubmissionFace:
    """Who has logged in may send from the own addresses, to whom they like."""

    name = SUBMISSION
    protocol = "ESMTP"
    bounds = Bounds(idle=300.0, start=60.0, errors=20, recipients=1000)

    async def admit_sender(self, session: Session, mail: MailCommand) -> None:
        """The sender must own the reverse-path (S-17); <> is for reports."""
        identity = session.user
        valid, owned = await session.service.db.read(
            lambda tx: _may_send(tx, identity, mail.address)
        )
        if not valid:
            raise goodbye_of_shutdown()
        if not owned:
            raise Reply(553, "5.7.1", f"<{mail.address}> is not an address of {identity.email}")

    async def admit_recipient(self, session: Session, recipient: RcptCommand) -> None:
        """One of our own domains that nobody has is refused at once."""
        filters = await session.service.db.read(lambda tx: _judge(tx, recipient.address))
        await incoming.make_ready(session, filters)

    async def take(self, session: Session) -> list[Verdict]:
        """Sign for the message in one commit: local recipients have it, the rest is queued."""
        transaction, identity = session.current, session.user
        if transaction.nul and transaction.mail.body != "BINARYMIME":
            # RFC 6409 §8: what we send on must conform to RFC 5322, where NUL must not be
            # generated (§4), and neither 7bit nor 8bit data holds one (RFC 2045 §2.7, §2.8).
            raise Reply(554, "5.6.0", "The message holds NUL, which only BODY=BINARYMIME may")
        arrival = messages.arrival_of(session)
        accepted = await session.service.db.write_prepared(
            lambda: messages.without_forged(messages.prepare(transaction), arrival.host),
            lambda tx, message: _accept(tx, session, identity, arrival, message),
            messages.work(transaction),
        )
        log.info(
            "accepted",
            submission=accepted.submission,
            sender=identity.email,
            source=transaction.source,
            delivered=accepted.delivered,
            queued=accepted.queued,
            failed=accepted.failed,
        )
        return [Verdict(250, "2.6.0", f"Message {accepted.submission} accepted")]


def _may_send(tx: Tx, identity: Identity, address: str) -> tuple[bool, bool]:
    """Whether the login still holds, and whether the address is its own."""
    owned = not address or owns_address(tx, identity.id, address)
    return accounts.still_valid(tx, identity), owned


def _judge(tx: Tx, address: str) -> list[Filter]:
    """The filters to make ready. Raises Reply."""
    found = route(tx, address)
    if found.refused is not None:
        raise Reply(550, found.refused.status, found.refused.reason)
    return precompilation.find_large(tx, found.legs)


def _accept(
    tx: Tx, session: Session, identity: Identity, arrival: Arrival, message: PreparedMessage
) -> Acceptance:
    session.conn.must_wait()
    transaction = session.current
    header = message.rendering.header
    envelope = messages.envelope_of(transaction, message, arrival, identity.id)
    author = author_check.judge(tx, identity, transaction.mail.address, header)
    sending_limit.spend(tx, identity, len(transaction.recipients), arrival.when)
    for redeemed in transaction.redeemed:
        urlauth.count_use(tx, redeemed.ticket, redeemed.octets, identity.email)
    added = trace.added_fields(header, arrival) + author + trace.resent_fields(header, arrival)
    fit = with_folded_header(trace.without_private(message))
    return accept(tx, envelope, fit, added)
