"""Moving, deleting, flagging and marking, one message or many; each can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from webmail.mail import (
    Flag,
    MailSession,
    MovedMessages,
    Refused,
    number,
    read_uid_set,
    write_uid_set,
)
from webmail.pages.folders import mail_of
from webmail.pages.page import flash, mail_page, own_address, pane

from .mailbox import LONGEST_QUERY

MOST_SET = 2_000_000  # messages, and characters of a set
LISTED = 50  # UIDs that a form names one by one
FLAGS: dict[str, tuple[Flag, bool, str, str]] = {
    # action: flag, whether it is set, the words, the action that takes it back
    "read": (Flag.SEEN, True, "Marked as read", "unread"),
    "unread": (Flag.SEEN, False, "Marked as unread", "read"),
    "flag": (Flag.FLAGGED, True, "Flagged", "unflag"),
    "unflag": (Flag.FLAGGED, False, "Flag removed", "flag"),
}
ROLES = {"archive": "archive", "junk": "junk"}


@dataclass(slots=True)
class ActionResult:
    """What was done, in words, and the form that takes it back (None when nothing can)."""

    text: str
    undo: dict[str, Any] | None = None


@mail_page
@require_POST
def act(request: HttpRequest, name: str) -> HttpResponseBase:
    """One action on the chosen messages; JSON for the script, else back to where one was."""
    given = [number(uid) for uid in request.POST.getlist("uid")]
    uids = [uid for uid in given if uid] + read_set(request.POST.get("set", ""))
    everything = request.POST.get("all") == "1"
    validity = number(request.POST.get("validity", ""))
    what = "move" if request.POST.get("to") else request.POST.get("do", "")
    if not uids and not everything:
        raise Refused("No message was chosen. Tick one or more first.")
    session = mail_of(request)
    session.select(name, validity)
    if everything:
        words = request.POST.get("q", "").strip()[:LONGEST_QUERY]
        uids = session.find_uids(name, words, number(request.POST.get("upto", "")) or 0)
        if not uids:
            raise Refused("There is nothing in this folder to do that with any more.")
    outcome = perform(session, name, uids, what, request.POST.get("to", ""))
    if pane(request):
        return JsonResponse({"text": outcome.text, "undo": outcome.undo})
    flash(request, outcome.text, outcome.undo)
    return redirect(goal(request, name, what, uids))


def perform(session: MailSession, name: str, uids: list[int], what: str, to: str) -> ActionResult:
    """Do it. Raises Refused for an action that there is not."""
    if what in FLAGS:
        return mark(session, name, uids, what)
    if what == "delete":
        moved = session.delete(name, uids)
        if moved is None:
            return ActionResult(f"{count_in_words(uids)} deleted for good.")
        return ActionResult(moved_words(uids, moved), back(moved))
    if what in ROLES:
        to = session.role_folder(ROLES[what])
    elif what != "move":
        raise Refused("There is no such action.")
    moved = session.move(name, uids, to)
    return ActionResult(moved_words(uids, moved), back(moved))


def moved_words(uids: list[int], moved: MovedMessages) -> str:
    """How many went where; some may have vanished meanwhile, or the server in the middle."""
    where = f"moved to {folder_words(moved.target)}."
    if moved.uids and len(moved.uids) < len(uids):
        return f"{len(moved.uids):,} of {count_in_words(uids)} {where} The others were not moved."
    return f"{count_in_words(uids)} {where}"


def mark(session: MailSession, name: str, uids: list[int], what: str) -> ActionResult:
    """Set or clear a flag; Undo touches only what this changed."""
    flag, on, words, reverse_action = FLAGS[what]
    changed = session.mark(name, uids, flag, on)
    said = f"{words}." if len(uids) <= LISTED else f"{count_in_words(uids)}: {words.lower()}."
    return ActionResult(said, undo_form(name, {"do": [reverse_action]}, changed))


def back(moved: MovedMessages) -> dict[str, Any] | None:
    """The form that moves them back; None when the server did not say where they are."""
    if not moved.uids:
        return None
    fields: dict[str, list[Any]] = {"to": [moved.source], "validity": [moved.uidvalidity]}
    return undo_form(moved.target, fields, list(moved.uids.values()))


def undo_form(folder: str, fields: dict[str, list[Any]], uids: list[int]) -> dict[str, Any] | None:
    """Address and fields of a form for ``act``; None when it would do nothing."""
    if not uids:
        return None
    named: dict[str, list[Any]] = (
        {"uid": uids} if len(uids) <= LISTED else {"set": [write_uid_set(uids)]}
    )
    return {"url": reverse("webmail:act", args=[folder]), "fields": {**fields, **named}}


def read_set(text: str) -> list[int]:
    """UIDs out of ``1:5,9``. Raises Refused."""
    found = read_uid_set(text[:MOST_SET], MOST_SET)
    if found is None:
        raise Refused("Which messages are meant can't be read.")
    return found


def count_in_words(uids: list[int]) -> str:
    return "Message" if len(uids) == 1 else f"{len(uids):,} messages"


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
