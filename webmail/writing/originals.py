"""Saved drafts that are opened again, and what a form goes on to take from them."""

from __future__ import annotations

import re

from webmail.html import can_be_edited, clean_rich_text, pictures_of, plain_text_of
from webmail.mail import (
    Address,
    Design,
    MailSession,
    MessagePart,
    NotFound,
    OpenedMessage,
    Refused,
    SavedDraft,
    ServerSidePart,
    StoredMessage,
    content_id,
    mailbox_label,
    mailbox_labels,
    names_of_fields,
    offered_part,
    readable_words,
)
from webmail.models import SavedForm
from webmail.outgoing.draft import Draft, Source
from webmail.outgoing.keywords import GONE

from . import saved_forms
from .saved_forms import lineage_of

_SENT = re.compile(r"<[0-9a-f]{32}@")


def open_draft(session: MailSession, folder: str, uid: int, as_text: bool = False) -> Draft:
    """A saved draft to go on with; its files stay on the server as kept parts. Raises NotFound.

    So does a body that the form can't edit. ``as_text``: its words are edited, in a new draft that
    takes nobody's place.
    """
    saved = session.open_message(folder, uid, mark_seen=False)
    stored = StoredMessage(folder, saved.uidvalidity, uid)
    original = session.saved_draft(stored)
    html, pictures = "", []
    if as_text:
        text = readable_words(saved)
        files = [part for part in saved.parts if part.attachment or part.is_picture]
    elif html := _editable_html(session, stored, original, _is_ours(saved)):
        text, files, original.design = plain_text_of(html), original.rich_files, None
        pictures = original.rich.pictures if original.rich else []
    else:
        text, files = session.edited_text(stored, original.text), original.files
        if original.text is not None and original.text.type == "text/html":
            html = clean_rich_text(text)
            text = plain_text_of(html)
    return Draft(
        sender=mailbox_label(saved.sender),
        to=_recipients_as_left(saved.to, original.unfinished.get("to", "")),
        cc=_recipients_as_left(saved.cc, original.unfinished.get("cc", "")),
        bcc=_recipients_as_left(saved.bcc, original.unfinished.get("bcc", "")),
        subject=saved.subject,
        text=text.rstrip("\n") + "\n",
        html=html,
        is_rich=bool(html),
        kept=[
            *(offered_part(saved, part) for part in files),
            *(offered_picture(saved, part) for part in pictures),
        ],
        in_reply_to=saved.in_reply_to,
        references=saved.references,
        receipt=bool(saved.receipt_to),
        replaces=None if as_text else stored,
        original=stored,
        design=None if as_text else original.design,
        fields=original.fields,
        field_names=names_of_fields(original.fields),
        lineage="" if as_text else lineage_of(saved.message_id),
    )


def _is_ours(saved: OpenedMessage) -> bool:
    """Whether it was written here: a draft, or a message that was taken back."""
    return bool(lineage_of(saved.message_id) or _SENT.match(saved.message_id))


def _editable_html(
    session: MailSession, stored: StoredMessage, original: SavedDraft, is_ours: bool
) -> str:
    """The HTML of a draft, if the editor keeps all of it; else "". Another program's with pictures
    stays as it is.
    """
    if original.rich is None or (original.rich.pictures and not is_ours):
        return ""
    html = session.edited_text(stored, original.rich.html)
    clean = clean_rich_text(html) if can_be_edited(html) else ""
    there = {part.cid for part in original.rich.pictures}
    return clean if {content_id(cid) for cid in pictures_of(clean)} <= there else ""


def offered_picture(message: OpenedMessage, part: MessagePart) -> ServerSidePart:
    """A picture of an open message that stands in what is written."""
    picture = offered_part(message, part)
    picture.inline = True
    return picture


def note_form(draft: Draft, row: SavedForm | None) -> None:
    """What is known, beside the message itself, of the form that a saved draft is of."""
    layout = saved_forms.layout_of(row)
    if row is None or layout is None:
        return
    draft.source = draft.source or Source.parse(row.source)
    for part in draft.kept:
        known = layout.find(part.token)
        part.chosen = known is None or not known.unticked


def _recipients_as_left(addresses: list[Address], unfinished: str) -> str:
    """A field of recipients as it was left, with what is no address yet at its end."""
    return ", ".join(filter(None, (mailbox_labels(addresses), unfinished)))


def restore_original(session: MailSession, draft: Draft, designed: bool) -> None:
    """Bring back what of a posted draft's original goes along. Raises Refused when it is gone and
    its body was to go along.
    """
    if draft.original is None:
        if designed:
            draft.design = forwarded_design(session, draft)
        return
    try:
        original = session.saved_draft(draft.original)
    except NotFound:
        if designed:
            raise Refused(GONE) from None
        return
    draft.design = original.design if designed else None
    draft.fields, draft.field_names = original.fields, names_of_fields(original.fields)


def forwarded_design(session: MailSession, draft: Draft) -> Design | None:
    """The body of the message that a draft forwards. Raises Refused when it is gone."""
    if draft.source is None or draft.source.how != "forward":
        return None
    try:
        return session.forwarded_design(draft.source.stored)
    except NotFound:
        raise Refused(GONE) from None
