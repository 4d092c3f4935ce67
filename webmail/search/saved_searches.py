"""Saved searches: kept, called something else, deleted, and how much is unread in each."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from webmail.mail import MessageState, Refused, StateKey, all_of
from webmail.pages.folders import mail_of, saved_of, tree_of
from webmail.pages.page import flash, mail_page

from .folder_names import folders_to_search, with_folders
from .parser import parse
from .results import results_url
from .words import QueryError

MOST_COUNTED = 20  # of which a page shows how much is unread


@mail_page
@require_POST
def save(request: HttpRequest) -> HttpResponseBase:
    """Keep the search ``q`` under a name."""
    words = request.POST.get("q", "").strip()
    tree = parse(words)
    with_folders(tree, tree_of(request), words)  # raises QueryError
    mail_of(request).save_search(request.POST.get("label", ""), words, tree)
    flash(request, gettext("Search saved. Your other mail programs can use it, too."))
    return redirect(results_url({"q": words}))


@mail_page
@require_POST
def change(request: HttpRequest, name: str) -> HttpResponseBase:
    """Rename or delete a saved search."""
    session = mail_of(request)
    words = request.POST.get("q", "").strip()
    match request.POST.get("do"):
        case "rename":
            session.rename_search(name, request.POST.get("label", ""))
            flash(request, gettext("Search renamed."))
        case "delete":
            session.delete_search(name)
            flash(request, gettext("The search is saved no more."))
        case _:
            raise Refused(gettext("There is no such action."))
    return redirect(results_url({"q": words}))


@mail_page
@require_safe
def counts(request: HttpRequest) -> HttpResponseBase:
    """How many messages each saved search finds that are unread."""
    session, folders = mail_of(request), tree_of(request)
    found: dict[str, int] = {}
    for saved in saved_of(request)[:MOST_COUNTED]:
        try:
            tree = all_of([StateKey(MessageState.UNREAD), parse(saved.words)])
            there = folders_to_search(tree, folders)
            found[saved.name] = session.count_found(there, with_folders(tree, folders, saved.words))
        except (QueryError, Refused):  # a folder is gone, or what another client saved is odd
            continue
    return JsonResponse(found)
