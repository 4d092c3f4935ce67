"""The message that tells somebody of another one (RFC 5436)."""

from __future__ import annotations

from gettext import NullTranslations

from lemonade_server.languages import catalogue
from lemonade_server.sieve.mail import table
from lemonade_server.sieve.mailto import Mailto, parse
from lemonade_server.sieve.outcome import Notify
from lemonade_server.store.db import Tx
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import text, thread_keys

from .. import automatic_messages
from ..reader_language import reader_language
from ..tls_requirement import header_field, tls_of_reply
from .local_message import LocalMessage
from .vacation import owner_of, sender_of

_IMPORTANCE = {"1": ("1 (Highest)", "High"), "2": ("", ""), "3": ("5 (Lowest)", "Low")}


def compose(
    tx: Tx, arriving: LocalMessage, header: bytes, action: Notify
) -> tuple[Envelope, bytes]:
    """Envelope and message. A message from <> makes one from <>: no loop of bounces (§2.7)."""
    uri = parse(action.method)
    owner = owner_of(tx, arriving.account)
    fields = table(header)
    language = reader_language(tx, uri.to[0] if uri.to else "", writer=arriving.account)
    words = catalogue(language)
    priority, importance = _IMPORTANCE[action.importance]
    lines = [
        ("Auto-Submitted", f'auto-notified; owner-email="{owner.email}"'),
        ("From", sender_of(tx, arriving.account, owner, action.sender)),
        ("To", ", ".join(uri.to)),
        ("Cc", ", ".join(uri.cc)),
        ("Subject", action.message or _subject(uri, fields, words)),
        ("References", " ".join(f"<{one}>" for one in _identifiers(fields))),
        ("X-Priority", priority),
        ("Importance", importance),
        ("Content-Language", "" if uri.body else language),
    ]
    taken = {name.lower() for name, _ in lines}
    for name, value in uri.fields:
        if name not in taken:
            taken.add(name)
            lines.append((name.title(), value))
    envelope = Envelope(
        account=None,
        sender=owner.email if arriving.envelope.sender else "",
        recipients=[Target(address, notify="NEVER") for address in [*uri.to, *uri.cc]],
        body="8BITMIME",
        source=automatic_messages.SOURCE,
        arrived_at=arriving.when,
        tls=tls_of_reply(arriving.envelope),
    )
    letter = automatic_messages.compose(
        arriving.when, lines, uri.body or _default_text(fields, words)
    )
    return envelope, header_field(envelope.tls) + letter


def _subject(uri: Mailto, fields: dict[str, list[bytes]], words: NullTranslations) -> str:
    if uri.subject is not None:
        return uri.subject
    return _first(fields, "subject") or words.pgettext("notification", "New message")


def _default_text(fields: dict[str, list[bytes]], words: NullTranslations) -> str:
    """What the notification says when its URI does not."""
    named = (
        (words.gettext("From"), "from"),
        (words.gettext("To"), "to"),
        (words.gettext("Subject"), "subject"),
        (words.gettext("Date"), "date"),
    )
    return "\n".join(f"{title}: {_first(fields, name)}" for title, name in named)


def _first(fields: dict[str, list[bytes]], name: str) -> str:
    return automatic_messages.line(text.decode_words(b" ".join(fields.get(name, [])[:1])))


def _identifiers(fields: dict[str, list[bytes]]) -> list[str]:
    return thread_keys.message_ids(b" ".join(fields.get("message-id", [])[:1]))[:1]
