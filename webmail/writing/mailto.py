"""Links that begin a message: ``mailto:`` (RFC 6068), and the same as a query of the form."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import unquote

from django.http import QueryDict

from webmail.html.links import LONGEST_LINK
from webmail.outgoing.draft import Draft

FIELDS = frozenset({"to", "cc", "bcc", "subject", "body", "in-reply-to", "references"})
Pair = tuple[str, str]


def new_draft(sender: str, query: QueryDict) -> Draft:
    """What ``?to=&cc=&bcc=&subject=&body=`` or ``?mailto=`` ask for; any of them may repeat.

    Nothing is judged: the form shows it, and its reader sends it or not.
    """
    pairs = [(name, value) for name in FIELDS for value in query.getlist(name)]
    for link in query.getlist("mailto"):
        pairs += _parse_link(link)
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        if value.strip():
            given.setdefault(name, []).append(value[:LONGEST_LINK])

    def listed(name: str) -> str:
        return ", ".join(_lines(given.get(name, ()), " "))

    return Draft(
        sender=sender,
        to=listed("to"),
        cc=listed("cc"),
        bcc=listed("bcc"),
        subject=" ".join(_lines(given.get("subject", ()), " "))[:900],
        text="\n".join(_lines(given.get("body", ()), "\n")),
        in_reply_to=listed("in-reply-to"),
        references=" ".join(
            _lines([*given.get("references", ()), *given.get("in-reply-to", ())], " ")
        ),
    )


def _parse_link(link: str) -> list[Pair]:
    """The fields of a ``mailto:`` link; a plus is a plus (RFC 6068 §5)."""
    scheme, colon, rest = link[:LONGEST_LINK].strip().partition(":")
    if not colon or scheme.lower() != "mailto":
        return []
    people, _, query = rest.partition("#")[0].partition("?")
    pairs = [("to", people)]
    for field in query.replace("&amp;", "&").split("&"):
        name, _, value = field.partition("=")
        if name.lower() in FIELDS:
            pairs.append((name.lower(), value))
    return [(name, unquote(value)) for name, value in pairs]


def _lines(values: Iterable[str], end: str) -> list[str]:
    """Values with their line ends written so."""
    return [value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", end) for value in values]
