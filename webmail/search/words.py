"""The words of a query, one by one: where each begins, whether it is quoted, what it says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from webmail.mail import MailError

QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "「": "」", "『": "』"}
"""What begins a phrase, and what may end it."""

COLONS = ":："
OPERATORS = frozenset(
    {
        *("from", "to", "cc", "bcc", "subject", "body", "filename", "list"),
        *("is", "has", "in", "label", "larger", "smaller"),
        *("saved", "before", "after", "older_than", "newer_than"),
    }
)


class QueryError(MailError):
    """A query that can't be read: what is wrong, and at which word it is (from 1)."""

    status = 400

    def __init__(self, word: int, text: str) -> None:
        place = gettext("Word %(number)d of the search: %(text)s")
        super().__init__(place % {"number": word, "text": text})
        self.word = word
        self.text = text


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word, phrase or sign. ``kind``: "word", "operator", "(", ")", "-"."""

    kind: str
    text: str
    number: int
    is_quoted: bool = False

    def is_keyword(self, *names: str) -> bool:
        """Whether it is one of these words in capitals, such as OR."""
        return self.kind == "word" and not self.is_quoted and self.text in names


def split_words(text: str) -> Iterator[QueryWord]:
    """The words of a query. Raises QueryError for a quotation mark that is never closed."""
    at, number = 0, 0
    is_new = True  # no letter of the same word stands before
    while at < len(text):
        letter = text[at]
        if letter.isspace() or not letter.isprintable():
            at, is_new = at + 1, True
            continue
        number += is_new
        if letter in "()":
            yield QueryWord(letter, letter, number)
            at, is_new = at + 1, True
        elif letter == "-" and is_new and _begins_something(text, at + 1):
            yield QueryWord("-", letter, number)
            at, is_new = at + 1, False
        elif letter in QUOTES:
            phrase, at = _phrase(text, at, number)
            yield QueryWord("word", phrase, number, is_quoted=True)
            is_new = True
        else:
            word, at = _word(text, at)
            kind = "operator" if word[-1] in COLONS else "word"
            yield QueryWord(kind, word[:-1].lower() if kind == "operator" else word, number)
            is_new = kind == "word"


def _begins_something(text: str, at: int) -> bool:
    return at < len(text) and not text[at].isspace() and text[at] not in "-)"


def _phrase(text: str, start: int, number: int) -> tuple[str, int]:
    """What stands between quotation marks, and where it ends; a backslash keeps what follows."""
    letters: list[str] = []
    at = start + 1
    while at < len(text):
        if text[at] in QUOTES[text[start]]:
            return "".join(letters), at + 1
        if text[at] == "\\" and at + 1 < len(text):
            at += 1
        letters.append(text[at] if text[at].isprintable() else " ")
        at += 1
    raise QueryError(number, gettext("this quotation mark is never closed."))


def _word(text: str, start: int) -> tuple[str, int]:
    """A word up to a blank or a bracket; or the name of an operator with its colon."""
    at = start
    while at < len(text) and text[at].isprintable() and not text[at].isspace():
        if text[at] in "()":
            break
        at += 1
        if text[at - 1] in COLONS and text[start : at - 1].lower() in OPERATORS:
            break
    return text[start:at], at


def write_word(text: str) -> str:
    """A text as it stands in a query: in quotation marks where it would be read otherwise."""
    if _is_read_as_it_stands(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _is_read_as_it_stands(text: str) -> bool:
    if text.startswith("-"):
        return False
    try:
        words = list(split_words(text))
    except QueryError:
        return False
    return words == [QueryWord("word", text, 1)] and text not in ("OR", "AND", "NOT")
