"""MAIL and RCPT: who sends, and to whom (RFC 5321 §4.1.1.2-3, RFC 6409 §4-6)."""

from __future__ import annotations

from lemonade_server import accounts
from lemonade_server.accounts import Identity
from lemonade_server.delivery.route import Leg, route
from lemonade_server.store.db import Tx
from lemonade_server.store.queue import Target
from lemonade_server.wire import smtp
from lemonade_server.wire.errors import Reply

from ..registry import EXTENSIONS, command
from ..session import Goodbye, Session
from ..transaction import Transaction

MOST_RECIPIENTS = 1000


@command(b"MAIL")
async def mail(session: Session, args: bytes) -> None:
    """Begin a transaction. The sender must own the reverse-path (S-17); <> is for reports."""
    identity = session.user
    if not session.helo:
        raise Reply(503, "5.5.1", "EHLO first")
    if session.transaction is not None:
        raise Reply(503, "5.5.1", "A transaction is open: RSET first")
    given = smtp.mail(args)
    if given.smtputf8 and "SMTPUTF8" not in EXTENSIONS:
        raise Reply(555, "5.5.4", "SMTPUTF8 is not offered")
    _only_known(given.other)
    if given.size is not None and given.size > session.max_message:
        raise Reply(552, "5.3.4", f"The message is larger than {session.max_message} octets")
    valid, owned = await session.service.db.read(lambda tx: _may_send(tx, identity, given.address))
    if not valid:
        raise Goodbye(421, "4.7.0", "Your account has changed: log in again")
    if not owned:
        raise Reply(553, "5.7.1", f"<{given.address}> is not an address of {identity.email}")
    session.transaction = Transaction(given)
    session.say(250, "2.1.0", "Sender accepted")


def _only_known(other: dict[str, str]) -> None:
    """Raises Reply for a parameter of an extension that we do not have (RFC 5321 §4.1.1.11)."""
    for name in other:
        raise Reply(555, "5.5.4", f"{name} is not a known parameter")


def _may_send(tx: Tx, identity: Identity, address: str) -> tuple[bool, bool]:
    """Whether the login still holds, and whether the address is its own."""
    owned = not address or accounts.owns_address(tx, identity.id, address)
    return accounts.still_valid(tx, identity), owned


@command(b"RCPT")
async def rcpt(session: Session, args: bytes) -> None:
    """Add a recipient. One of our own domains that nobody has is refused at once."""
    transaction = session.current
    if transaction.way:
        raise Reply(503, "5.5.1", "The message has begun: RSET first")
    given = smtp.recipient(args, utf8=transaction.mail.smtputf8)
    _only_known(given.other)
    if len(transaction.recipients) >= MOST_RECIPIENTS:
        raise Reply(452, "4.5.3", "Too many recipients: send the rest separately")
    refused = await session.service.db.read(lambda tx: _refused(tx, given.address))
    if refused is not None:
        raise Reply(550, refused.status, refused.reason)
    transaction.recipients.append(Target(given.address, orcpt=given.orcpt, notify=given.notify))
    session.say(250, "2.1.5", "Recipient accepted")


def _refused(tx: Tx, address: str) -> Leg | None:
    return route(tx, address).refused
