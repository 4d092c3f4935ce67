"""Saving a draft: one for each form, in the place of its last version, and never over another's."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy

from webmail.mail import (
    MailSession,
    NotFound,
    ReplacedElsewhere,
    ServerSidePart,
    StoredMessage,
    Unreachable,
    base64_size,
)
from webmail.models import SavedForm
from webmail.outgoing.draft import Draft
from webmail.outgoing.keywords import DRAFT_FLAGS
from webmail.outgoing.plan import UnfinishedDraft, merge_pieces, plan

from . import saved_forms, uploads
from .draft_layout import DraftLayout, date_field, layout_of, new_boundary, splice

log = logging.getLogger(__name__)
ELSEWHERE = gettext_lazy("This draft is being changed in another window or device.")
RATE = 200_000  # octets a second that saving may take of the mail server, over a longer time
LONGEST_PAUSE = 600  # seconds
TRIES = 3  # while what is known of the last version turns out to be wrong
Read = Callable[[], Draft]


@dataclass(slots=True)
class SavedCopy:
    """Where a draft is now. ``beside``: its last version was not there any more, and this one is a
    message of its own. ``other``: what took that one's place, where somebody knows. ``missing``:
    names of parts that went with it.
    """

    stored: StoredMessage
    beside: bool = False
    other: StoredMessage | None = None
    missing: list[str] = field(default_factory=list)
    pause: int = 0  # seconds until the next one should come


def save_draft(session: MailSession, read: Read, row: SavedForm) -> SavedCopy:
    """Into Drafts, in place of the last version. ``read`` gives what is to be saved, with its parts
    where ``row`` says that they are.

    Raises BadDraft or Refused, or Unreachable: then nobody knows whether it was saved, and the next
    time finds out.
    """
    folder = row.folder or session.role_folder("drafts")
    row.folder = folder
    beside, other, missing = False, None, []
    carried = session.octets
    if row.pending is not None:
        before = row.uid
        other = _find_last(session, row)
        if before and not row.uid:
            beside, missing = True, _part_from(session, row, other)
    for _ in range(TRIES):
        draft = read()
        if beside:
            draft.replaces = None
        try:
            stored = _store(session, draft, row, folder)
            # Of a server that can't leave the attachments where they are that may be a lot. What
            # is new has to travel once.
            new = sum(base64_size(upload.size) for upload in draft.uploads)
            pause = min(max(0, session.octets - carried - new) // RATE, LONGEST_PAUSE)
            return SavedCopy(stored, beside, other, missing, pause)
        except ReplacedElsewhere:
            other = _find_last(session, row)
            if not row.uid:
                beside, missing = True, _part_from(session, row, other)
                log.info("the draft of form %s was changed elsewhere: both are kept", row.key)
    raise ReplacedElsewhere(ELSEWHERE)


def _store(session: MailSession, draft: Draft, row: SavedForm, folder: str) -> StoredMessage:
    before = saved_forms.layout_of(row)
    now = datetime.now().astimezone()
    when, boundary = date_field(now, before), new_boundary(draft.html or draft.text, before)
    unfinished = UnfinishedDraft(saved_forms.identity_of(row), boundary)
    shape = plan(draft, when, need_recipient=False, unfinished=unfinished)
    place = draft.replaces
    pieces = shape.pieces
    if place is not None and before is not None and session.splices:
        pieces = splice(shape, draft, before, place, boundary)
    after = layout_of(shape, draft, place or StoredMessage(folder, 0, 0), when, boundary)
    if before is None or not session.replaces or _parts(before) != _parts(after):
        saved_forms.note_begun(row, after)
    message = (merge_pieces(pieces), shape.message_id, DRAFT_FLAGS)
    try:
        if place is not None:
            stored = session.replace(place, *message)
        else:
            stored = session.append(folder, *message)
    except Unreachable:
        saved_forms.note_begun(row, after)
        raise
    saved_forms.note(row, stored, after.at(stored))
    uploads.drop(session.email, draft.uploads)
    return stored


def _parts(layout: DraftLayout) -> list[tuple[str, str, int]]:
    return [(part.section, part.name, part.size) for part in layout.parts]


def _find_last(session: MailSession, row: SavedForm) -> StoredMessage | None:
    """Find the last version that this form saved, if anybody knows of it, and note it; earlier ones
    that an interruption left are removed. The newest version of somebody else's.
    """
    identity = f"<{saved_forms.identity_of(row)}@"
    found = session.versions(row.folder, f"<{row.lineage}.")
    mine = [stored for stored, message_id in found if message_id.startswith(identity)]
    others = [stored for stored, message_id in found if not message_id.startswith(identity)]
    for stored in mine[:-1]:
        session.discard(stored)
    layout = saved_forms.layout_of(row)
    if not mine:
        saved_forms.note(row, None, layout)
    elif mine[-1] == saved_forms.place_of(row):
        saved_forms.note(row, mine[-1], layout)
    else:
        begun = DraftLayout.from_json(row.pending) if row.pending else layout
        saved_forms.note(row, mine[-1], begun.of_version(mine[-1]) if begun else None)
    return others[-1] if others else None


def _part_from(session: MailSession, row: SavedForm, other: StoredMessage | None) -> list[str]:
    """The form's draft is a message of its own from now on: its parts are taken from where they
    still are. Names of those that are nowhere.
    """
    layout = saved_forms.layout_of(row)
    if layout is None:
        return []
    elsewhere = _parts_of(session, other) if other else []
    found, missing = [], []
    for part in layout.parts:
        again = _find_part(session, part, elsewhere)
        if again is None:
            missing.append(part.name)
        else:
            again.alias = part.alias
            found.append(again)
    layout = layout.without_octets()
    layout.parts = found
    if layout.design is not None:
        layout.design = session.saved_draft(other).design if other else None
    saved_forms.note(row, None, layout)
    return missing


def _parts_of(session: MailSession, other: StoredMessage) -> list[ServerSidePart]:
    try:
        files = session.saved_draft(other).files
        start = f"{other.uidvalidity}.{other.uid}"
        tokens = [f"{start}.{x.section.replace('.', '_')}.{other.folder}" for x in files]
        return session.server_side_parts(tokens)
    except NotFound:
        return []


def _find_part(
    session: MailSession, part: ServerSidePart, elsewhere: list[ServerSidePart]
) -> ServerSidePart | None:
    """The same part in another message: the one that it came from, or another version."""
    for each in elsewhere:
        if (each.name, each.size) == (part.name, part.size):
            return each
    try:
        return session.server_side_parts([part.alias])[0]
    except NotFound:
        return None
