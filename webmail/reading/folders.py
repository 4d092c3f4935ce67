"""The list of a folder, and what changed in it since a mod-sequence."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from webmail import mail
from webmail.mail.commands import uid_set
from webmail.mail.numbers import number
from webmail.mail.types import Folder, NotFound, Page, Refused
from webmail.pages.page import email_of, mail_page

from .mailbox import current, draw, folder_tree, held, list_context, load_page, window_of

MOST_KNOWN = 500


@mail_page
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """The site's front door is the inbox."""
    return redirect("webmail:folder", "INBOX")


@mail_page
@require_safe
def folder(request: HttpRequest, name: str) -> HttpResponse:
    """Fifty messages, newest first, or what a search found."""
    window = window_of(request)
    with mail.session(email_of(request)) as imap:
        tree = folder_tree(imap)
        here = current(tree, name)
        page = load_page(imap, name, window)
    context = {
        "folders": tree,
        "folder": here,
        "title": here.title,
        "held": held(request, here),
        **list_context(here, page, window),
    }
    return draw(request, context)


@mail_page
@require_safe
def changes(request: HttpRequest, name: str) -> HttpResponseBase:
    """What became different for a page that shows ``known`` UIDs as of a mod-sequence.

    New rows come as HTML, so that there is one place that draws a row. A folder that was made
    anew answers ``reset`` and the page loads itself again.
    """
    validity, modseq = (number(request.GET.get(name, "")) for name in ("validity", "modseq"))
    known = uid_list(request.GET.get("known", ""))
    window = window_of(request)
    if validity is None or modseq is None or known is None:
        raise Refused("The page's question about changes can't be read. Reload it.")
    try:
        with mail.session(email_of(request)) as imap:
            delta = mail.delta(imap, name, validity, modseq, known)
            other = delta.exists != number(request.GET.get("messages", ""))
            page = None
            if not delta.reset and (other or delta.rows or delta.vanished):
                page = load_page(imap, name, window, known)
            tree = folder_tree(imap)
        here = current(tree, name)
    except NotFound as error:  # that is a change, too
        return JsonResponse({"gone": str(error)})
    context = {"folder": here, "held": held(request, here)}
    if page is not None:
        context |= list_context(here, page, window)
    return JsonResponse(
        {
            "reset": delta.reset,
            "modseq": delta.modseq,
            "unseen": delta.unseen,
            "vanished": delta.vanished,
            "rows": [
                {
                    "uid": row.uid,
                    "html": render_to_string("webmail/reading/row.html", {**context, "row": row}),
                }
                for row in (page.rows if page else [])
            ],
            "page": slice_of(page, context) if page else None,
            "flags": [
                {
                    "uid": change.uid,
                    "seen": change.flags.seen,
                    "flagged": change.flags.flagged,
                    "answered": change.flags.answered,
                    "forwarded": change.flags.forwarded,
                }
                for change in delta.flags
            ],
            "counts": {entry.name: shown_count(entry) for entry in tree if shown_count(entry)},
        }
    )


def slice_of(page: Page, context: dict[str, Any]) -> dict[str, Any]:
    """Which messages the list shows now, in which order, and what it says of itself."""
    return {
        "uids": uid_set(page.uids).decode("ascii"),
        "messages": context["folder"].messages,
        "exists": page.exists,
        "url": context["list_url"],
        "pager": render_to_string("webmail/reading/pager.html", context),
        "everything": render_to_string("webmail/reading/everything.html", context),
    }


def shown_count(folder: Folder) -> int:
    """The number beside a folder: of drafts all, else what is unread."""
    return folder.messages if folder.role == "drafts" else folder.unseen


def uid_list(text: str) -> list[int] | None:
    """``1:5,9`` as UIDs; None for nonsense, and for more than a page ever shows."""
    out: list[int] = []
    for piece in filter(None, text.split(",")):
        low, _, high = piece.partition(":")
        first, last = number(low) or 0, number(high or low) or 0
        if not 0 < first <= last or last - first + len(out) >= MOST_KNOWN:
            return None
        out.extend(range(first, last + 1))
    return out
