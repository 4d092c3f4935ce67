"""How conversations are written on a page: who takes part, how many messages, which they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language_bidi, gettext, ngettext

from webmail.mail import Address, Conversation, Row, is_right_to_left, write_uid_set

register = template.Library()

MOST_PEOPLE = 4  # that are named in a row


@register.simple_tag
def conversation_data(conversation: Conversation, slim: bool = False) -> SafeString:
    """What the page's script knows of a row: its version, and which messages it stands for.

    ``slim``: the versions of all rows stand in one place (`in_one_place`).
    """
    out = SafeString() if slim else format_html(' data-version="{}"', conversation.version)
    if conversation.count > 1:
        out += format_html(' data-uids="{}"', write_uid_set(conversation.uids))
    if is_long(conversation):
        out += format_html(' data-thread="{}"', conversation.thread)
    return out


@register.simple_tag
def in_one_place(rows: Sequence[Row]) -> SafeString:
    """What differs in each of the rows that come while one scrolls, together, as it is smaller so:
    their UIDs and the minutes at which they were sent, each as the difference to the one before,
    and the versions of conversations, each of 4 characters, one behind the other.
    """
    versions = "".join(row.conversation.version for row in rows if row.conversation is not None)
    return format_html(
        ' data-uids="{}" data-minutes="{}" data-versions="{}"',
        _differences(row.uid for row in rows),
        _differences(int(row.date.timestamp()) // 60 for row in rows),
        versions,
    )


def _differences(numbers: Iterable[int]) -> str:
    """Of each number to the one before it; the first to 0."""
    before = 0
    words = []
    for number in numbers:
        words.append(str(number - before))
        before = number
    return " ".join(words)


@register.filter
def pick_value(row: Row) -> str:
    """What a form says of a row that is ticked: its messages; of very many also their thread."""
    conversation = row.conversation
    if conversation is None:
        return str(row.uid)
    numbers = write_uid_set(conversation.uids)
    return f"{numbers} {conversation.thread}" if is_long(conversation) else numbers


def is_long(conversation: Conversation) -> bool:
    """Whether it has more messages than are named."""
    return bool(conversation.thread) and conversation.count > len(conversation.uids)


@register.filter
def participants(conversation: Conversation, own: Container[str]) -> SafeString:
    """Who wrote, in order: "Anna, Bob, me"; of many the first and the last ones."""
    names = short_names(conversation.people, own)
    cut = len(names) > MOST_PEOPLE
    shown = [*names[:1], *names[1 - MOST_PEOPLE :]] if cut else names
    parts = format_html_join(", ", "{}", ((isolate_name(name),) for name in shown[1:]))
    return format_html("{}{}{}", isolate_name(shown[0]), " … " if cut else ", ", parts)


def short_names(people: list[Address], own: Container[str]) -> list[str]:
    """Names as friends use them, but whole where two would be the same; one's own is "me"."""
    labels = ["" if one.address.lower() in own else one.label for one in people]
    shorts = [first_name(label) for label in labels]
    twice = {name for name, count in Counter(shorts).items() if count > 1}
    return [
        (label if short in twice else short) if label else gettext("me")
        for label, short in zip(labels, shorts, strict=True)
    ]


def first_name(label: str) -> str:
    """The name that one is called by: of "Oliveira, Maria" the part behind the comma."""
    name = label.partition("@")[0] if " " not in label else label
    behind = name.partition(",")[2].split()
    return behind[0] if behind else (name.split() or [label])[0]


def isolate_name(name: str) -> SafeString:
    """A name beside others, whose order it must not turn round."""
    turned = is_right_to_left(name) != get_language_bidi()
    return format_html("<bdi>{}</bdi>" if turned else "{}", name)


@register.simple_tag
def messages_count(count: int) -> SafeString:
    """How many messages a row stands for: the number for the eye, in words for the ear."""
    words = ngettext("%(number)s message", "%(number)s messages", count) % {"number": count}
    return format_html(
        '<span class="total" aria-hidden="true">{}</span><span class="sr"> {}</span>', count, words
    )
