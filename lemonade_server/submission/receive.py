"""From the parts of a message to the commit after which 250 may be said."""

from __future__ import annotations

import time

import structlog
from django.conf import settings

from lemonade_server import urlauth
from lemonade_server.accounts import Identity
from lemonade_server.delivery import trace
from lemonade_server.delivery.accept import Accepted, accept
from lemonade_server.delivery.trace import Arrival
from lemonade_server.store import contents, ingest
from lemonade_server.store.contents import Piece
from lemonade_server.store.db import Tx, snapshot
from lemonade_server.store.ingest import Prepared
from lemonade_server.store.new_blobs import NewBlob, new_blob
from lemonade_server.store.queue import Envelope
from lemonade_server.store.spool import Spool
from lemonade_server.wire import sections
from lemonade_server.wire.errors import Reply

from .session import Session
from .transaction import Transaction

log = structlog.get_logger()

MOST_HOPS = 100
"""Received fields after which a message is taken to be in a loop (RFC 5321 §6.3)."""


def check_size(session: Session, size: int) -> None:
    """Judge the octets of the message so far: by our limit and by the client's own word.

    Raises Reply (RFC 1870 §6.1, §6.3; RFC 4468 §3).
    """
    declared = session.current.mail.size
    limit = session.max_message
    if size > limit:
        raise Reply(552, "5.3.4", f"The message is larger than {limit} octets")
    if declared and size > declared:
        raise Reply(552, "5.3.4", "The message is larger than MAIL said it would be")


async def finish(session: Session) -> Accepted:
    """Store and accept the transaction's message; the transaction is over, whatever happens.

    Raises Reply, No.
    """
    transaction = session.current
    identity = session.user
    arrival = Arrival(
        host=settings.LEMONADE.hostname,
        helo=session.helo,
        peer=session.conn.peer,
        protocol=session.protocol,
        when=int(time.time()),
    )
    try:
        accepted = await session.service.db.write_prepared(
            lambda: _prepared(transaction),
            lambda tx, message: _accept(tx, transaction, identity, arrival, message),
        )
    finally:
        session.reset()
    log.info(
        "accepted",
        submission=accepted.submission,
        sender=identity.email,
        source=transaction.source,
        delivered=accepted.delivered,
        queued=accepted.queued,
        failed=accepted.failed,
    )
    return accepted


def _prepared(transaction: Transaction) -> Prepared:
    """The message, with an empty header in front if it has none: its text must stay its body."""
    message = _as_given(transaction)
    if trace.begins_with_header(message.rendering.header):
        return message
    rope = [b"\r\n", *map(_as_blob, transaction.parts)]
    with snapshot() as tx:
        return contents.prepare_rope(tx, rope)


def _as_given(transaction: Transaction) -> Prepared:
    """Everything that takes time is done before the writing transaction: large new parts are
    hashed and written, the structure is scanned, unless the message is a stored one as it is.
    """
    if transaction.whole is not None:
        with snapshot() as tx:
            return contents.prepared(tx, transaction.whole)
    match transaction.parts:
        case []:
            return ingest.prepare(b"")
        case [Spool() as spool]:
            return ingest.prepare(spool)
        case parts:
            rope = [_as_blob(part) for part in parts]
            with snapshot() as tx:
                return contents.prepare_rope(tx, rope)


def _as_blob(part: Piece | bytes | Spool) -> Piece | bytes | NewBlob:
    return new_blob(part.buffer()) if isinstance(part, Spool) else part


def _accept(
    tx: Tx,
    transaction: Transaction,
    identity: Identity,
    arrival: Arrival,
    message: Prepared,
) -> Accepted:
    header = message.rendering.header
    if header.lower().count(b"\nreceived:") >= MOST_HOPS:
        raise Reply(554, "5.4.6", "The message has been through too many servers")
    envelope = Envelope(
        account=identity.id,
        sender=transaction.mail.address,
        recipients=transaction.recipients,
        envid=transaction.mail.envid,
        ret=transaction.mail.ret,
        body=_body(transaction, message),
        smtputf8=transaction.mail.smtputf8,
        source=transaction.source,
        arrived_at=arrival.when,
    )
    for redeemed in transaction.redeemed:
        urlauth.count_use(tx, redeemed.ticket, redeemed.octets, identity.email)
    return accept(tx, envelope, trace.without_private(message), trace.added(header, arrival))


def _body(transaction: Transaction, message: Prepared) -> str:
    """What MAIL said, unless a part says of itself that it is binary: then that is believed
    (RFC 3030 §3 for BDAT; a BURL may bring such a part too).
    """
    leaves = sections.leaves(message.rendering.parts)
    if any(part.encoding.lower() == "binary" for part in leaves):
        return "BINARYMIME"
    return transaction.mail.body or "7BIT"
