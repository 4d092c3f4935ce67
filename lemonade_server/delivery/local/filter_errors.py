"""Telling the owner of a script that it failed: one message a day, in INBOX."""

from __future__ import annotations

from django.conf import settings

from lemonade_server.sieve.mail import table
from lemonade_server.store import ingest, mailboxes, messages, scripts
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import Refused
from lemonade_server.store.scripts import Active
from lemonade_server.wire import text

from .. import automatic_messages
from .local_message import LocalMessage
from .vacation import owner_of

LONGEST = 1000
BODY = """\
Your mail filter "{name}" could not be used on a message:

    {error}

The message was put where it goes without a filter:

    From: {sender}
    Subject: {subject}
    Date: {date}

Until the filter is changed this may happen again; you are told once a day.
"""


def note(tx: Tx, arriving: LocalMessage, script: Active, header: bytes, error: str) -> None:
    """Remember the error, and tell the owner unless that was done today."""
    error = automatic_messages.line(error)[:LONGEST]
    if not scripts.record_failure(tx, script.id, error, arriving.when):
        return
    fields = table(header)

    def first(name: str) -> str:
        return automatic_messages.line(text.decode_words(b" ".join(fields.get(name, [])[:1])))[:200]

    domain = settings.LEMONADE.domain
    letter = automatic_messages.compose(
        arriving.when,
        [
            ("From", f"Mail server <postmaster@{domain}>"),
            ("To", owner_of(tx, arriving.account).email),
            ("Subject", f'Your mail filter "{script.name}" failed'),
            ("Auto-Submitted", "auto-generated (sieve)"),
        ],
        BODY.format(
            name=script.name,
            error=error,
            sender=first("from"),
            subject=first("subject"),
            date=first("date"),
        ),
    )
    inbox = mailboxes.find(tx, arriving.account, "INBOX")
    if inbox is None:
        return
    content = ingest.commit(tx, ingest.prepare(letter))
    try:
        messages.append(tx, inbox.id, content, 0, [], arriving.when, 0)
    except Refused:
        return  # no room for it: the admin and the owner's list of scripts show the error
