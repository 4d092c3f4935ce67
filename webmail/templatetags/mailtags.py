"""How mail is written on a page: icons, times, sizes, people, plain text."""

from __future__ import annotations

from collections.abc import Container, Iterable
from datetime import datetime

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, json_script
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi, gettext, gettext_lazy, ngettext

from webmail.html import plain
from webmail.html.highlight import highlight as marked_html
from webmail.html.parts import SHOWN_INLINE
from webmail.html.quotes import plain_without_quotes
from webmail.mail import (
    Address,
    Folder,
    MessagePart,
    OpenedMessage,
    Row,
    container_kind,
    converted_kind,
    is_right_to_left,
)
from webmail.outgoing.timeline import Person
from webmail.pages.dates import full_date, long_date, short_date
from webmail.pages.sizes import size_in_words
from webmail.pages.words import compose_words, mailbox_words, settings_words, viewer_words

register = template.Library()
register.filter("octets", size_in_words)
register.filter(plain)
register.filter(plain_without_quotes)
register.filter(full_date)

DEEPEST = 40  # steps that can still be told from one another
MOST_PEOPLE = 200
FOLDED = 240  # characters that are shown without asking
MOST_NAMES = 10  # of a row; more are never seen
SCRIPT_WORDS = {
    "mailbox": mailbox_words,
    "compose": compose_words,
    "settings": settings_words,
    "viewer": viewer_words,
}
MARKS = {  # icon and words of each mark of a row
    "later": ("clock", gettext_lazy("To be sent later")),
    "flagged": ("flagged", gettext_lazy("Flagged")),
    "answered": ("reply", gettext_lazy("Replied")),
    "forwarded": ("forward", gettext_lazy("Forwarded")),
    "attachments": ("clip", gettext_lazy("Has attachments")),
    "muted": ("mute", gettext_lazy("Muted")),
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A line icon out of the sprite; it says nothing to a screen reader."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def folder_icon(folder: Folder) -> SafeString:
    return icon(folder.role or "folder")


@register.simple_tag
def indent(folder: Folder) -> SafeString:
    """How deep a folder lies, for the eye: one step a level; the steps shrink where many are."""
    return mark_safe("<i></i>" * min(folder.depth, DEEPEST))


@register.simple_tag
def part_icon(part: MessagePart) -> SafeString:
    """The icon that goes with the part's media type."""
    if part.type.startswith("image/"):
        return icon("image")
    if part.type == "text/calendar":
        return icon("calendar")
    return icon("letter" if part.type == "message/rfc822" else "file")


@register.simple_tag
def part_face(folder: str, letter: OpenedMessage, part: MessagePart) -> SafeString:
    """The part in small, where the server makes one; else, and until it comes, its icon."""
    if not letter.converts:
        return part_icon(part)
    if converted_kind(part) not in ("picture", "pages"):
        return format_html('<span class="face">{}</span>', part_icon(part))
    address = reverse("webmail:picture", args=[folder, letter.uid, part.section, "thumb"])
    return format_html(
        '<span class="face">{}<img loading="lazy" decoding="async" alt="" src="{}"></span>',
        part_icon(part),
        address,
    )


@register.simple_tag
def row_icons(row: Row, later: Container[int] = ()) -> SafeString:
    """The small icons of a list row; ``later`` are the UIDs that wait to be sent."""
    borne = {
        "later": row.uid in later,
        "flagged": row.flags.flagged,
        "answered": row.flags.answered,
        "forwarded": row.flags.forwarded,
        "attachments": row.has_attachments,
        "muted": row.flags.muted,
    }
    return draw_icons(name for name, on in borne.items() if on)


@register.simple_tag
def every_mark() -> SafeString:
    """All that a row can bear, in their order: the page's script picks from these."""
    return draw_icons(MARKS)


def draw_icons(names: Iterable[str]) -> SafeString:
    """Each with its words for those who can't see it."""
    return mark_safe(  # every value is one of MARKS
        "".join(
            f'<svg class="icon" data-mark="{name}" role="img" aria-label="{MARKS[name][1]}">'
            f'<use href="#i-{MARKS[name][0]}"/></svg>'
            for name in names
        )
    )


@register.simple_tag
def script_words(page: str, name: str = "words") -> SafeString:
    """What the page's script says, as data that it reads. ``name``: of the element, or ""."""
    return json_script(SCRIPT_WORDS[page](), name or None)


@register.simple_tag
def live_url() -> str:
    """The address of the WebSocket that says what changed."""
    return reverse("live", urlconf="webmail.live.routing")


@register.simple_tag
def when(moment: datetime, long: bool = False, slim: bool = False) -> SafeString:
    """``<time>``: the hour today, the day this week, the date before that.

    ``slim``: the page's script adds what a machine reads, and the words that show when one points
    at it.
    """
    local = timezone.localtime(moment)
    if slim:
        return format_html("<time>{}</time>", short_date(local))
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="minutes"),
        full_date(local),
        long_date(local) if long else short_date(local),
    )


