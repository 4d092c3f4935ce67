"""Parts of any mail, and whole messages, to go along with what is written: found and chosen here.

Nothing of them is fetched. A form with a script shows this in a dialog and takes what is chosen;
without one it is a page of its own, which puts that into the saved draft of the form.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from webmail.mail import (
    AttachmentKey,
    BadDraft,
    Folder,
    FoundRow,
    MailSession,
    Row,
    SearchResults,
    ServerSidePart,
    all_of,
    mailbox_label,
    number,
    offered_by,
)
from webmail.models import SavedForm
from webmail.outgoing import idempotency
from webmail.outgoing.draft import Draft
from webmail.pages.folders import mail_of, tree_of
from webmail.pages.page import email_of, flash, mail_page, pane, read_form_token, show
from webmail.people.identities import account_of, own_of
from webmail.search.folder_names import folders_to_search, with_folders
from webmail.search.parser import parse
from webmail.search.words import QueryError

from . import saved_forms
from .draftform import MOST_PARTS, still_there
from .drafts import save_draft
from .originals import note_form, open_draft

log = logging.getLogger(__name__)
SIZE = 20  # messages of a page


@dataclass(slots=True)
class FoundMessage:
    """A message that was found, with what can go along of it."""

    folder: Folder
    row: Row
    whole: ServerSidePart
    files: list[ServerSidePart] = field(default_factory=list)
    others: list[ServerSidePart] = field(default_factory=list)  # texts, pictures of the page


@mail_page
@require_http_methods(["GET", "POST"])
def pick(request: HttpRequest) -> HttpResponseBase:
    """Messages that are found, with boxes for their parts; those chosen before stay chosen."""
    asked = request.POST if request.method == "POST" else request.GET
    email, key = read_form_token(asked.get("form", ""))
    if email != email_of(request):
        raise BadDraft("", gettext("This was written from another account. Sign in there again."))
    tokens = list(dict.fromkeys(asked.getlist("part")))
    if len(tokens) > MOST_PARTS:
        words = gettext("At most %(most)d files can go along. Choose fewer.")
        raise BadDraft("", words % {"most": MOST_PARTS})
    if request.POST.get("do") == "attach":
        return attach(request, key, tokens)
    chosen = still_there(mail_of(request), [token for token in tokens if token.count(".") > 2])
    context: dict[str, Any] = {
        "token": asked.get("form", ""),
        "query": asked.get("q", "").strip(),
        "any": "any" in asked,
        "chosen": chosen,
        "tokens": {part.token for part in chosen},
        "gone": gone_text(len(tokens) - len(chosen)),
        "back": form_address(asked.get("form", "")),
    }
    try:
        found = find(request, context["query"], context["any"], number(asked.get("first", "")) or 1)
        context |= {
            "found": found,
            "messages": messages_of(request, found),
            "newer": max(1, found.first - SIZE),
            "older": found.last + 1,
        }
    except QueryError as error:
        context["wrong"] = str(error)
    name = "picker.html" if pane(request) else "pick.html"
    return show(request, f"webmail/writing/{name}", context)


def find(request: HttpRequest, query: str, any_message: bool, first: int) -> SearchResults:
    """A page of what is found in all mail, the newest first. Raises QueryError.

    ``any_message``: those without attachments, too.
    """
    tree = parse(query)
    folders = tree_of(request)
    named = with_folders(tree, folders, query)
    wanted = named if any_message else all_of([named, AttachmentKey()])
    return mail_of(request).search_page(folders_to_search(tree, folders), wanted, first, SIZE)


def messages_of(request: HttpRequest, found: SearchResults) -> list[FoundMessage]:
    """The same with their parts."""
    by_name = {folder.name: folder for folder in tree_of(request)}
    return [_message(by_name[one.folder], one) for one in found.rows if one.folder in by_name]


def _message(folder: Folder, found: FoundRow) -> FoundMessage:
    whole, *parts = offered_by(found)
    out = FoundMessage(folder, found.row, whole)
    for part, of_row in zip(parts, found.row.parts, strict=True):
        (out.files if of_row.attachment else out.others).append(part)
    return out


def attach(request: HttpRequest, key: str, tokens: Sequence[str]) -> HttpResponseBase:
    """Put what was chosen into the saved draft of the form, and go back to that.

    Of what has vanished meanwhile is told; the rest goes along. Raises BadDraft, Refused.
    """
    account, session = account_of(request), mail_of(request)
    session.hold()
    if goal := idempotency.find_goal(account, key):
        return redirect(goal)
    parts = still_there(session, [token for token in tokens if token.count(".") > 2])
    if parts:
        row = saved_forms.begin(account, key, "")
        save_draft(session, lambda: _with_parts(request, session, row, parts), row)
        log.info("%d parts of other messages go along with form %s", len(parts), key)
    if gone := len(tokens) - len(parts):
        flash(request, gone_text(gone))
    return redirect(form_address(request.POST.get("form", "")))


def _with_parts(
    request: HttpRequest, session: MailSession, row: SavedForm, parts: Sequence[ServerSidePart]
) -> Draft:
    place = saved_forms.place_of(row)
    if place is None:
        return Draft(sender=mailbox_label(own_of(request).preferred), kept=list(parts))
    session.select(place.folder, place.uidvalidity)
    draft = open_draft(session, place.folder, place.uid)
    note_form(draft, row)
    draft.kept += parts
    return draft


def gone_text(count: int) -> str:
    """That so much was chosen which is not there any more; "" of nothing."""
    if not count:
        return ""
    return ngettext(
        "%(count)d thing that you chose is not there any more: its message was moved or deleted.",
        "%(count)d things that you chose are not there any more: their messages were moved or "
        "deleted.",
        count,
    ) % {"count": count}


def form_address(token: str) -> str:
    """Where the form is gone on with."""
    return f"{reverse('webmail:compose')}?form={token}"
