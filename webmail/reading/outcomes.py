"""What an action did, in words, and the form that takes it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import ngettext

from webmail.mail import MovedMessages, level_label, write_uid_set

from .flags import FLAGS
from .steps import Step, StepResult

LISTED = 50  # UIDs that a form names one by one


@dataclass(slots=True)
class ActionResult:
    """What was done, in words, and the form that takes it back (None when nothing can)."""

    text: str
    undo: dict[str, Any] | None = None


def deletion_result(count: int) -> ActionResult:
    words = ngettext("Message deleted for good.", "%(number)s messages deleted for good.", count)
    return ActionResult(words % {"number": count_text(count)})


def move_result(uids: list[int], found: MovedMessages) -> ActionResult:
    """Some may have vanished meanwhile, or the server in the middle."""
    there = list(found.uids.values())
    text = moved_words(len(uids), len(there) or len(uids), found.target)
    fields: dict[str, list[Any]] = {"to": [found.source], "validity": [found.uidvalidity]}
    return ActionResult(text, undo_form(found.target, fields, there))


def moved_words(asked: int, count: int, target: str) -> str:
    """How many of how many went where."""
    words = ngettext(
        "Message moved to %(folder)s.", "%(number)s messages moved to %(folder)s.", asked
    )
    if count < asked:
        words = ngettext(
            "%(moved)s of %(number)s message moved to %(folder)s. The others were not moved.",
            "%(moved)s of %(number)s messages moved to %(folder)s. The others were not moved.",
            asked,
        )
    return words % {
        "moved": count_text(count),
        "number": count_text(asked),
        "folder": folder_words(target),
    }


def mark_result(folder: str, what: str, count: int, changed: list[int]) -> ActionResult:
    """Undo touches only what this changed."""
    undo = undo_form(folder, {"do": [FLAGS[what][4]]}, changed)
    return ActionResult(marked_words(what, count), undo)


def marked_words(what: str, count: int) -> str:
    _, _, words, words_for_many, _ = FLAGS[what]
    if count <= LISTED:
        return str(words)
    return str(words_for_many % {"count": count, "number": count_text(count)})


def summary(results: list[StepResult]) -> ActionResult:
    """The same of very many, or of those of several folders."""
    undo = [result.undo for result in results if result.undo is not None]
    return ActionResult(" ".join(_sentences(results)), steps_form(undo) if undo else None)


def _sentences(results: list[StepResult]) -> Iterator[str]:
    for what, alike in _groups(results, lambda result: result.what):
        if what in FLAGS:
            yield marked_words(what, sum(result.asked for result in alike))
            continue
        moved = [result for result in alike if result.target]
        targets = _groups(moved, lambda result: result.target)
        if len(targets) > 1:
            yield words_of_return(sum(result.count for result in moved))
        else:
            for target, those in targets:
                asked, count = (sum(getattr(one, name) for one in those) for name in COUNTS)
                yield moved_words(asked, count, target)
        if gone := sum(result.count for result in alike if not result.target):
            yield deletion_result(gone).text


COUNTS = ("asked", "count")


def _groups(
    results: list[StepResult], key: Callable[[StepResult], str]
) -> list[tuple[str, list[StepResult]]]:
    out: dict[str, list[StepResult]] = {}
    for result in results:
        out.setdefault(key(result), []).append(result)
    return list(out.items())


def words_of_return(count: int) -> str:
    """Of messages that went back to several folders."""
    words = ngettext("Message moved back.", "%(number)s messages moved back.", count)
    return words % {"number": count_text(count)}


def steps_form(steps: list[Step]) -> dict[str, Any]:
    """The form that does these steps: of one folder as its list's own form would."""
    if len(steps) > 1:
        kept = [json.dumps(asdict(step), separators=(",", ":")) for step in steps]
        return {"url": reverse("webmail:act_on_several"), "fields": {"step": kept}}
    step = steps[0]
    fields: dict[str, list[Any]] = {"to": [step.to]} if step.to else {"do": [step.what]}
    if step.validity is not None:
        fields["validity"] = [step.validity]
    fields["set"] = [step.uids]
    since, until = step.changed
    if until:
        fields |= {"since": [since], "until": [until]}
    return act_form(step.folder, fields)


def undo_form(folder: str, fields: dict[str, list[Any]], uids: list[int]) -> dict[str, Any] | None:
    """The form for some messages; None when it would do nothing."""
    if not uids:
        return None
    named: dict[str, list[Any]] = (
        {"uid": uids} if len(uids) <= LISTED else {"set": [write_uid_set(uids)]}
    )
    return act_form(folder, {**fields, **named})


def act_form(folder: str, fields: dict[str, list[Any]]) -> dict[str, Any]:
    """Address and fields of a form for ``act``."""
    return {"url": reverse("webmail:act", args=[folder]), "fields": fields}


def count_text(count: int) -> str:
    """A number with its thousands set apart, as the reader's language does it."""
    return str(number_format(count, force_grouping=True))


def folder_words(name: str) -> str:
    """A folder as people call it: every level from the top."""
    top, *rest = name.split("/")
    return " / ".join([level_label(top), *rest])
