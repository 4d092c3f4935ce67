"""Answering that the owner is away: once, to people who wrote to the owner (RFC 5230, RFC 3834)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lemonade_server.directory.ownership import owns_address
from lemonade_server.languages import catalogue
from lemonade_server.sieve import address as addresses
from lemonade_server.sieve.courtesy import addressees, may_answer
from lemonade_server.sieve.mail import table
from lemonade_server.sieve.outcome import Vacation
from lemonade_server.store import ingest, scripts
from lemonade_server.store.db import Tx, transaction
from lemonade_server.store.ids import AccountId
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.store.sql import accounts as sql
from lemonade_server.wire import text, thread_keys
from lemonade_server.wire.errors import Reply

from .. import automatic_messages, trace
from ..reader_language import reader_language
from ..tls_requirement import header_field, tls_of_reply
from .local_message import LocalMessage

MOST_REFERENCES = 20


@dataclass(slots=True)
class Owner:
    """Whose script it is."""

    email: str
    name: str

    @property
    def mailbox(self) -> str:
        """As a From field names it."""
        return automatic_messages.mailbox(self.name, self.email)


def owner_of(tx: Tx, account: AccountId) -> Owner:
    """The account's address and display name. Raises LookupError."""
    found = tx.row(sql.OWNER, (account,))
    if found is None:
        raise LookupError(f"account {account} is gone")
    return Owner(*found)


def sender_of(tx: Tx, account: AccountId, owner: Owner, wanted: str) -> str:
    """The From field that a script asks for, if the address is its owner's; else the owner."""
    try:
        name, address = addresses.split(automatic_messages.line(wanted))
    except ValueError:
        return owner.mailbox
    return (
        automatic_messages.mailbox(name, address)
        if owns_address(tx, account, address)
        else owner.mailbox
    )


def answer(tx: Tx, arriving: LocalMessage, header: bytes, action: Vacation) -> bytes:
    """Answer the sender, if it is somebody who expects it and was not told lately.

    The answer; empty when none is sent.
    """
    fields = table(header)
    sender = arriving.envelope.sender
    owner = owner_of(tx, arriving.account)
    if arriving.junk or not may_answer(sender, fields):
        return b""
    if owns_address(tx, arriving.account, sender):
        return b""
    if not _is_for(tx, arriving, owner, header, action):
        return b""
    whom = hashlib.sha256(f"{action.handle}\0{sender.lower()}".encode()).digest()
    if scripts.is_answered(tx, arriving.account, whom, arriving.when):
        return b""
    until = arriving.when + action.period
    scripts.record_answer(tx, arriving.account, whom, arriving.when, until)
    letter = _automatic_reply(tx, arriving, owner, fields, action)
    envelope = Envelope(
        account=None,
        sender="",
        recipients=[Target(sender, notify="NEVER")],
        body="8BITMIME",
        smtputf8=not sender.isascii(),
        source=automatic_messages.SOURCE,
        arrived_at=arriving.when,
        tls=tls_of_reply(arriving.envelope),
    )
    letter = header_field(envelope.tls) + letter
    try:
        with transaction() as inner:
            arriving.send(inner, envelope, ingest.prepare(letter), b"")
    except Reply:
        return b""  # nobody is there to hear it
    return letter


def _is_for(tx: Tx, arriving: LocalMessage, owner: Owner, header: bytes, action: Vacation) -> bool:
    """Whether the owner is among those whom the message names (RFC 5230 §4.5)."""
    named = addressees(header)
    known = {owner.email, arriving.recipient.lower(), *(one.lower() for one in action.addresses)}
    if known & set(named):
        return True
    return any(owns_address(tx, arriving.account, one) for one in named)


def _automatic_reply(
    tx: Tx, arriving: LocalMessage, owner: Owner, fields: dict[str, list[bytes]], action: Vacation
) -> bytes:
    subject = text.decode_words(b" ".join(fields.get("subject", [])[:1]))
    ids = thread_keys.message_ids(b" ".join(fields.get("message-id", [])[:1]))[:1]
    known = thread_keys.message_ids(b" ".join(fields.get("references", [])))[-MOST_REFERENCES:]
    header = trace.header_of(tx, arriving.content)
    language = reader_language(tx, arriving.envelope.sender, writer=arriving.account, header=header)
    automated = catalogue(language).gettext("Automated reply")
    lines = [
        ("From", sender_of(tx, arriving.account, owner, action.sender)),
        ("To", arriving.envelope.sender),
        ("Subject", action.subject or (f"Auto: {subject}" if subject else automated)),
        ("In-Reply-To", " ".join(f"<{one}>" for one in ids)),
        ("References", " ".join(f"<{one}>" for one in [*known, *ids])),
        ("Auto-Submitted", "auto-replied (vacation)"),
        ("X-Auto-Response-Suppress", "All"),
    ]
    write = automatic_messages.compose_entity if action.mime else automatic_messages.compose
    return write(arriving.when, lines, action.reason)
