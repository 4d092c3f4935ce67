"""Numbers and moments in the form in which people read them, by the language of the page."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils import formats
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext

NEVER = gettext_lazy("never")


def number(count: int) -> str:
    """``12,345``, as the reader's language has it."""
    return str(formats.number_format(count, force_grouping=True))


def octets(count: int | None) -> str:
    """``12.4 MB``: decimal, as disks and mail limits are counted."""
    size = float(count or 0)
    if size < 1000:
        return f"{int(size)} B"
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        if size < 999.5 or unit == "TB":
            break
    return f"{formats.number_format(round(size, 1), 1)} {unit}"


def distance(at: int, now: int) -> str:
    """``in 5 min``, ``3 h ago``; a date when it is far away."""
    span = abs(at - now)
    if span < 10:
        return gettext("now")
    if span >= 30 * 86_400:
        # Translators: Django's letters for a date.
        return formats.date_format(datetime.fromtimestamp(at, UTC), pgettext("date", "d M Y"))
    if span < 60:
        shown, ahead, past = span, gettext("in %(count)s s"), gettext("%(count)s s ago")
    elif span < 3600:
        shown = span // 60
        ahead, past = gettext("in %(count)s min"), gettext("%(count)s min ago")
    elif span < 86_400:
        shown, ahead, past = span // 3600, gettext("in %(count)s h"), gettext("%(count)s h ago")
    else:
        shown = span // 86_400
        ahead = ngettext("in %(count)s day", "in %(count)s days", shown)
        past = ngettext("%(count)s day ago", "%(count)s days ago", shown)
    return (ahead if at > now else past) % {"count": shown}


def moment(at: int | None, empty: str | Promise = NEVER) -> SafeString | str:
    """A time in seconds UTC as a distance from now, with the exact time beneath the pointer."""
    if not at:
        return str(empty)
    exact = datetime.fromtimestamp(at, UTC)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        exact.isoformat(),
        f"{exact:%Y-%m-%d %H:%M:%S} UTC",
        distance(at, int(time.time())),
    )


def moment_by(at: int | None, who: str) -> SafeString | str:
    """A time and who did it."""
    if not at:
        return str(NEVER)
    return format_html(gettext("{} by {}"), moment(at), who or gettext("somebody"))


def badge(kind: str, words: str | Promise) -> SafeString:
    """A state as a word in a colour: good, waiting, bad or quiet."""
    return format_html('<span class="badge {}">{}</span>', kind, words)


def name_list(names: Sequence[str], most: int) -> str:
    """The first of them, and how many more there are."""
    shown, more = ", ".join(names[:most]), len(names) - most
    if more <= 0:
        return shown
    text = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
    return text % {"names": shown, "count": more}
