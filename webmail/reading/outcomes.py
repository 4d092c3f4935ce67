"""What an action did, in words, and the form that takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from webmail.mail import (
    FiledMessages,
    Flag,
    MarkedMessages,
    MovedMessages,
    Selection,
    count_of_set,
    level_label,
    write_uid_set,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

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
    "mute": (
        Flag.MUTED,
        True,
        gettext_lazy("Muted: what comes to this conversation does not ask for attention."),
        ngettext_lazy("%(number)s message: muted.", "%(number)s messages: muted.", "count"),
        "unmute",
    ),
    "unmute": (
        Flag.MUTED,
        False,
        gettext_lazy("No longer muted."),
        ngettext_lazy(
            "%(number)s message: no longer muted.", "%(number)s messages: no longer muted.", "count"
        ),
        "mute",
    ),
}


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


def filing_result(found: FiledMessages) -> ActionResult:
    """The same of very many."""
    if not found.target:
        return deletion_result(found.count)
    asked = max(found.asked, found.count)
    text = moved_words(asked, found.count or asked, found.target)
    if not found.uids:
        return ActionResult(text)
    fields: dict[str, list[Any]] = {
        "to": [found.source],
        "validity": [found.uidvalidity],
        "set": [found.uids],
        "count": [found.count],
    }
    return ActionResult(text, act_form(found.target, fields))


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


def bulk_mark_result(
    folder: str, validity: int | None, what: str, found: MarkedMessages
) -> ActionResult:
    """The same of very many."""
    text = marked_words(what, found.asked)
    if found.changed is None:
        return ActionResult(text)
    fields: dict[str, list[Any]] = {"do": [FLAGS[what][4]], **selection_fields(found.changed)}
    if validity is not None:
        fields["validity"] = [validity]
    return ActionResult(text, act_form(folder, fields))


def marked_words(what: str, count: int) -> str:
    _, _, words, words_for_many, _ = FLAGS[what]
    if count <= LISTED:
        return str(words)
    return str(words_for_many % {"count": count, "number": count_text(count)})


def selection_fields(selection: Selection) -> dict[str, list[Any]]:
    """A selection as a form has it."""
    fields: dict[str, list[Any]] = {
        "set": [selection.uids],
        "count": [count_of_set(selection.uids)],
    }
    since, until = selection.changed
    return {**fields, "since": [since], "until": [until]} if until else fields


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
