"""Texts that are written often: kept, and filled in when they are used.

A field is ``{{name}}`` and nothing more: no expression, no filter, so that a text is never run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from webmail.html import rich_text_of
from webmail.html.fragment import clean_fragment, text_as_html
from webmail.mail import (
    Address,
    BadDraft,
    number,
    one_line,
    parse_unfinished_list,
    readable_text,
)
from webmail.models import MessageTemplate
from webmail.outgoing.draft import Draft
from webmail.people.identity import Identities

from .draftform import chosen_sender

MOST = 200  # of one account
LONGEST_NAME = 100  # characters
LONGEST_SUBJECT = 900
LONGEST_TEXT = 50_000
LONGEST_HTML = 200_000
FIELDS = {
    "name": gettext_lazy("names of those in To"),
    "first_name": gettext_lazy("first name of the first in To"),
    "address": gettext_lazy("address of the first in To"),
    "date": gettext_lazy("today"),
    "my_name": gettext_lazy("your name"),
    "my_address": gettext_lazy("the address that you write from"),
}
_FIELD = re.compile(r"\{\{[ \t\u00a0]*(\w{1,20})[ \t\u00a0]*\}\}")


@dataclass(frozen=True, slots=True)
class FilledTemplate:
    """A template with its fields filled in. ``missing``: those of which nothing is known yet; they
    stand there as they were.
    """

    subject: str
    text: str
    html: str
    missing: list[str]


def names(account: AbstractBaseUser) -> list[tuple[int, str]]:
    """The key and name of each template, in the order of names."""
    return list(MessageTemplate.objects.filter(account_id=account.pk).values_list("pk", "name"))


def find(account: AbstractBaseUser, key: int | None) -> MessageTemplate | None:
    """One's own template."""
    if key is None:
        return None
    return MessageTemplate.objects.filter(account_id=account.pk, pk=key).first()


def save(
    account: AbstractBaseUser,
    row: MessageTemplate | None,
    typed: Mapping[str, str],
) -> tuple[MessageTemplate, tuple[str, ...]]:
    """Keep a template; ``row`` is the one that is changed. ``typed`` has name, subject, text and
    html. Gives what was taken out of the HTML, too. Raises BadDraft.
    """
    own = MessageTemplate.objects.filter(account_id=account.pk)
    name = one_line(typed.get("name", ""))[:LONGEST_NAME].strip()
    if not name:
        raise BadDraft("name", gettext("Give the template a name."))
    others = own.exclude(pk=row.pk) if row else own
    if others.filter(name=name).exists():
        raise BadDraft("name", gettext("There is a template of this name already."))
    if row is None and own.count() >= MOST:
        raise BadDraft("name", gettext("There are %(most)d templates already.") % {"most": MOST})
    text = typed.get("text", "").replace("\r\n", "\n").replace("\0", "")
    html = typed.get("html", "")
    if len(text) > LONGEST_TEXT or len(html) > LONGEST_HTML:
        raise BadDraft("text", gettext("This template is too long."))
    cleaned = clean_fragment(html)
    if cleaned.html:
        text = readable_text(cleaned.html)
    row = row or MessageTemplate(account_id=account.pk)
    row.name, row.subject = name, one_line(typed.get("subject", ""))[:LONGEST_SUBJECT]
    row.text, row.html = text, cleaned.html
    row.save()
    return row, cleaned.removed


def fill(row: MessageTemplate, draft: Draft, sender: Address) -> FilledTemplate:
    """The template for who is in the draft's To, from that sender."""
    values = _values(draft, sender)
    missing: dict[str, None] = {}

    def filled(text: str, written: Callable[[str], str]) -> str:
        def value(match: re.Match[str]) -> str:
            name = match[1].lower()
            if not values.get(name):
                if name in FIELDS:
                    missing[name] = None
                return match[0]
            return written(values[name])

        return _FIELD.sub(value, text)

    return FilledTemplate(
        filled(row.subject, str),
        filled(row.text, str),
        filled(row.html or text_as_html(row.text), escape),
        list(missing),
    )


def begin(account: AbstractBaseUser, draft: Draft, own: Identities, key: str) -> None:
    """Begin a form with a template, if it is one's own."""
    row = find(account, number(key))
    if row is None:
        return
    filled = fill(row, draft, chosen_sender(own, draft) or own.preferred)
    draft.subject = draft.subject or filled.subject
    if draft.is_rich and row.html:
        draft.html = filled.html + (rich_text_of(draft.text) if draft.text.strip() else "")
    draft.text = filled.text + draft.text


def _values(draft: Draft, sender: Address) -> dict[str, str]:
    people = parse_unfinished_list("to", draft.to)[0]
    first = people[0] if people else Address("", "")
    return {
        "name": ", ".join(one.name for one in people if one.name),
        "first_name": first_name(first.name),
        "address": first.address,
        "date": date_format(timezone.localdate(), "DATE_FORMAT"),
        "my_name": sender.name,
        "my_address": sender.address,
    }


def first_name(name: str) -> str:
    """How somebody is called who is "Ann Miller", or "Miller, Ann"."""
    _, comma, behind = name.partition(",")
    words = (behind if comma and behind.strip() else name).split()
    return words[0] if words else ""
