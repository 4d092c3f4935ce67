"""From the parts of a transaction to a message that only needs rows, and to its replies."""

from __future__ import annotations

import re
import time

from django.conf import settings

from lemonade_server.delivery import trace
from lemonade_server.delivery.tls_requirement import tls_of_arrival
from lemonade_server.delivery.trace import Arrival
from lemonade_server.screening import results
from lemonade_server.store import contents, ingest
from lemonade_server.store.contents import Piece
from lemonade_server.store.db import snapshot
from lemonade_server.store.header_edits import without_fields
from lemonade_server.store.ids import AccountId
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.new_blobs import NewBlob, new_blob
from lemonade_server.store.queue import Envelope
from lemonade_server.store.spool import Spool
from lemonade_server.wire import part_table
from lemonade_server.wire.errors import Reply

from .session import Session
from .transaction import Transaction

_BEYOND_SEVEN_BIT = re.compile(rb"8bit|binary", re.IGNORECASE)
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


async def finish(session: Session) -> None:
    """Let the face take the transaction's message and say what became of it.

    The transaction is over, whatever happens. Raises Reply, No.
    """
    try:
        verdicts = await session.face.take(session)
    finally:
        session.reset()
    session.errors = 0
    for verdict in verdicts:
        session.say(verdict.code, verdict.enhanced, verdict.text)


def arrival_of(session: Session) -> Arrival:
    """How the message came in, for its Received field."""
    return Arrival(
        host=settings.LEMONADE.hostname,
        helo=session.helo,
        peer=session.conn.peer,
        protocol=session.protocol,
        when=int(time.time()),
        priority=session.current.priority,
    )


def envelope_of(
    transaction: Transaction,
    message: PreparedMessage,
    arrival: Arrival,
    account: AccountId | None = None,
) -> Envelope:
    """The envelope under which the message goes on. ``account``: who submitted it."""
    return Envelope(
        account=account,
        sender=transaction.mail.address,
        recipients=transaction.recipients,
        envid=transaction.mail.envid,
        ret=transaction.mail.ret,
        body=_body(transaction, message),
        smtputf8=transaction.mail.smtputf8,
        source=transaction.source,
        arrived_at=arrival.when,
        release_at=transaction.release_at,
        hold=transaction.hold,
        by_at=transaction.by_at,
        by_mode=transaction.by_mode,
        priority=transaction.priority,
        tls=tls_of_arrival(
            transaction.tls_required, transaction.mail.address, message.rendering.header
        ),
    )


def prepare(transaction: Transaction) -> PreparedMessage:
    """The message, with an empty header in front if it has none: its text must stay its body.

    For a thread. Raises Reply for a message that goes round, StoreFull.
    """
    message = _as_given(transaction)
    header = message.rendering.header
    if header.lower().count(b"\nreceived:") >= MOST_HOPS:
        raise Reply(554, "5.4.6", "The message has been through too many servers")
    if trace.begins_with_header(header):
        return message
    rope = [b"\r\n", *map(_as_blob, transaction.parts)]
    with snapshot() as tx:
        return contents.prepare_rope(tx, rope)


def without_forged(message: PreparedMessage, host: str) -> PreparedMessage:
    """The message without Authentication-Results in our name, which only we may write: whoever
    brings them, a stranger, a server beside us or a user (RFC 8601 §5). Itself when it has none.
    """
    if not results.is_forged(message.rendering.header, host):
        return message
    return without_fields(message, (results.NAME,), lambda value: results.claims(value, host))


def work(transaction: Transaction) -> int:
    """About how many octets ``prepare`` works on."""
    return sum(map(_length, transaction.parts))


def _length(part: Piece | bytes | Spool) -> int:
    if isinstance(part, Piece):
        return part.length
    return len(part) if isinstance(part, bytes) else part.size


def _as_given(transaction: Transaction) -> PreparedMessage:
    """Everything that takes time is done before the writing transaction: large new parts are
    hashed and written, the structure is scanned, unless the message is a stored one as it is.
    """
    if transaction.whole is not None:
        with snapshot() as tx:
            return contents.prepare_stored(tx, transaction.whole)
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


def _body(transaction: Transaction, message: PreparedMessage) -> str:
    """What MAIL said, unless the message itself says more.

    A part that calls itself binary is believed (RFC 3030 §3 for BDAT; a BURL may bring such a part
    too), and 8-bit octets that came without BODY=8BITMIME are 8-bit octets all the same.
    """
    table = message.rendering.parts
    encodings: set[str] = set()
    if _BEYOND_SEVEN_BIT.search(table):  # few, and to read the table takes time
        encodings = {part.encoding.lower() for part in part_table.leaves(table)}
    if "binary" in encodings:
        return "BINARYMIME"
    if transaction.mail.body in ("", "7BIT") and (
        transaction.eight_bit or "8bit" in encodings or not message.rendering.header.isascii()
    ):
        return "8BITMIME"
    return transaction.mail.body or "7BIT"
