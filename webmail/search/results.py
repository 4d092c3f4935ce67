"""The page of what was found in all mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail.mail import EVERYTHING, Folder, FoundRow, SearchResults, SearchTree, number
from webmail.pages.folders import mail_of, saved_of, tree_of
from webmail.pages.page import mail_page, pane, show

from .folder_names import folders_to_search, with_folders
from .highlights import highlights_of
from .parser import parse
from .words import QueryError

SIZE = 50
BEST = "best"


@dataclass(frozen=True, slots=True)
class FolderCount:
    """A folder in which something was found, how much, and the list of it alone."""

    folder: Folder
    count: int
    url: str


@dataclass(frozen=True, slots=True)
class ResultRow:
    """A found message with its folder; ``key`` is its own among those of all folders, ``pick``
    what a form says of it that is ticked.

    ``for_later``: what of the folder waits to be sent; that is not looked up here.
    """

    folder: Folder
    found: FoundRow
    key: str
    pick: str
    for_later: frozenset[int] = frozenset()


def window_of(request: HttpRequest) -> dict[str, str]:
    """What the address of a page of results says, in the form that addresses have it."""
    out = {"q": request.GET.get("q", "").strip(), "all": "1"}
    if request.GET.get("sort") == BEST:
        out["sort"] = BEST
    first = number(request.GET.get("from", ""))
    if first is not None and first > 1:
        out["from"] = str(first)
    return out


def results_url(window: dict[str, str]) -> str:
    """The address of a page of results."""
    kept = {name: value for name, value in window.items() if name != "all"}
    return f"{reverse('webmail:search')}?{urlencode(kept)}"


@mail_page
@require_safe
def results(request: HttpRequest) -> HttpResponseBase:
    """Fifty of what was found, newest or best first; ``in`` leads to the list of one folder."""
    if name := request.GET.get("in"):
        words = request.GET.get("q", "").strip()
        address = reverse("webmail:folder", args=[name])
        return redirect(f"{address}?{urlencode({'q': words})}" if words else address)
    context = results_context(request, window_of(request))
    if not pane(request):
        return show(request, "webmail/reading/mailbox.html", context)
    wanted = pane(request)
    panes = {"show_list": wanted in ("all", "list"), "show_letter": wanted in ("all", "letter")}
    return show(request, "webmail/reading/panes.html", {**context, **panes})


def results_context(request: HttpRequest, window: dict[str, str]) -> dict[str, Any]:
    """What ``search/results.html`` reads: what was found, or what is wrong with the query."""
    query = window["q"]
    folders = tree_of(request)
    context: dict[str, Any] = {
        "query": query,
        "marks": highlights_of(query),
        "list_template": "webmail/search/results.html",
        "title": gettext("Search"),
        "list_url": results_url(window),
        "window": f"?{urlencode(window)}",
        "everywhere": True,
        "sort": window.get("sort", ""),
        "panel_url": f"{reverse('webmail:search_panel')}?{urlencode({'q': query})}",
    }
    try:
        tree = parse(query)
        if tree == EVERYTHING:
            return context
        found = find(request, tree, query, window)
    except QueryError as error:
        return {**context, "wrong": str(error)}
    by_name = {folder.name: folder for folder in folders}
    return {
        **context,
        "title": gettext("Search: %(query)s") % {"query": query},
        "found": found,
        "page": found,
        "rows": result_rows(found, by_name),
        "may": possible_actions(found, by_name),
        "counts": folder_counts(found, by_name, query),
        "ranks": mail_of(request).ranks,
        "saves": mail_of(request).saves_searches,
        "saved": next((one for one in saved_of(request) if one.words == query), None),
        **other_pages(found, window),
    }


def find(
    request: HttpRequest, tree: SearchTree, query: str, window: dict[str, str]
) -> SearchResults:
    """A page of results. Raises QueryError."""
    folders = tree_of(request)
    return mail_of(request).search_page(
        folders_to_search(tree, folders),
        with_folders(tree, folders, query),
        int(window.get("from", "1")),
        SIZE,
        by_relevance=window.get("sort") == BEST,
    )


def result_rows(found: SearchResults, by_name: dict[str, Folder]) -> list[ResultRow]:
    """The rows with their folders, as they are drawn."""
    order = {name: at for at, name in enumerate(by_name)}
    return [
        ResultRow(
            by_name[one.folder],
            one,
            f"{order[one.folder]}-{one.row.uid}",
            f"{one.row.uid} {one.uidvalidity} {one.folder}",
        )
        for one in found.rows
        if one.folder in by_name
    ]


def folder_counts(
    found: SearchResults, by_name: dict[str, Folder], query: str
) -> list[FolderCount]:
    """Where it was found, in the order of the folders."""
    return [
        FolderCount(
            folder,
            found.totals[name],
            f"{reverse('webmail:folder', args=[name])}?{urlencode({'q': query})}",
        )
        for name, folder in by_name.items()
        if found.totals.get(name)
    ]


def possible_actions(found: SearchResults, by_name: dict[str, Folder]) -> dict[str, bool]:
    """What can be done in any of the folders with results, as ``Folder`` calls it."""
    there = [by_name[name] for name in found.totals if name in by_name]
    return {
        name: any(getattr(folder, name) for folder in there)
        for name in ("may_mark", "may_flag", "may_remove")
    }


def other_pages(found: SearchResults, window: dict[str, str]) -> dict[str, str]:
    """Addresses of the pages before and behind this one, and of the other order."""
    rest = {name: value for name, value in window.items() if name != "from"}
    other = {name: value for name, value in rest.items() if name != "sort"}
    if "sort" not in window:
        other["sort"] = BEST
    out = {"other_order_url": results_url(other)}
    if found.first > 1:
        out["newer_url"] = results_url({**rest, "from": str(max(1, found.first - SIZE))})
    if found.rows and found.last < found.total:
        out["older_url"] = results_url({**rest, "from": str(found.last + 1)})
    return out
