"""Numbers and moments in the form in which people read them."""

from __future__ import annotations

import time
from datetime import UTC, datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString

NEVER = "never"
_STEPS = ((60, 1, "s"), (3600, 60, "min"), (86_400, 3600, "h"), (30 * 86_400, 86_400, "days"))


def octets(count: int | None) -> str:
    """``12.4 MB``: decimal, as disks and mail limits are counted."""
    size = float(count or 0)
    if size < 1000:
        return f"{int(size)} B"
    for unit in ("kB", "MB", "GB", "TB"):
        size /= 1000
        if size < 999.5 or unit == "TB":
            break
    return f"{size:.1f} {unit}"


def distance(at: int, now: int) -> str:
    """``in 5 min``, ``3 h ago``; a date when it is far away."""
    span = abs(at - now)
    if span < 10:
        return "now"
    for limit, unit, name in _STEPS:
        if span < limit:
            count = span // unit
            word = "day" if name == "days" and count == 1 else name
            return f"in {count} {word}" if at > now else f"{count} {word} ago"
    return f"{datetime.fromtimestamp(at, UTC):%d %b %Y}"


def moment(at: int | None, empty: str = NEVER) -> SafeString | str:
    """A time in seconds UTC as a distance from now, with the exact time beneath the pointer."""
    if not at:
        return empty
    exact = datetime.fromtimestamp(at, UTC)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        exact.isoformat(),
        f"{exact:%Y-%m-%d %H:%M:%S} UTC",
        distance(at, int(time.time())),
    )


def moment_by(at: int | None, who: str) -> SafeString | str:
    """A time and who did it."""
    return format_html("{} by {}", moment(at), who or "somebody") if at else NEVER


def badge(kind: str, words: str) -> SafeString:
    """A state as a word in a colour: good, waiting, bad or quiet."""
    return format_html('<span class="badge {}">{}</span>', kind, words)
