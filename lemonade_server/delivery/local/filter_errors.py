"""Telling the owner of a script that it failed: one message a day, in INBOX."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_noop

from lemonade_server.languages import catalogue, first_spoken
from lemonade_server.sieve.mail import table
from lemonade_server.store import ingest, mailboxes, messages, scripts
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import Refused
from lemonade_server.store.scripts import Active
from lemonade_server.wire import text

from .. import automatic_messages
from ..reader_language import account_language
from .local_message import LocalMessage
from .vacation import owner_of

LONGEST = 1000
BODY = gettext_noop("""\
Your mail filter "%(name)s" could not be used on a message:

    %(error)s

The message was put where it goes without a filter:

    From: %(sender)s
    Subject: %(subject)s
    Date: %(date)s

Until the filter is changed this may happen again; you are told once a day.
""")


def note(tx: Tx, arriving: LocalMessage, script: Active, header: bytes, error: str) -> None:
    """Remember the error, and tell the owner unless that was done today."""
    error = automatic_messages.line(error)[:LONGEST]
    if not scripts.record_failure(tx, script.id, error, arriving.when):
        return
    fields = table(header)

    def first(name: str) -> str:
        return automatic_messages.line(text.decode_words(b" ".join(fields.get(name, [])[:1])))[:200]

    domain = settings.LEMONADE.domain
    language = first_spoken(account_language(tx, arriving.account))
    words = catalogue(language)
    said = {
        "name": script.name,
        "error": error,
        "sender": first("from"),
        "subject": first("subject"),
        "date": first("date"),
    }
    letter = automatic_messages.compose(
        arriving.when,
        [
            (
                "From",
                automatic_messages.mailbox(words.gettext("Mail server"), f"postmaster@{domain}"),
            ),
            ("To", owner_of(tx, arriving.account).email),
            ("Subject", words.gettext('Your mail filter "%(name)s" failed') % said),
            ("Auto-Submitted", "auto-generated (sieve)"),
            ("Content-Language", language),
        ],
        words.gettext(BODY) % said,
    )
    inbox = mailboxes.find(tx, arriving.account, "INBOX")
    if inbox is None:
        return
    content = ingest.commit(tx, ingest.prepare(letter))
    try:
        messages.append(tx, inbox.id, content, 0, [], arriving.when, 0)
    except Refused:
        return  # no room for it: the admin and the owner's list of scripts show the error
