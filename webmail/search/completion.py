"""Completing the last word of a query: people, folders, and what an operator takes."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.views.decorators.http import require_safe

from webmail.mail import Address, FoundRow, MessageState, TextKey, any_of
from webmail.pages.folders import mail_of, tree_of
from webmail.pages.page import mail_page

from .parser import LONGEST
from .words import OPERATORS, write_word

MOST = 8
FEWEST = 2  # letters of somebody's name or address
LOOKED_AT = 40  # of the newest messages in which the letters stand
PEOPLE = {"from": ("from",), "to": ("to", "cc"), "cc": ("to", "cc"), "bcc": ("to", "cc")}
"""Operators that take people, and where those are looked for."""


@mail_page
@require_safe
def completion(request: HttpRequest) -> HttpResponseBase:
    """Queries that begin as ``q`` does, with its last word completed."""
    query = request.GET.get("q", "")[-LONGEST:]
    before, letters = split_last(query)
    operator, colon, value = letters.partition(":")
    sign = "-" if operator.startswith("-") else ""
    name = operator.removeprefix("-").lower()
    found: Iterable[str]
    if not colon:
        found = [f"{each}:" for each in sorted(OPERATORS) if name and each.startswith(name)]
    else:
        found = [f"{name}:{write_word(each)}" for each in values(request, name, value.strip('"'))]
    return JsonResponse({"queries": [f"{before}{sign}{each}" for each in found][:MOST]})


def split_last(query: str) -> tuple[str, str]:
    """What stands before the last word, and that word; a phrase that is open is one word."""
    at = 0
    is_open = False
    for position, letter in enumerate(query):
        if letter == '"':
            is_open = not is_open
        elif letter.isspace() and not is_open:
            at = position + 1
    return query[:at], query[at:]


def values(request: HttpRequest, operator: str, letters: str) -> list[str]:
    """What may stand behind an operator, beginning with some letters."""
    start = letters.casefold()
    if operator in PEOPLE:
        return people(request, operator, start) if len(start) >= FEWEST else []
    if operator == "in":
        folders = [one for one in tree_of(request) if one.selectable and not one.prefix]
        names = [one.role or "/".join(one.levels) for one in folders]
        return [name for name in names if start in name.casefold()]
    if operator == "saved":
        saved = mail_of(request).saved_searches()
        return [one.name for one in saved if start in one.label.casefold() or start in one.name]
    fixed = {"is": [state.value for state in MessageState], "has": ["attachment"]}
    return [word for word in fixed.get(operator, []) if word.startswith(start)]


def people(request: HttpRequest, operator: str, start: str) -> list[str]:
    """Addresses of those from whom one got mail, or to whom one wrote, lately; often met first.

    One question to the server that finds no more than some of the newest messages.
    """
    session = mail_of(request)
    role = "sent" if operator != "from" else "inbox"
    there = [folder.name for folder in tree_of(request) if folder.role == role]
    tree = any_of([TextKey(field, start) for field in PEOPLE[operator]])
    rows = session.search_page(there, tree, size=LOOKED_AT).rows
    counts: dict[str, int] = {}
    for one in rows:
        for person in _people_in(one, operator):
            address = person.address.lower()
            if address and (start in address or start in person.name.casefold()):
                counts[address] = counts.get(address, 0) + 1
    return sorted(counts, key=lambda address: (-counts[address], address))


def _people_in(one: FoundRow, operator: str) -> list[Address]:
    return list(one.row.origin.authors) if operator == "from" else one.row.recipients
