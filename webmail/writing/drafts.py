"""Drafts that are kept for later and opened again."""

from __future__ import annotations

from datetime import datetime

from webmail.mail import (
    MailSession,
    NotFound,
    Refused,
    StoredMessage,
    mailbox_label,
    mailbox_labels,
    names_of_fields,
    offered_part,
    readable_words,
)
from webmail.outgoing.draft import Draft
from webmail.outgoing.keywords import DRAFT_FLAGS, GONE
from webmail.outgoing.plan import plan


def save_draft(session: MailSession, draft: Draft) -> StoredMessage:
    """Into Drafts, in place of the one it replaces. Raises BadDraft or Refused."""
    folder = session.role_folder("drafts")
    layout = plan(draft, datetime.now().astimezone(), need_recipient=False)
    stored = session.append(folder, layout.literals, layout.message_id, DRAFT_FLAGS)
    if draft.replaces is not None:
        session.discard(draft.replaces)
    return stored


def open_draft(session: MailSession, folder: str, uid: int, as_text: bool = False) -> Draft:
    """A saved draft to go on with; its files stay on the server as kept parts. Raises NotFound.

    So does a body that the form can't edit. ``as_text``: its words are edited, in a new draft that
    takes nobody's place.
    """
    saved = session.open_message(folder, uid, mark_seen=False)
    stored = StoredMessage(folder, saved.uidvalidity, uid)
    original = session.saved_draft(stored)
    if as_text:
        text = readable_words(saved)
        files = [part for part in saved.parts if part.attachment or part.is_picture]
    else:
        text, files = session.edited_text(stored, original.text), original.files
    return Draft(
        sender=mailbox_label(saved.sender),
        to=mailbox_labels(saved.to),
        cc=mailbox_labels(saved.cc),
        bcc=mailbox_labels(saved.bcc),
        subject=saved.subject,
        text=text.rstrip("\n") + "\n",
        kept=[offered_part(saved, part) for part in files],
        in_reply_to=saved.in_reply_to,
        references=saved.references,
        receipt=bool(saved.receipt_to),
        replaces=None if as_text else stored,
        original=stored,
        design=None if as_text else original.design,
        fields=original.fields,
        field_names=names_of_fields(original.fields),
    )


def restore_original(session: MailSession, draft: Draft, designed: bool) -> None:
    """Bring back what of a posted draft's original goes along. Raises Refused when it is gone and
    its body was to go along.
    """
    if draft.original is None:
        return
    try:
        original = session.saved_draft(draft.original)
    except NotFound:
        if designed:
            raise Refused(GONE) from None
        return
    draft.design = original.design if designed else None
    draft.fields, draft.field_names = original.fields, names_of_fields(original.fields)
