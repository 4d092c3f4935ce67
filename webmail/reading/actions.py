"""Moving, deleting, flagging and marking, one message or many; each can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy, ngettext, ngettext_lazy
from django.views.decorators.http import require_POST

from webmail.mail import (
    Flag,
    MailSession,
    MovedMessages,
    Refused,
    level_label,
    number,
    read_uid_set,
    write_uid_set,
)
from webmail.pages.folders import mail_of
from webmail.pages.page import flash, mail_page, own_address, pane
from webmail.search.parser import parse

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

MOST_SET = 2_000_000  # messages, and characters of a set
LISTED = 50  # UIDs that a form names one by one
FLAGS: dict[str, tuple[Flag, bool, StrPromise, StrPromise, str]] = {
    # action: flag, whether it is set, the words, those for many, the action that takes it back
    "read": (
        Flag.SEEN,
        True,
        gettext_lazy("Marked as read."),
        ngettext_lazy(
            "%(number)s message: marked as read.", "%(number)s messages: marked as read.", "count"
        ),
        "unread",
    ),
    "unread": (
        Flag.SEEN,
        False,
        gettext_lazy("Marked as unread."),
        ngettext_lazy(
            "%(number)s message: marked as unread.",
            "%(number)s messages: marked as unread.",
            "count",
        ),
        "read",
    ),
    "flag": (
        Flag.FLAGGED,
        True,
        gettext_lazy("Flagged."),
        ngettext_lazy("%(number)s message: flagged.", "%(number)s messages: flagged.", "count"),
        "unflag",
    ),
    "unflag": (
        Flag.FLAGGED,
        False,
        gettext_lazy("Flag removed."),
        ngettext_lazy(
            "%(number)s message: flag removed.", "%(number)s messages: flag removed.", "count"
        ),
        "flag",
    ),
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
        raise Refused(gettext("No message was chosen. Tick one or more first."))
    session = mail_of(request)
    session.select(name, validity)
    if everything:
        tree = parse(request.POST.get("q", ""))
        uids = session.find_uids(name, tree, number(request.POST.get("upto", "")) or 0)
        if not uids:
            raise Refused(gettext("There is nothing in this folder to do that with any more."))
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
            return ActionResult(deleted_words(len(uids)))
        return ActionResult(moved_words(uids, moved), back(moved))
    if what in ROLES:
        to = session.role_folder(ROLES[what])
    elif what != "move":
        raise Refused(gettext("There is no such action."))
    moved = session.move(name, uids, to)
    return ActionResult(moved_words(uids, moved), back(moved))


def deleted_words(count: int) -> str:
    words = ngettext("Message deleted for good.", "%(number)s messages deleted for good.", count)
    return words % {"number": count_text(count)}


def moved_words(uids: list[int], moved: MovedMessages) -> str:
    """How many went where; some may have vanished meanwhile, or the server in the middle."""
    count = len(uids)
    words = ngettext(
        "Message moved to %(folder)s.", "%(number)s messages moved to %(folder)s.", count
    )
    if moved.uids and len(moved.uids) < count:
        words = ngettext(
            "%(moved)s of %(number)s message moved to %(folder)s. The others were not moved.",
            "%(moved)s of %(number)s messages moved to %(folder)s. The others were not moved.",
            count,
        )
    return words % {
        "moved": count_text(len(moved.uids)),
        "number": count_text(count),
        "folder": folder_words(moved.target),
    }


def mark(session: MailSession, name: str, uids: list[int], what: str) -> ActionResult:
    """Set or clear a flag; Undo touches only what this changed."""
    flag, on, words, words_for_many, reverse_action = FLAGS[what]
    changed = session.mark(name, uids, flag, on)
    count = len(uids)
    many = words_for_many % {"count": count, "number": count_text(count)}
    said = many if count > LISTED else str(words)
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
        raise Refused(gettext("Which messages are meant can't be read."))
    return found


def count_text(count: int) -> str:
    """A number with its thousands set apart, as the reader's language does it."""
    return number_format(count, force_grouping=True)


def folder_words(name: str) -> str:
    """A folder as people call it: every level from the top."""
    top, *rest = name.split("/")
    return " / ".join([level_label(top), *rest])


def goal(request: HttpRequest, name: str, what: str, uids: list[int]) -> str:
    """Where a page without script goes on: a flagged letter stays open, else its list."""
    where = own_address(request.POST.get("back", "")) or reverse("webmail:folder", args=[name])
    if "letter" in request.POST and what in ("flag", "unflag", "read"):
        return reverse("webmail:letter", args=[name, uids[0]])
    return where
