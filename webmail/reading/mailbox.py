"""The three panes: what the list, the folders and the open letter need to be drawn."""

from __future__ import annotations

import json
from collections.abc import Collection, Container, Mapping
from typing import Any, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_lazy

from webmail.html.sanitize import has_remote
from webmail.mail import NEWEST_FIRST, Folder, MailSession, OpenedMessage, Order, Page, number
from webmail.outgoing import outbox
from webmail.pages.folders import mail_of, shown_counts, tree_of
from webmail.pages.page import email_of, pane, show
from webmail.pages.preferences import preferences_of
from webmail.people.identities import own_of
from webmail.search import results
from webmail.search.highlights import highlights_of
from webmail.search.parser import parse

from . import bulk

EMPTY = {
    "inbox": (
        gettext_lazy("Your inbox is empty"),
        gettext_lazy("New mail shows up here by itself."),
    ),
    "drafts": (
        gettext_lazy("No drafts"),
        gettext_lazy("A message that you save while writing waits here."),
    ),
    "sent": (gettext_lazy("Nothing sent yet"), gettext_lazy("What you send is kept here.")),
    "archive": (
        gettext_lazy("The archive is empty"),
        gettext_lazy("Archive a message to keep it, out of the inbox's way."),
    ),
    "junk": (
        gettext_lazy("No junk"),
        gettext_lazy("Unwanted mail that was sorted out shows up here."),
    ),
    "trash": (
        gettext_lazy("The trash is empty"),
        gettext_lazy("Deleted messages stay here until you delete them again."),
    ),
    "snoozed": (
        gettext_lazy("Nothing is snoozed"),
        gettext_lazy("Mail that you snooze waits here, and is back in its folder at its time."),
    ),
    "": (
        gettext_lazy("Nothing in here"),
        gettext_lazy("Move messages here from the list or from an open message."),
    ),
}
SIZE = 50  # messages of a slice
PLACES = ("before", "after", "from")  # a UID; in other orders than the newest first a place


def window_of(request: HttpRequest) -> dict[str, str]:
    """Which slice of the folder the address names: a search, a place, or the newest ({})."""
    if request.GET.get("all") == "1":
        return results.window_of(request)
    query = request.GET.get("q", "").strip()
    out = {"q": query} if query else {}
    for name in PLACES:
        value = number(request.GET.get(name, ""))
        if value is not None:
            return {**out, name: str(value)}
    return out


def address(name: str, window: dict[str, str]) -> str:
    """The list's own web address, or that of the results of a search."""
    if "all" in window:
        return results.results_url(window)
    query = f"?{urlencode(window)}" if window else ""
    return reverse("webmail:folder", args=[name]) + query


def load_page(
    session: MailSession,
    name: str,
    window: dict[str, str],
    known: Collection[int] | None = None,
    order: Order = NEWEST_FIRST,
    part: tuple[int, int] | None = None,
) -> Page:
    """The slice that ``window`` names; the top, when there is nothing (any more) in that place.

    ``known``: UIDs whose rows are not wanted. ``part``: another slice instead, by its first place
    and how many it has. Raises NotFound.
    """
    before = int(window["before"]) if "before" in window else None
    after = int(window["after"]) if "after" in window else None
    if "q" in window:
        size = part[1] if part else SIZE
        page = session.search(name, parse(window["q"]), before, after, size, known or ())
    elif part:
        page = session.ordered_page(name, order, *part, known)
    elif "from" in window or not order.is_default:
        page = session.ordered_page(name, order, int(window.get("from", 1)), SIZE, known)
    else:
        page = session.page(name, before, after, SIZE, known)
    if page.uids or not page.exists or window.keys().isdisjoint(PLACES):
        return page
    for place in PLACES:
        window.pop(place, None)
    return load_page(session, name, window, known, order, part)


def shows_conversations(
    request: HttpRequest, folder: Folder, window: dict[str, str], order: Order
) -> bool:
    """Whether that list is one of conversations. Drafts are written one by one."""
    if "q" in window or folder.role == "drafts":
        return False
    return preferences_of(request).conversations and mail_of(request).has_conversations(order)


def load_conversations(
    session: MailSession,
    name: str,
    window: dict[str, str],
    known: Mapping[int, str] | None = None,
    order: Order = NEWEST_FIRST,
    part: tuple[int, int] | None = None,
) -> Page:
    """The slice that ``window`` names; the top, when there is nothing (any more) in that place.

    ``known``: versions of rows that are not wanted again. ``part``: another slice instead. Raises
    NotFound.
    """
    first, size = part or (int(window.get("from", 1)), SIZE)
    page = session.conversation_page(name, order, first, size, known)
    if page.uids or not page.exists or window.keys().isdisjoint(PLACES):
        return page
    for place in PLACES:
        window.pop(place, None)
    return load_conversations(session, name, window, known, order)


