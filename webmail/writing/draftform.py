"""Between the compose form and a ``Draft``: nothing is trusted, nothing is judged twice."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO, cast

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext

from webmail.html import clean_rich_text, pictures_of, plain_text_of
from webmail.mail import (
    Address,
    BadDraft,
    MailSession,
    NotFound,
    ServerSidePart,
    StoredMessage,
    Upload,
    content_id,
    mailbox_label,
    names_of_fields,
    number,
    parse_one,
    uploaded_name,
)
from webmail.models import SavedForm
from webmail.outgoing.draft import Draft, Source
from webmail.people.identity import Identities

from . import saved_forms, uploads
from .draft_layout import FILE, UPLOAD, DraftLayout, is_own
from .originals import forwarded_design, restore_original

LONGEST_HOLD = timedelta(days=365)
MOST_PARTS = 200
MOST_FILES = 100
SAVING = ("save", "pick")
"""Buttons that save the form; the second goes on to choose from one's mail."""
LATER = "later."
"""How the value of a button begins that sends the form at a time."""
PICTURE_TYPES = ("image/png", "image/jpeg", "image/gif", "image/webp")
PICTURE_DOMAIN = "@pictures.lemonade"  # of Content-IDs, as the page's script makes them
_PICTURE = re.compile(r"([0-9a-f]{16})~([\w.-]{1,100})\Z")


def chosen_sender(own: Identities, draft: Draft) -> Address | None:
    """The own address that stands in a draft's From; None for somebody else's."""
    with contextlib.suppress(BadDraft):
        return own.find(parse_one("sender", draft.sender).address)
    return None


def checked_sender(own: Identities, draft: Draft) -> Address:
    """The same, with its name in the draft. Raises BadDraft for somebody else's, which the mail
    server would refuse (RFC 6409 §6.1).
    """
    found = chosen_sender(own, draft)
    if found is None:
        raise BadDraft(
            "sender",
            gettext("From: “%(text)s” is not an address of yours.") % {"text": draft.sender[:80]},
        )
    draft.sender = mailbox_label(found)
    return found


def read_draft(
    session: MailSession,
    own: Identities,
    post: QueryDict,
    files: Sequence[UploadedFile] = (),
    row: SavedForm | None = None,
    is_typing: bool = False,
    pictures: Sequence[UploadedFile] = (),
) -> Draft:
    """The posted form, not judged yet. ``row``: of what was saved of it, which then knows better
    than the form where that is. ``is_typing``: what is unticked stays where the draft alone has it.

    Raises Refused when a body that should go along is not there any more.
    """
    layout = saved_forms.layout_of(row)
    place = saved_forms.place_of(row) or parse_replaces(post.get("replaces", ""))
    text, html = read_text(post)
    draft = Draft(
        sender=post.get("sender", "") or mailbox_label(own.preferred),
        to=post.get("to", ""),
        cc=post.get("cc", ""),
        bcc=post.get("bcc", ""),
        subject=post.get("subject", ""),
        text=text,
        html=html,
        is_rich=bool(html),
        kept=[
            *chosen_parts(session, post, layout, is_typing),
            *pictures_in(session, post, layout, html, is_typing),
        ],
        uploads=[
            *new_uploads(session, post, layout),
            *(upload(file) for file in files[:MOST_FILES] if file),
            *uploaded_pictures(pictures, layout, html),
        ],
        source=Source.parse(post.get("source", "")),
        in_reply_to=post.get("in_reply_to", ""),
        references=post.get("references", ""),
        replaces=place,
        later=later_of(post),
        receipt="receipt" in post,
        tell="tell" in post,
        original=parse_replaces(post.get("original", "")),
    )
    designed = "designed" in post and post.get("whole") != "1"
    if layout is None:
        restore_original(session, draft, designed)
    else:
        if designed:
            draft.design = layout.design or forwarded_design(session, draft)
        draft.fields, draft.field_names = layout.fields, names_of_fields(layout.fields)
    return draft


def later_of(post: QueryDict) -> str:
    """When to send it, as typed, or as the button that was pressed says."""
    pressed = post.get("do", "")
    later = pressed.removeprefix(LATER) if pressed.startswith(LATER) else post.get("later", "")
    return later[:30].strip()


def read_text(post: QueryDict) -> tuple[str, str]:
    """What was written, as plain text, and as HTML where it is that; else "".

    The editor posts HTML alone (``rich``). Without a script the form shows its words: as long as
    nobody changed them the HTML that they are of stays.
    """
    text = post.get("text", "")
    html = clean_rich_text(post.get("html", ""))
    words = plain_text_of(html) if html else ""
    if "rich" in post:
        return words, html
    return (words, html) if html and words.split() == text.split() else (text, "")


def chosen_parts(
    session: MailSession, post: QueryDict, layout: DraftLayout | None, is_typing: bool
) -> list[ServerSidePart]:
    """Everything that was offered, with what is chosen of it.

    What the saved draft has is known. While somebody is typing nothing else is looked up than what
    goes along, and what only the draft has stays in it.
    """
    chosen = chosen_tokens(post)
    tokens = [*filter(None, [post.get("whole_token")]), *post.getlist("offered")[:MOST_PARTS]]
    known = {token: part for token in tokens if layout and (part := layout.find(token))}
    place = post.get("replaces", "").split(".", 2)

    def must_ask(token: str) -> bool:
        start, uid, *_, home = token.split(".", 3)
        return not is_typing or token in chosen or [start, uid, home] == place

    asked = [
        each for each in tokens if each not in known and each.count(".") > 2 and must_ask(each)
    ]
    looked_up = {part.token: part for part in still_there(session, asked)}
    out = [part for token in tokens if (part := known.get(token) or looked_up.get(token))]
    for part in out:
        part.unticked = part.offered_as not in chosen
        part.chosen = not part.unticked or (is_typing and is_own(part))
    if layout and is_typing:
        out += layout.others([*tokens, *post.getlist("picture")])
    return out


