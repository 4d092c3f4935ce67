"""The list of a folder, and what changed in it since a mod-sequence."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail.mail import (
    Changes,
    MailSession,
    NotFound,
    Page,
    Refused,
    number,
    read_uid_set,
    write_uid_set,
)
from webmail.pages.folders import folder_of, keep_tree, mail_of, shown_counts, tree_of
from webmail.pages.page import mail_page

from .mailbox import (
    SIZE,
    draw,
    list_context,
    load_conversations,
    load_list,
    load_page,
    own_addresses,
    uids_for_later,
    window_of,
)
from .orders import offered_orders, order_of
from .snoozing import late_words, mark_returns

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
    here = folder_of(request, name)
    page = load_list(request, here, window, order_of(request, name))
    context = {
        "folder": here,
        "title": here.title,
        "orders": offered_orders(mail_of(request), here),
        "held": uids_for_later(request, here),
        "own": own_addresses(request),
        "late": late_words(request, here),
        **list_context(here, page, window),
    }
    mark_returns(request, here, page.uidvalidity, page.rows)
    return draw(request, context)


@mail_page
@require_safe
def changes(request: HttpRequest, name: str) -> HttpResponseBase:
    """What became different for a page that shows ``known`` UIDs as of a mod-sequence.

    New rows come as HTML, so that there is one place that draws a row. A folder that was made
    anew answers ``reset`` and the page loads itself again.
    """
    validity, modseq = (number(request.GET.get(name, "")) for name in ("validity", "modseq"))
    known = read_uid_set(request.GET.get("known", ""), MOST_KNOWN)
    window = window_of(request)
    if versions := request.GET.get("versions"):
        return conversation_changes(request, name, validity or 0, known or [], versions)
    if validity is None or modseq is None or known is None:
        raise Refused(gettext("The page's question about changes can't be read. Reload it."))
    try:
        session = mail_of(request)
        order = order_of(request, name)
        part = part_of(request)
        count = 0 if window or part or not order.is_default else SIZE
        news = session.changes(name, validity, modseq, known, count, with_folders=True)
        keep_tree(request, news.folders)
        differs = news.exists != number(request.GET.get("messages", ""))
        page = None
        if not news.reset and (differs or news.rows or news.vanished):
            page = newest_page(session, news, known)
            page = page or load_page(session, name, window, known, order, part)
        here = folder_of(request, name)
    except NotFound as error:  # that is a change, too
        return JsonResponse({"gone": str(error)})
    context = {"folder": here, "held": uids_for_later(request, here)}
    if page is not None:
        mark_returns(request, here, page.uidvalidity, page.rows)
        context |= list_context(here, page, window)
    return JsonResponse(
        {
            "reset": news.reset,
            "modseq": news.modseq,
            "unseen": news.unseen,
            "vanished": news.vanished,
            "rows": drawn_rows(page, context) if page else [],
            "page": slice_of(page, context) if page else None,
            "flags": [
                {
                    "uid": change.uid,
                    "seen": change.flags.seen,
                    "flagged": change.flags.flagged,
                    "answered": change.flags.answered,
                    "forwarded": change.flags.forwarded,
                }
                for change in news.flags
            ],
            "counts": shown_counts(tree_of(request)),
        }
    )


def part_of(request: HttpRequest) -> tuple[int, int] | None:
    """Which part of the list a page shows to which rows came while one scrolled; None: a slice."""
    first, count = (number(request.GET.get(name, "")) for name in ("first", "count"))
    if not first or count is None or (first == 1 and count <= SIZE):
        return None
    return first, min(max(count, SIZE), MOST_KNOWN)


def conversation_changes(
    request: HttpRequest, name: str, validity: int, known: list[int], versions: str
) -> HttpResponseBase:
    """The same for a list of conversations: ``versions`` are those of the rows that it shows, by
    rising ``known``; ``open`` the UIDs of the open conversation.
    """
    window = window_of(request)
    shown = dict(zip(sorted(known), versions.split(","), strict=False))
    opened = read_uid_set(request.GET.get("open", ""), MOST_KNOWN) or []
    session = mail_of(request)
    try:
        there, tree = session.refresh(name, validity, opened)
        keep_tree(request, tree)
        order = order_of(request, name)
        page = load_conversations(session, name, window, shown, order, part_of(request))
        here = folder_of(request, name)
    except NotFound as error:  # that is a change, too
        return JsonResponse({"gone": str(error)})
    mark_returns(request, here, page.uidvalidity, page.rows)
    context = {
        "folder": here,
        "held": uids_for_later(request, here),
        "own": own_addresses(request),
        **list_context(here, page, window),
    }
    return JsonResponse(
        {
            "modseq": page.modseq,
            "unseen": page.unseen,
            "vanished": sorted(set(opened).difference(there)),
            "rows": drawn_rows(page, context),
            "page": slice_of(page, context),
            "flags": [],
            "counts": shown_counts(tree_of(request)),
        }
    )


def drawn_rows(page: Page, context: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows as markup: there is one place that draws them."""
    return [
        {
            "uid": row.uid,
            "html": render_to_string("webmail/reading/row.html", {**context, "row": row}),
        }
        for row in page.rows
    ]


def newest_page(session: MailSession, news: Changes, known: Collection[int]) -> Page | None:
    """The newest messages, out of what the changes told; None when they did not tell which."""
    if not news.newest:
        return None
    rows = [row for row in news.rows if row.uid in news.newest]
    missing = set(news.newest).difference(known, (row.uid for row in rows))
    if missing:  # older ones, in place of some that are gone
        rows += session.rows(news.folder, missing)
    return Page(
        folder=news.folder,
        uidvalidity=news.uidvalidity,
        uidnext=news.uidnext,
        modseq=news.modseq,
        exists=news.exists,
        unseen=news.unseen,
        rows=rows,
        first=1,
        last=len(news.newest),
        older=news.newest[-1] if len(news.newest) < news.exists else None,
        newer=None,
        uids=news.newest,
    )


def slice_of(page: Page, context: dict[str, Any]) -> dict[str, Any]:
    """Which messages the list shows now, in which order, and what it says of itself."""
    return {
        "uids": ordered_uids(page),
        "messages": context["folder"].messages,
        "exists": page.exists,
        "url": context["list_url"],
        "pager": render_to_string("webmail/reading/pager.html", context),
        "everything": render_to_string("webmail/reading/everything.html", context),
    }


def ordered_uids(page: Page) -> str:
    """The newest first as a set, which is short; any other order one by one."""
    return ",".join(map(str, page.uids)) if page.by_place else write_uid_set(page.uids)