def load_list(request: HttpRequest, folder: Folder, window: dict[str, str], order: Order) -> Page:
    """The slice that ``window`` names, as its reader wants it. Raises NotFound."""
    session = mail_of(request)
    if shows_conversations(request, folder, window, order):
        return load_conversations(session, folder.name, window, order=order)
    return load_page(session, folder.name, window, order=order)


def uids_for_later(request: HttpRequest, folder: Folder) -> set[int]:
    """What of Sent is to be sent later."""
    if folder.role != "sent":
        return set()
    return outbox.uids_for_later(email_of(request), folder.name, folder.uidvalidity)


def own_addresses(request: HttpRequest) -> Container[str]:
    """Which addresses are the reader's own: looked up when a row has several people."""
    own = SimpleLazyObject(lambda: {each.address.lower() for each in own_of(request).addresses})
    return cast(Container[str], own)


def list_context(folder: Folder, page: Page, window: dict[str, str]) -> dict[str, Any]:
    """What ``panes/list.html`` and ``panes/row.html`` read."""
    words = {"q": window["q"]} if "q" in window else {}
    older, newer = ("from", "from") if page.by_place else ("before", "after")
    if not words:  # a search counts what it found, not the folder
        folder.unseen = page.unseen
    return {
        "page": page,
        "query": window.get("q", ""),
        "marks": highlights_of(window.get("q", "")),
        "window": f"?{urlencode(window)}" if window else "",
        "list_url": address(folder.name, window),
        "older_url": address(folder.name, {**words, older: str(page.older)}),
        "newer_url": address(folder.name, newer_window(words, newer, page)),
        "newest": page.newer is None and not words,
        "order": str(page.order),
        "by_place": page.by_place,
        "outgoing": folder.role in ("sent", "drafts"),
        "empty": EMPTY[folder.role],
    }


def newer_window(words: dict[str, str], name: str, page: Page) -> dict[str, str]:
    """The slice above a page; the top has the list's plain address."""
    at_top = name == "from" and page.newer == 1
    return words if at_top else {**words, name: str(page.newer)}


def message_context(
    request: HttpRequest,
    opened: OpenedMessage,
    window: dict[str, str],
    fold_quotes: bool = False,
) -> dict[str, Any]:
    """What ``panes/opened.html`` reads."""
    place: list[str | int] = [opened.folder, opened.uid]
    here = reverse("webmail:letter", args=place)
    if opened.inside:
        here = reverse("webmail:inside", args=[*place, opened.inside])
    query = window.get("q", "")
    plain = request.GET.get("view") == "plain"
    images = request.GET.get("images") == "1"
    original = request.GET.get("colours") == "original"
    shown = {
        **({"images": "1"} if images else {}),
        **({"colours": "original"} if original else {}),
    }

    def same(without: str = "", **more: str) -> str:
        kept = {name: value for name, value in {**window, **more}.items() if name != without}
        return f"{here}?{urlencode(kept)}"

    return {
        "letter": opened,
        "plain": plain,
        "original": original,
        "other_colours": gettext("Night colours") if original else gettext("Original colours"),
        "colours_url": same("colours" if original else "", **{**shown, "colours": "original"}),
        "frame_url": frame_url(
            opened,
            {
                **shown,
                **({"q": query} if query else {}),
                **({"quotes": "folded"} if fold_quotes else {}),
            },
        ),
        "marks": highlights_of(query),
        "blocked": not images and has_remote(opened.html),
        "images_url": same(**{**shown, "images": "1"}),
        "other_view_url": same() if plain else same(view="plain"),
        "other_view": gettext("Show as designed") if plain else gettext("Show as plain text"),
    }


def frame_url(opened: OpenedMessage, shown: dict[str, str]) -> str:
    """Where the frame finds the message's HTML. ``shown``: with which pictures and colours."""
    query = {**shown, **({"inside": opened.inside} if opened.inside else {})}
    address = reverse("webmail:html", args=[opened.folder, opened.uid])
    return f"{address}?{urlencode(query)}" if query else address


def draw(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or the panes that the script asked for."""
    wanted = pane(request)
    if not wanted:
        context["follow"] = bulk.address_to_follow(request)
        return show(request, "webmail/reading/mailbox.html", context)
    if wanted == "rows":
        return show(request, "webmail/reading/rows.html", {**context, "slim": True})
    panes = {
        "show_list": wanted in ("all", "list"),
        "show_letter": wanted in ("all", "letter"),
    }
    if wanted == "letter":  # the folders stay as they are, but for their numbers
        context["folder_counts"] = json.dumps(
            shown_counts(tree_of(request)), ensure_ascii=False, separators=(",", ":")
        )
    return show(request, "webmail/reading/panes.html", {**context, **panes})
