"""The three panes: what the list, the folders and the open letter need to be drawn."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from webmail import mail
from webmail.html import has_remote
from webmail.mail.client import LemonadeClient
from webmail.mail.numbers import number
from webmail.mail.types import Folder, Letter, NotFound, Page
from webmail.outgoing import outbox
from webmail.pages.page import email_of, pane, show

EMPTY = {
    "inbox": ("Your inbox is empty", "New mail shows up here by itself."),
    "drafts": ("No drafts", "A message that you save while writing waits here."),
    "sent": ("Nothing sent yet", "What you send is kept here."),
    "archive": ("The archive is empty", "Archive a message to keep it, out of the inbox's way."),
    "junk": ("No junk", "Unwanted mail that was sorted out shows up here."),
    "trash": ("The trash is empty", "Deleted messages stay here until you delete them again."),
    "": ("Nothing in here", "Move messages here from the list or from an open message."),
}
LONGEST_QUERY = 200


def folder_tree(imap: LemonadeClient) -> list[Folder]:
    """Every folder, the inbox under the name that people know it by.

    A folder stands below the nearest of its parents that is there, under the rest of its name.
    Those of others come last, under headings.
    """
    return arrange(mail.folders(imap))


def arrange(tree: list[Folder]) -> list[Folder]:
    """Label and depth of each folder, where parents come first."""
    depths = {(entry.prefix, entry.levels): 0 for entry in tree}
    for entry in tree:
        levels = entry.levels
        ends = range(len(levels) - 1, 0, -1)
        above = next((end for end in ends if (entry.prefix, levels[:end]) in depths), 0)
        entry.depth = depths[entry.prefix, levels[:above]] + 1 if above else 0
        depths[entry.prefix, levels] = entry.depth
        entry.label = "Inbox" if levels == ("INBOX",) else "/".join(levels[above:]) or entry.name
    return tree


def current(tree: list[Folder], name: str) -> Folder:
    """The folder called ``name``. Raises NotFound."""
    for entry in tree:
        if entry.name == name and entry.selectable:
            return entry
    raise NotFound(f"There is no folder “{name}” (any more).")


def window_of(request: HttpRequest) -> dict[str, str]:
    """Which slice of the folder the address names: a search, a place, or the newest ({})."""
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    out = {"q": query} if query else {}
    for name in ("before", "after"):
        value = number(request.GET.get(name, ""))
        if value is not None:
            return {**out, name: str(value)}
    return out


def address(name: str, window: dict[str, str]) -> str:
    """The list's own web address."""
    query = f"?{urlencode(window)}" if window else ""
    return reverse("webmail:folder", args=[name]) + query


def load_page(
    imap: LemonadeClient, name: str, window: dict[str, str], known: Collection[int] | None = None
) -> Page:
    """The slice that ``window`` names; the newest, when there is nothing (any more) in that place.

    ``known``: UIDs whose rows are not wanted. Raises NotFound.
    """
    before = int(window["before"]) if "before" in window else None
    after = int(window["after"]) if "after" in window else None
    if "q" in window:
        page = mail.search(imap, name, window["q"], before, after, known=known or ())
    else:
        page = mail.page(imap, name, before, after, known=known)
    if page.uids or not page.exists:
        return page
    window.pop("before", None)
    window.pop("after", None)
    return load_page(imap, name, window, known)


def held(request: HttpRequest, folder: Folder) -> set[int]:
    """What of Sent is to be sent later."""
    if folder.role != "sent":
        return set()
    return outbox.held(email_of(request), folder.name, folder.uidvalidity)


def list_context(folder: Folder, page: Page, window: dict[str, str]) -> dict[str, Any]:
    """What ``panes/list.html`` and ``panes/row.html`` read."""
    words = {"q": window["q"]} if "q" in window else {}
    if not words:  # a search counts what it found, not the folder
        folder.unseen = page.unseen
    return {
        "page": page,
        "query": window.get("q", ""),
        "window": f"?{urlencode(window)}" if window else "",
        "list_url": address(folder.name, window),
        "older_url": address(folder.name, {**words, "before": str(page.older)}),
        "newer_url": address(folder.name, {**words, "after": str(page.newer)}),
        "newest": page.newer is None and not words,
        "outgoing": folder.role in ("sent", "drafts"),
        "empty": EMPTY[folder.role],
    }


def letter_context(request: HttpRequest, letter: Letter, window: dict[str, str]) -> dict[str, Any]:
    """What ``panes/letter.html`` reads."""
    place: list[str | int] = [letter.folder, letter.uid]
    here = reverse("webmail:letter", args=place)
    if letter.inside:
        here = reverse("webmail:inside", args=[*place, letter.inside])
    plain = request.GET.get("view") == "plain"
    images = request.GET.get("images") == "1"

    def same(**more: str) -> str:
        return f"{here}?{urlencode({**window, **more})}"

    return {
        "letter": letter,
        "plain": plain,
        "frame_url": frame_url(letter, images),
        "blocked": not images and has_remote(letter.html),
        "images_url": same(images="1"),
        "other_view_url": same() if plain else same(view="plain"),
        "other_view": "Show as designed" if plain else "Show as plain text",
    }


def frame_url(letter: Letter, images: bool) -> str:
    """Where the frame finds the message's HTML."""
    query = {
        **({"images": "1"} if images else {}),
        **({"inside": letter.inside} if letter.inside else {}),
    }
    address = reverse("webmail:html", args=[letter.folder, letter.uid])
    return f"{address}?{urlencode(query)}" if query else address


def draw(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or the panes that the script asked for."""
    wanted = pane(request)
    if not wanted:
        return show(request, "webmail/reading/mailbox.html", context)
    panes = {
        "show_list": wanted in ("all", "list"),
        "show_letter": wanted in ("all", "letter"),
    }
    return show(request, "webmail/reading/panes.html", {**context, **panes})
