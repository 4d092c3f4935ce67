"""MAIL and RCPT: who sends, and to whom (RFC 5321 §4.1.1.2-3, RFC 6409 §4-6)."""

from __future__ import annotations

from lemonade_server.store.queue import Target
from lemonade_server.wire import smtp
from lemonade_server.wire.errors import Reply

from ..registry import PARAMETERS, command
from ..session import Session
from ..transaction import Transaction

NEEDS = ("session_commands",)


@command(b"MAIL")
async def mail(session: Session, args: bytes) -> None:
    """Begin a transaction, if the face takes mail from this sender."""
    session.require_login()
    if not session.helo:
        raise Reply(503, "5.5.1", "EHLO first")
    if session.transaction is not None:
        raise Reply(503, "5.5.1", "A transaction is open: RSET first")
    given = smtp.mail(args)
    if given.size is not None and given.size > session.max_message:
        raise Reply(552, "5.3.4", f"The message is larger than {session.max_message} octets")
    await session.face.admit_sender(session, given)
    transaction = Transaction(given)
    await _set_parameters(session, transaction)
    session.transaction = transaction
    session.say(250, "2.1.0", "Sender accepted")


async def _set_parameters(session: Session, transaction: Transaction) -> None:
    """Those of the extensions of this face. Raises Reply."""
    for name, value in transaction.mail.other.items():
        row = PARAMETERS.get(name)
        if row is None or session.face.name not in row.on:
            raise Reply(555, "5.5.4", f"{name} is not a known parameter")
        await row.setter(session, transaction, value)
    if transaction.by_at is not None and transaction.by_at <= transaction.release_at:
        # RFC 4865 §5.2.2
        raise Reply(501, "5.5.4", "The message would be released when it is late already")


def _only_known(other: dict[str, str]) -> None:
    """Raises Reply for a parameter of RCPT that we do not have (RFC 5321 §4.1.1.11)."""
    for name in other:
        raise Reply(555, "5.5.4", f"{name} is not a known parameter")


@command(b"RCPT")
async def rcpt(session: Session, args: bytes) -> None:
    """Add a recipient, if the face takes mail for it."""
    transaction = session.current
    if transaction.way:
        raise Reply(503, "5.5.1", "The message has begun: RSET first")
    given = smtp.recipient(args, utf8=transaction.mail.smtputf8)
    _only_known(given.other)
    if len(transaction.recipients) >= session.face.bounds.recipients:
        raise Reply(452, "4.5.3", "Too many recipients: send the rest separately")
    await session.face.admit_recipient(session, given)
    transaction.recipients.append(Target(given.address, orcpt=given.orcpt, notify=given.notify))
    session.say(250, "2.1.5", "Recipient accepted")
