"""Moving, deleting, flagging and marking, one message or many; each can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from webmail import gateway
from webmail.gateway.client import LemonadeClient
from webmail.gateway.mailboxes import enter
from webmail.gateway.numbers import number
from webmail.gateway.types import Flags, Moved, Refused

from .page import email_of, flash, mail_page, own_address, pane

MOST_AT_ONCE = 1_000
FLAGS: dict[str, tuple[str, bool, Callable[[Flags], bool], str, str]] = {
    # action: flag, whether it is set, where it stands, the words, the action that takes it back
    "read": ("\\Seen", True, lambda flags: flags.seen, "Marked as read", "unread"),
    "unread": ("\\Seen", False, lambda flags: flags.seen, "Marked as unread", "read"),
    "flag": ("\\Flagged", True, lambda flags: flags.flagged, "Flagged", "unflag"),
    "unflag": ("\\Flagged", False, lambda flags: flags.flagged, "Flag removed", "flag"),
}
ROLES = {"archive": "archive", "junk": "junk"}


@dataclass(slots=True)
class Outcome:
    """What was done, in words, and the form that takes it back (None when nothing can)."""

    text: str
    undo: dict[str, Any] | None = None


@mail_page
@require_POST
def act(request: HttpRequest, name: str) -> HttpResponseBase:
    """One action on the chosen messages; JSON for the script, else back to where one was."""
    given = (number(uid) for uid in request.POST.getlist("uid")[:MOST_AT_ONCE])
    uids = [uid for uid in given if uid]
    validity = number(request.POST.get("validity", ""))
    what = "move" if request.POST.get("to") else request.POST.get("do", "")
    if not uids:
        raise Refused("No message was chosen. Tick one or more first.")
    with gateway.session(email_of(request)) as imap:
        enter(imap, name, validity)
        outcome = perform(imap, name, uids, what, request.POST.get("to", ""))
    if pane(request):
        return JsonResponse({"text": outcome.text, "undo": outcome.undo})
    flash(request, outcome.text, outcome.undo)
    return redirect(goal(request, name, what, uids))


def perform(imap: LemonadeClient, name: str, uids: list[int], what: str, to: str) -> Outcome:
    """Do it. Raises Refused for an action that there is not."""
    if what in FLAGS:
        return mark(imap, name, uids, what)
    if what == "delete":
        moved = gateway.delete(imap, name, uids)
        if moved is None:
            return Outcome(f"{counted(uids)} deleted for good.")
        return Outcome(f"{counted(uids)} moved to {folder_words(moved.target)}.", back(moved))
    if what in ROLES:
        to = gateway.role_folder(imap, ROLES[what])
    elif what != "move":
        raise Refused("There is no such action.")
    moved = gateway.move(imap, name, uids, to)
    return Outcome(f"{counted(uids)} moved to {folder_words(to)}.", back(moved))


def mark(imap: LemonadeClient, name: str, uids: list[int], what: str) -> Outcome:
    """Set or clear a flag; Undo touches only what this changed."""
    flag, on, stands, words, reverse_action = FLAGS[what]
    rows = gateway.rows(imap, name, uids)
    changed = [row.uid for row in rows if stands(row.flags) != on]
    if changed:
        gateway.set_flags(imap, name, changed, *(([flag], []) if on else ([], [flag])))
    return Outcome(f"{words}.", undo_form(name, {"do": [reverse_action], "uid": changed}))


def back(moved: Moved) -> dict[str, Any] | None:
    """The form that moves them back; None when the server did not say where they are."""
    if not moved.uids:
        return None
    return undo_form(
        moved.target,
        {
            "to": [moved.source],
            "uid": list(moved.uids.values()),
            "validity": [moved.uidvalidity],
        },
    )


def undo_form(folder: str, fields: dict[str, list[Any]]) -> dict[str, Any] | None:
    """Address and fields of a form for ``act``; None when it would do nothing."""
    if not fields["uid"]:
        return None
    return {"url": reverse("webmail:act", args=[folder]), "fields": fields}


def counted(uids: list[int]) -> str:
    return "Message" if len(uids) == 1 else f"{len(uids)} messages"


def folder_words(name: str) -> str:
    """A folder as people call it: every level from the top."""
    top, *rest = name.split("/")
    return " / ".join(["Inbox" if top == "INBOX" else top, *rest])


def goal(request: HttpRequest, name: str, what: str, uids: list[int]) -> str:
    """Where a page without script goes on: a flagged letter stays open, else its list."""
    where = own_address(request.POST.get("back", "")) or reverse("webmail:folder", args=[name])
    if "letter" in request.POST and what in ("flag", "unflag", "read"):
        return reverse("webmail:letter", args=[name, uids[0]])
    return where
