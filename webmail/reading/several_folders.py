"""Actions on messages of several folders: chosen among results, all that a search finds, undo."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from webmail.mail import Refused, number, uid_number, write_uid_set
from webmail.pages.folders import find_folder, mail_of, tree_of
from webmail.pages.page import mail_page, own_address
from webmail.search.folder_names import with_folders
from webmail.search.parser import parse
from webmail.search.results import results_url

from . import bulk
from .actions import MOST_SET, action_of, read_set
from .steps import Step, StepRunner, is_action, read_step

MOST_STEPS = 1_000
MOST_CHOSEN = 10_000  # messages that are named one by one


@mail_page
@require_POST
def act_on_several(request: HttpRequest) -> HttpResponseBase:
    """One action in several folders; JSON for the script, else back to where one was."""
    goal = own_address(request.POST.get("back", "")) or results_url({})
    if kept := request.POST.getlist("step"):
        steps = read_steps(kept)
        return bulk.act_on_all(request, steps, sum(step.count for step in steps), goal)
    what, to = action_of(request)
    if request.POST.get("all") == "1":
        steps = steps_for_query(request, what, to)
        query = request.POST.get("q", "")
        tree = with_folders(parse(query), tree_of(request), query)
        count = mail_of(request).count_found([step.folder for step in steps], tree)
    else:
        steps = steps_for_chosen(request.POST.getlist("uid"), what, to)
        count = sum(step.count for step in steps)
    if not steps:
        raise Refused(gettext("No message was chosen. Tick one or more first."))
    steps = without_idle(request, steps)
    return bulk.act_on_all(request, steps, count, goal)


def read_steps(kept: list[str]) -> list[Step]:
    """Steps as ``steps_form`` writes them. Raises Refused."""
    if len(kept) > MOST_STEPS or sum(map(len, kept)) > MOST_SET:
        raise Refused(gettext("Which messages are meant can't be read."))
    try:
        steps = [read_step(json.loads(each)) for each in kept]
        sound = all(is_sound(step) for step in steps)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        sound = False
    if not sound:
        raise Refused(gettext("Which messages are meant can't be read."))
    return steps


def is_sound(step: Step) -> bool:
    """Whether a step that came from outside names messages by a set, and an action that is one."""
    texts = (step.folder, step.what, step.to, step.uids, step.query)
    numbers = (step.validity or 0, step.upto, *step.changed)
    return (
        all(isinstance(text, str) for text in texts)
        and all(type(each) is int and 0 <= each < 2**63 for each in numbers)
        and len(step.changed) == 2
        and is_action(step.what)
        and not (step.query or step.everywhere)
        and bool(read_set(step.uids))
    )


def steps_for_query(request: HttpRequest, what: str, to: str) -> list[Step]:
    """One for each folder in which something was found; ``folder`` says up to which UID."""
    named = request.POST.getlist("folder")
    if len(named) > MOST_STEPS:
        raise Refused(gettext("Which messages are meant can't be read."))
    steps = []
    for each in named:
        validity, upto, name = place_in(each)
        query = request.POST.get("q", "")
        steps.append(Step(name, validity, what, to, query=query, upto=upto, everywhere=True))
    return steps


def steps_for_chosen(chosen: list[str], what: str, to: str) -> list[Step]:
    """One for each folder, of messages that are named one by one."""
    if len(chosen) > MOST_CHOSEN:
        raise Refused(gettext("Which messages are meant can't be read."))
    uids: dict[tuple[str, int], list[int]] = {}
    for each in chosen:
        uid, validity, name = place_in(each)
        uids.setdefault((name, validity), []).append(uid)
    return [
        Step(name, validity, what, to, uids=write_uid_set(some))
        for (name, validity), some in uids.items()
    ]


def place_in(text: str) -> tuple[int, int, str]:
    """Two numbers and the name of a folder. Raises Refused."""
    first, _, rest = text.partition(" ")
    second, _, name = rest.partition(" ")
    numbers = uid_number(first), number(second)
    if numbers[0] is None or numbers[1] is None or not name:
        raise Refused(gettext("Which messages are meant can't be read."))
    return numbers[0], numbers[1], name


def without_idle(request: HttpRequest, steps: list[Step]) -> list[Step]:
    """Without those that would move messages to where they are. Raises NotFound, Refused."""
    runner = StepRunner(mail_of(request))
    for step in steps[:1]:
        if step.to:
            find_folder(tree_of(request), step.to)
    left = [step for step in steps if runner.target_of(step) != step.folder]
    if not left:
        raise Refused(gettext("The messages are in this folder already."))
    return left
