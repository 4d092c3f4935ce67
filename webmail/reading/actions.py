"""Moving, deleting, flagging and marking, one message or many; each can be taken back."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from webmail.mail import Refused, count_of_set, number, read_uid_set, uid_number
from webmail.pages.folders import mail_of, note_target
from webmail.pages.page import mail_page, own_address

from . import bulk
from .effects import perform
from .snoozing import snooze
from .steps import Step, StepRunner, is_action

MOST_SET = 2_000_000  # characters of a set
MOST_NAMED = 100_000  # messages that are named one by one
MOST_THREADS = 1_000


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
    what, to = ("move", "") if "snooze" in request.POST else action_of(request)
    validity = number(request.POST.get("validity", ""))
    if "snooze" in request.POST:
        return bulk.respond(
            request,
            snooze(request, name, validity, chosen_uids(request, name, uids, threads)),
            goal(request, name, what, uids),
        )
    if to and "back" in request.POST:  # to take something back is no choice of a folder
        note_target(request, to)
    step = step_of(request, Step(name, validity, what, to), uids)
    if step is not None:
        count = step.count or StepRunner(mail_of(request)).survey(step).asked
        return bulk.act_on_all(request, [step], count, goal(request, name, what, uids))
    session = mail_of(request)
    session.select(name, validity)
    uids = chosen_uids(request, name, uids, threads)
    outcome = perform(session, name, uids, what, to)
    return bulk.respond(request, outcome, goal(request, name, what, uids))


def chosen_uids(request: HttpRequest, name: str, uids: list[int], threads: list[str]) -> list[int]:
    """The messages that the form names one by one, and those of ``threads``, which are too many for
    that. Raises Refused.
    """
    if request.POST.get("all") == "1" and "snooze" in request.POST:
        raise Refused(gettext("Tick the messages that are to be snoozed, one by one."))
    if not uids:
        raise Refused(gettext("No message was chosen. Tick one or more first."))
    if not threads:
        return uids
    return sorted({*uids, *mail_of(request).conversation_uids(name, threads)})


def action_of(request: HttpRequest) -> tuple[str, str]:
    """What the button does, and where it moves to. Raises Refused."""
    to = request.POST.get("to", "")
    what = "move" if to else request.POST.get("do", "")
    if not is_action(what):
        raise Refused(gettext("There is no such action."))
    return what, to


def step_of(request: HttpRequest, step: Step, uids: list[int]) -> Step | None:
    """What the form means that names no message by itself; adds those of a small set to ``uids``.

    Raises Refused for a set that makes no sense.
    """
    if request.POST.get("all") == "1":
        upto = uid_number(request.POST.get("upto", "")) or 0
        return replace(step, query=request.POST.get("q", ""), upto=upto)
    text = request.POST.get("set", "")
    if not text:
        return None
    since, until = (number(request.POST.get(name, "")) or 0 for name in ("since", "until"))
    if until:
        return replace(step, uids=read_set(text), changed=(since, until))
    if count_of_set(read_set(text)) > bulk.FEW:
        return replace(step, uids=text)
    uids += read_uid_set(text, bulk.FEW + 1) or []
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
