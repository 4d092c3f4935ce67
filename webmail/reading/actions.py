"""Moving, deleting, flagging and marking, one message or many; each can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from webmail import mail
from webmail.mail.client import LemonadeClient
from webmail.mail.commands import uid_set
from webmail.mail.filing import GONE, uid_sets
from webmail.mail.mailboxes import enter
from webmail.mail.numbers import number
from webmail.mail.searching import matching
from webmail.mail.types import Moved, NotFound, Refused
from webmail.pages.page import email_of, flash, mail_page, own_address, pane

from .mailbox import LONGEST_QUERY

MOST_SET = 2_000_000  # messages, and characters of a set
LISTED = 50  # UIDs that a form names one by one
FLAGS: dict[str, tuple[str, bool, bytes, str, str]] = {
    # action: flag, whether it is set, what it changes, the words, the action that takes it back
    "read": ("\\Seen", True, b"UNSEEN", "Marked as read", "unread"),
    "unread": ("\\Seen", False, b"SEEN", "Marked as unread", "read"),
    "flag": ("\\Flagged", True, b"UNFLAGGED", "Flagged", "unflag"),
    "unflag": ("\\Flagged", False, b"FLAGGED", "Flag removed", "flag"),
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
    given = [number(uid) for uid in request.POST.getlist("uid")]
    uids = [uid for uid in given if uid] + read_set(request.POST.get("set", ""))
    everything = request.POST.get("all") == "1"
    validity = number(request.POST.get("validity", ""))
    what = "move" if request.POST.get("to") else request.POST.get("do", "")
    if not uids and not everything:
        raise Refused("No message was chosen. Tick one or more first.")
    with mail.session(email_of(request)) as imap:
        enter(imap, name, validity)
        if everything:
            words = request.POST.get("q", "").strip()[:LONGEST_QUERY]
            uids = mail.every(imap, name, words, number(request.POST.get("upto", "")) or 0)
            if not uids:
                raise Refused("There is nothing in this folder to do that with any more.")
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
        moved = mail.delete(imap, name, uids)
        if moved is None:
            return Outcome(f"{counted(uids)} deleted for good.")
        return Outcome(moved_words(uids, moved), back(moved))
    if what in ROLES:
        to = mail.role_folder(imap, ROLES[what])
    elif what != "move":
        raise Refused("There is no such action.")
    moved = mail.move(imap, name, uids, to)
    return Outcome(moved_words(uids, moved), back(moved))


def moved_words(uids: list[int], moved: Moved) -> str:
    """How many went where; some may have vanished meanwhile, or the server in the middle."""
    where = f"moved to {folder_words(moved.target)}."
    if moved.uids and len(moved.uids) < len(uids):
        return f"{len(moved.uids):,} of {counted(uids)} {where} The others were not moved."
    return f"{counted(uids)} {where}"


def mark(imap: LemonadeClient, name: str, uids: list[int], what: str) -> Outcome:
    """Set or clear a flag; Undo touches only what this changed."""
    flag, on, key, words, reverse_action = FLAGS[what]
    enter(imap, name)
    sets = uid_sets(uids)
    changed = [uid for each in sets for uid in matching(imap, each, key)]
    if changed:
        mail.set_flags(imap, name, changed, *(([flag], []) if on else ([], [flag])))
    elif not any(matching(imap, each, b"ALL") for each in sets):
        raise NotFound(GONE)
    said = f"{words}." if len(uids) <= LISTED else f"{counted(uids)}: {words.lower()}."
    return Outcome(said, undo_form(name, {"do": [reverse_action]}, changed))


def back(moved: Moved) -> dict[str, Any] | None:
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
        {"uid": uids} if len(uids) <= LISTED else {"set": [uid_set(uids).decode("ascii")]}
    )
    return {"url": reverse("webmail:act", args=[folder]), "fields": {**fields, **named}}


def read_set(text: str) -> list[int]:
    """UIDs out of ``1:5,9``. Raises Refused."""
    out: list[int] = []
    for piece in filter(None, text[:MOST_SET].split(",")):
        low, _, high = piece.partition(":")
        first, last = number(low) or 0, number(high or low) or 0
        if not 0 < first <= last or last - first + len(out) >= MOST_SET:
            raise Refused("Which messages are meant can't be read.")
        out.extend(range(first, last + 1))
    return out


def counted(uids: list[int]) -> str:
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
