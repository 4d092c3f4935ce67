"""Moving, deleting, flagging and marking, one message or many; each can be taken back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from webmail.mail import (
    Refused,
    Selection,
    count_of_set,
    number,
    read_uid_set,
    uid_number,
)
from webmail.pages.folders import mail_of
from webmail.pages.page import flash, mail_page, own_address, pane
from webmail.search.parser import parse

from . import bulk
from .effects import is_action, perform, perform_all

MOST_SET = 2_000_000  # characters of a set
MOST_NAMED = 100_000  # messages that are named one by one
MOST_THREADS = 1_000
FEW = 1_000  # messages that are acted on while somebody waits


@mail_page
@require_POST
def act(request: HttpRequest, name: str) -> HttpResponseBase:
    """One action on the chosen messages; JSON for the script, else back to where one was."""
    uids: list[int] = []
    threads = []
    for chosen in request.POST.getlist("uid"):
        numbers, _, thread = chosen.partition(" ")
        uids += read_uid_set(numbers, MOST_NAMED - len(uids)) or []
        threads += [thread] if thread else []
    if len(threads) > MOST_THREADS:
        raise Refused(gettext("Which messages are meant can't be read."))
    selection = selection_of(request, uids)
    if not uids and selection is None:
        raise Refused(gettext("No message was chosen. Tick one or more first."))
    what = "move" if request.POST.get("to") else request.POST.get("do", "")
    to = request.POST.get("to", "")
    if not is_action(what):
        raise Refused(gettext("There is no such action."))
    validity = number(request.POST.get("validity", ""))
    count = number(request.POST.get("count", "")) or 0
    if selection is not None and count > FEW:
        return bulk.act_in_background(request, name, validity, selection, what, to, count)
    session = mail_of(request)
    session.select(name, validity)
    if threads:  # whose messages are too many to be named one by one
        uids = sorted({*uids, *session.conversation_uids(name, threads)})
    if selection is not None:
        outcome = perform_all(session, name, validity, selection, what, to, few=True)
    else:
        outcome = perform(session, name, uids, what, to)
    if pane(request):
        return JsonResponse({"text": outcome.text, "undo": outcome.undo})
    flash(request, outcome.text, outcome.undo)
    return redirect(goal(request, name, what, uids))


def selection_of(request: HttpRequest, uids: list[int]) -> Selection | None:
    """What the form means that names no message by itself; adds those of a small set to ``uids``.

    Raises Refused for a set that makes no sense.
    """
    if request.POST.get("all") == "1":
        tree = parse(request.POST.get("q", ""))
        return Selection(tree=tree, upto=uid_number(request.POST.get("upto", "")) or 0)
    text = request.POST.get("set", "")
    if not text:
        return None
    since, until = (number(request.POST.get(name, "")) or 0 for name in ("since", "until"))
    if until:
        return Selection(uids=read_set(text), changed=(since, until))
    if count_of_set(read_set(text)) > FEW:
        return Selection(uids=text)
    uids += read_uid_set(text, FEW + 1) or []
    return None


def read_set(text: str) -> str:
    """``1:5,9`` if it is a set. Raises Refused."""
    if len(text) > MOST_SET or not 0 < count_of_set(text) <= MOST_SET:
        raise Refused(gettext("Which messages are meant can't be read."))
    return text


def goal(request: HttpRequest, name: str, what: str, uids: list[int]) -> str:
    """Where a page without script goes on: a flagged letter stays open, else its list."""
    where = own_address(request.POST.get("back", "")) or reverse("webmail:folder", args=[name])
    if uids and "letter" in request.POST and what in ("flag", "unflag", "read", "mute", "unmute"):
        shown = request.POST.get("letter", "")
        view = "conversation" if shown == "conversation" else "letter"
        return reverse(f"webmail:{view}", args=[name, uids[0]])
    return where