@register.filter
def people(addresses: Iterable[Address]) -> str:
    """All of them, up to a number that a page can hold."""
    every = list(addresses)
    shown = ", ".join(str(address) for address in every[:MOST_PEOPLE])
    more = len(every) - MOST_PEOPLE
    return (
        ngettext(
            "%(names)s and %(number)d more, who stands in the message's source",
            "%(names)s and %(number)d more, who stand in the message's source",
            more,
        )
        % {"names": shown, "number": more}
        if more > 0
        else shown
    )


@register.filter
def long(text: str) -> bool:
    """Whether a text is folded to a few lines, with a way to see all of it."""
    return len(text) > FOLDED


@register.filter
def fold(text: str) -> SafeString:
    """The text; a long one shows its first lines until one wants to see all."""
    if not long(text):
        return format_html("{}", text)
    return format_html(
        '<details class="fold"><summary data-more="{}" data-less="{}">'
        '<span class="clamp">{}</span></summary></details>',
        gettext("Show all"),
        gettext("Show less"),
        text,
    )


@register.filter
def worst_first(people: Iterable[Person]) -> list[Person]:
    """Those who did not get a message before those who did."""
    return sorted(people, key=lambda person: person.tone != "bad")


@register.filter
def isolate(text: str) -> SafeString:
    """Words beside others, whose order they must not turn round."""
    return format_html(
        "<bdi>{}</bdi>" if is_right_to_left(text) != get_language_bidi() else "{}", text
    )


@register.filter
def highlight(text: str, words: Iterable[str]) -> SafeString:
    """Text, or HTML that is safe, with the words of a search marked in it."""
    return mark_safe(marked_html(conditional_escape(text), words or ()))  # both are escaped


@register.filter
def recipients(row: Row) -> str:
    """Whom a sent message went to, for the list of Sent and Drafts."""
    names = ", ".join(address.label for address in row.recipients[:MOST_NAMES])
    return gettext("To %(names)s") % {"names": names} if names else gettext("(no recipient)")


@register.filter
def summary(letter: OpenedMessage) -> str:
    """The recipients in a few words: "Alice, Bob and 3 more"."""
    names = [address.label for address in (*letter.to, *letter.cc)]
    if not names:
        return gettext("undisclosed recipients")
    if len(names) <= 3:
        return ", ".join(names)
    return ngettext(
        "%(names)s and %(number)d more", "%(names)s and %(number)d more", len(names) - 2
    ) % {
        "names": ", ".join(names[:2]),
        "number": len(names) - 2,
    }


@register.filter
def total_size(parts: Iterable[MessagePart]) -> int:
    """Octets of all of them, as people know them."""
    return sum(part.shown for part in parts)


@register.filter
def previewable(part: MessagePart) -> bool:
    """Whether a server with CONVERT makes something to look at of the part."""
    return bool(converted_kind(part))


@register.filter
def viewable(part: MessagePart) -> bool:
    """Whether a browser may show the part by itself."""
    return part.type in SHOWN_INLINE


@register.filter
def is_message(part: MessagePart) -> bool:
    """Whether the part is a message that can be opened."""
    return container_kind(part) == "message"


@register.filter
def signed_by_another(letter: OpenedMessage) -> bool:
    """Whether a signature that fits bears another address than the sender's."""
    signature = letter.signature
    if signature is None or signature.state != "intact" or not signature.address:
        return False
    return signature.address not in {one.address.lower() for one in letter.origin.authors}
