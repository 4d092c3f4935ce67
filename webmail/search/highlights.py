"""Which words are marked where, in the results and in the message that is opened from them."""

from __future__ import annotations

from dataclasses import dataclass

from webmail.mail import words_to_mark

from .parser import parse
from .words import QueryError


@dataclass(frozen=True, slots=True)
class Highlights:
    """The words that were looked for, by what is shown of a message."""

    subject: tuple[str, ...] = ()
    sender: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    text: tuple[str, ...] = ()


def highlights_of(query: str) -> Highlights:
    """The words of a query; none of one that can't be read."""
    try:
        words = words_to_mark(parse(query))
    except QueryError:
        return Highlights()

    def of(*fields: str) -> tuple[str, ...]:
        return tuple(word for field in ("", *fields) for word in words.get(field, ()))

    return Highlights(of("subject"), of("from"), of("to", "cc", "bcc"), of("body"))