def pictures_in(
    session: MailSession, post: QueryDict, layout: DraftLayout | None, html: str, is_typing: bool
) -> list[ServerSidePart]:
    """The pictures that stand in the text. While somebody is typing, those that only the draft has
    stay in it: Undo brings them back.
    """
    shown = {content_id(cid) for cid in pictures_of(html)}
    tokens = post.getlist("picture")[:MOST_PARTS]
    known = {token: part for token in tokens if layout and (part := layout.find(token))}
    asked = [token for token in tokens if token not in known and token.count(".") > 2]
    looked_up = {part.token: part for part in still_there(session, asked)} if shown else {}
    found = [part for token in tokens if (part := known.get(token) or looked_up.get(token))]
    for part in found:
        part.inline = True
        part.unticked = part.content_id not in shown
        part.chosen = not part.unticked or (is_typing and is_own(part))
    return found


def uploaded_pictures(
    files: Sequence[UploadedFile], layout: DraftLayout | None, html: str
) -> list[Upload]:
    """The pictures in the text that came with the form, but for those that the draft has."""
    shown = {content_id(cid) for cid in pictures_of(html)}
    found = []
    for file in files[:MOST_FILES]:
        match = _PICTURE.match(file.name or "")
        if match is None or file.content_type not in PICTURE_TYPES:
            continue
        picture = upload(file)
        picture.name, picture.content_id = match[2], f"{match[1]}{PICTURE_DOMAIN}"
        is_known = layout is not None and layout.find(f"{FILE}{match[1]}") is not None
        if picture.content_id in shown and not is_known:
            found.append(picture)
    return found


def chosen_tokens(post: QueryDict) -> set[str]:
    """Of what is ticked; of the whole message, when that goes along, and of other messages."""
    kept = set(post.getlist("kept"))
    whole = post.get("whole_token", "")
    if post.get("whole") != "1":
        return kept
    return {whole, *(token for token in kept if message_of(token) != message_of(whole))}


def new_uploads(session: MailSession, post: QueryDict, layout: DraftLayout | None) -> list[Upload]:
    """What came before the form, is whole, and is not in its draft yet."""
    tokens = (token for token in chosen_tokens(post) if token.startswith(UPLOAD))
    new = [token for token in tokens if layout is None or layout.find(token) is None]
    return uploads.whole_uploads(session.email, new[:MOST_FILES]) if new else []


def message_of(token: str) -> tuple[str, ...]:
    """The message that a token names something of."""
    validity, _, rest = token.partition(".")
    uid, _, rest = rest.partition(".")
    return validity, uid, rest.partition(".")[2]


def still_there(session: MailSession, tokens: Sequence[str]) -> list[ServerSidePart]:
    """What can still go along of it."""
    try:
        return session.server_side_parts(tokens)
    except NotFound:
        out = []
        for token in tokens:
            with contextlib.suppress(NotFound):
                out += session.server_side_parts([token])
        return out


def check_whole(post: QueryDict, draft: Draft, names: Sequence[str]) -> None:
    """All that should go along does. ``names``: of the files that came. Raises BadDraft."""
    there = {*(part.offered_as for part in draft.kept), *(one.alias for one in draft.uploads)}
    gone = chosen_tokens(post) - there
    if gone:
        raise BadDraft(
            "",
            gettext(
                "Something that should go along is not there any more. What is left is ticked."
            ),
        )
    there = {part.content_id for part in draft.kept if part.inline}
    there |= {content_id(upload.content_id) for upload in draft.uploads if upload.content_id}
    if {content_id(cid) for cid in pictures_of(draft.html)} - there:
        raise BadDraft("", gettext("A picture in the text is not there any more: take it out."))
    missing = [name for name in post.getlist("missing") if name not in names]
    if missing and post.get("do") not in SAVING:
        listed = ", ".join(missing[:10])
        raise BadDraft(
            "files",
            gettext(
                "Not attached yet: %(listed)s. Attach it again, or untick it to send without it."
            )
            % {"listed": listed},
        )


def upload(file: UploadedFile) -> Upload:
    """A file of the form, read from its start whenever it is opened."""

    def opened() -> BinaryIO:
        file.open()
        return cast(BinaryIO, file.file)

    return Upload(
        name=uploaded_name(file.name or ""),
        type=file.content_type or "application/octet-stream",
        size=file.size or 0,
        open=opened,
    )


def release_time(later: str) -> datetime | None:
    """When to send it, as typed in the reader's zone; None for at once. Raises BadDraft."""
    if not later:
        return None
    try:
        at = timezone.make_aware(datetime.fromisoformat(later).replace(tzinfo=None))
    except (ValueError, OverflowError):
        raise BadDraft("later", gettext("The time to send it can't be read.")) from None
    if not timedelta(0) < at - timezone.now() < LONGEST_HOLD:
        raise BadDraft("later", gettext("The time to send it must lie ahead, within a year."))
    return at


def parse_replaces(token: str) -> StoredMessage | None:
    """The saved draft behind a hidden field; None when it is none."""
    validity, _, rest = token.partition(".")
    uid, _, folder = rest.partition(".")
    stamp, place = number(validity), number(uid)
    if stamp is None or place is None or not folder:
        return None
    return StoredMessage(folder, stamp, place)
