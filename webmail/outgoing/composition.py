"""A draft becomes a message in Sent with a ticket, ready to be submitted."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext

from webmail.html import plain_text_of, rich_text_of
from webmail.mail import (
    Design,
    Flag,
    MailError,
    MailSession,
    NotFound,
    StoredMessage,
    fields_for_others,
    text_before,
)
from webmail.transport.endpoint import ticket_seconds

from .draft import Draft, Source
from .keywords import SENT_FLAGS, claim, release
from .plan import Plan, plan
from .rich_plan import can_join

SOURCE_FLAGS = {"reply": Flag.ANSWERED, "forward": Flag.FORWARDED}


@dataclass(slots=True)
class ComposedMessage:
    """A message in Sent, ready to be submitted. ``ticket`` "" when the server signs no URLs.

    ``marked``: the message that this one answers or forwards, if it was marked so only now.
    """

    stored: StoredMessage
    plan: Plan
    ticket: str
    marked: Source | None


def compose(session: MailSession, draft: Draft) -> ComposedMessage:
    """Put the message into Sent, get a ticket, mark the original as answered or forwarded.

    Raises BadDraft, NotFound or Refused; then nothing was stored. Refused, too, when another
    device sends the same draft.
    """
    outgoing = _join_design(session, replace(draft, fields=fields_for_others(draft.fields)))
    layout = plan(outgoing, datetime.now().astimezone())
    if draft.replaces is not None:
        claim(session, draft.replaces)
    try:
        stored, signed = _store(session, layout, draft.sent_folder)
    except MailError:
        if draft.replaces is not None:
            release(session, draft.replaces)
        raise
    marked = _mark_source(session, draft.source)
    if draft.replaces is not None:
        session.discard(draft.replaces)
    return ComposedMessage(stored, layout, signed, marked)


def _join_design(session: MailSession, draft: Draft) -> Draft:
    """A draft whose words and whose design go out as one text, where that can be: programs show
    two of them as a text and a file.
    """
    if draft.design is None or not draft.text.strip():
        return draft
    body = session.rich_body_of(draft.design)
    html = draft.html or rich_text_of(draft.text)
    joined = replace(draft, joined=body, html=html, is_rich=True)
    if body is None or not can_join(joined):
        return draft
    if body.plain is None or text_before(draft.text, body.plain) is None:
        place = _place(draft.design)
        words = session.edited_text(place, body.plain or body.html)
        said = words if body.plain is not None else plain_text_of(words)
        joined.text = f"{draft.text.rstrip()}\n\n{said}"
        joined.joined = replace(body, plain=None)
    return joined


def _place(design: Design) -> StoredMessage:
    return StoredMessage(design.folder, design.uidvalidity, design.uid)


def _store(session: MailSession, layout: Plan, wanted: str) -> tuple[StoredMessage, str]:
    """Into Sent or the folder that is wanted, as being sent from its first moment; and the ticket
    for it.
    """
    sent = _sent_folder(session, wanted)
    stored = session.append(sent, layout.literals, layout.message_id, SENT_FLAGS)
    if not stored.uid:
        raise NotFound(gettext("The mail server did not say where it put the message."))
    try:
        return stored, new_ticket(session, stored, bool(layout.head))
    except MailError:
        with contextlib.suppress(MailError):
            session.discard(stored)
        raise


def _sent_folder(session: MailSession, wanted: str) -> str:
    """The folder that is wanted, while it is there; else Sent."""
    if wanted:
        with contextlib.suppress(NotFound):
            session.select(wanted)
            return wanted
    return session.role_folder("sent")


def new_ticket(session: MailSession, stored: StoredMessage, only_body: bool) -> str:
    """A fresh ticket for a message in Sent; for its body alone when the header goes separately."""
    if not session.signs_urls:
        return ""
    expire = int(time.time()) + ticket_seconds()
    return session.ticket(stored, expire, "TEXT" if only_body else "")


def _mark_source(session: MailSession, source: Source | None) -> Source | None:
    """Mark the message that was answered; itself, if it was not marked before.

    It may be gone by now: then there is nothing to mark.
    """
    if source is None:
        return None
    with contextlib.suppress(MailError):
        if session.mark_one(source.stored, SOURCE_FLAGS[source.how]):
            return source
    return None


def unmark_source(session: MailSession, source: Source) -> None:
    """The answer or forward was taken back; no harm when the original is gone."""
    flags = [SOURCE_FLAGS[source.how].value]
    with contextlib.suppress(MailError):
        session.set_flags(source.folder, [source.uid], remove=flags, uidvalidity=source.uidvalidity)
