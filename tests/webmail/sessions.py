"""One step of somebody's mail, in a session of its own as each page has one."""

from __future__ import annotations

import secrets

from django.contrib.auth import get_user_model

from webmail import mail
from webmail.mail import MailSession, PartStream, StoredMessage
from webmail.models import Outbox
from webmail.outgoing import outbox
from webmail.outgoing.draft import Draft
from webmail.writing import saved_forms
from webmail.writing.drafts import save_draft


def send(email: str, draft: Draft) -> Outbox:
    """Press Send."""
    with mail.session(email) as session:
        return outbox.send(session, draft)


def save(session: MailSession, draft: Draft) -> StoredMessage:
    """Press Save in a form of its own."""
    account = get_user_model().objects.get(email=session.email)
    row = saved_forms.begin(account, secrets.token_urlsafe(9), draft.lineage)
    return save_draft(session, lambda: draft, row).stored


def part_stream(email: str, folder: str, uid: int, section: str) -> PartStream:
    """A part to save."""
    with mail.session(email) as session:
        return session.part(folder, uid, section)


def source_stream(email: str, folder: str, uid: int) -> PartStream:
    """A whole message to save."""
    with mail.session(email) as session:
        return session.source(folder, uid)
