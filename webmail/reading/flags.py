"""The flags that buttons set and clear, and what is said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy, ngettext_lazy

from webmail.mail import Flag

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

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
