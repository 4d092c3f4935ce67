"""Fuzzy matching of texts: the words in any order, a longer one with one letter wrong (RFC 6203).

A word in which one letter is wrong, missing or too many has one of its halves intact. So the
database finds the messages in question by substrings; which of them match, and how well, is
judged here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from time import monotonic

from . import vendor
from .errors import LimitReached
from .mailbox_rows import MailboxRow
from .search_tree import FuzzyText
from .sql import search as sql
from .sql.contents import BODY_TEXT
from .tx import Tx

CHUNK = 200
MOST_WORDS = 100
"""Of a text, each counted once."""

SHORTEST = 4
"""Letters of a word that may have a wrong one among them."""

LETTER = r"[\w\u0300-\u036f]"
"""Texts are decomposed: accents stand behind their letters."""

WEIGHTS: dict[str, dict[str, int]] = {
    "subject": {"t.subject": 100},
    "from": {"t.sender": 100},
    "to": {"t.recipient": 100},
    "cc": {"t.cc": 100},
    "bcc": {"t.bcc": 100},
    "body": {BODY_TEXT: 100},
    "text": {"t.subject": 100, "t.header": 85, BODY_TEXT: 70},
}
"""The columns that a key looks into, and the score of the very words in each."""

EXACT, TYPO = 90, 50
"""Hundredths of that for a word that stands somewhere, and for one that stands there almost."""

_WORD = re.compile(f"{LETTER}+")


def scores(
    tx: Tx, mailbox: MailboxRow, key: FuzzyText, within: Sequence[int] | None, due: float
) -> dict[int, int]:
    """UIDs of the messages that match, with scores from 1 to 100.

    Raises vendor.Overtime when it is not done by ``due`` (as ``monotonic`` has it), LimitReached.
    """
    words = list(dict.fromkeys(_WORD.findall(key.value))) or [key.value]
    if "\0" in key.value:
        return {}
    if len(words) > MOST_WORDS:
        raise LimitReached(
            "fuzzy words", MOST_WORDS, f"at most {MOST_WORDS} words are searched for in a fuzzy way"
        )
    weights = WEIGHTS[key.field]
    condition, args = _candidates(words, list(weights))
    statement = sql.FUZZY.format(
        columns=", ".join(weights), condition=condition, **sql.bounds(within is not None)
    )
    few: object = mailbox.uidnext - 1 if within is None else list(within)
    found: dict[int, int] = {}
    after = 0
    while rows := tx.rows(statement, [mailbox.id, after, few, *args, CHUNK]):
        if monotonic() > due:
            raise vendor.Overtime
        for uid, *texts in rows:
            judged = zip(texts, weights.values(), strict=True)
            best = max(weight * _judge(key.value, words, text) // 100 for text, weight in judged)
            if best:
                found[uid] = best
        after = rows[-1][0]
    return found


def _candidates(words: Sequence[str], columns: Sequence[str]) -> tuple[str, list[object]]:
    """A condition that every message meets which matches, and some others."""
    conditions: list[str] = []
    args: list[object] = []
    for word in words:
        pieces = _halves(word) if len(word) >= SHORTEST else (word,)
        each = [f"STRPOS({column}, %s) > 0" for column in columns for _ in pieces]
        conditions.append(f"({' OR '.join(each)})")
        args += [piece for _ in columns for piece in pieces]
    return " AND ".join(conditions), args


def _halves(word: str) -> tuple[str, str]:
    middle = len(word) // 2
    return word[:middle], word[middle:]


def _judge(phrase: str, words: Sequence[str], text: str) -> int:
    """How well a text matches, in hundredths; 0 when a word is missing."""
    if phrase in text:
        return 100
    total = 0
    for word in words:
        if word in text:
            total += EXACT
        elif len(word) >= SHORTEST and _almost(word, text):
            total += TYPO
        else:
            return 0
    return total // len(words)


def _almost(word: str, text: str) -> bool:
    """Whether a whole word of the text differs from ``word`` by one letter."""
    return any(is_one_character_off(word, found) for found in _similar(word).findall(text))


@lru_cache(maxsize=64)
def _similar(word: str) -> re.Pattern[str]:
    """Whole words that begin or end with half of ``word`` and are about as long."""
    left, right = _halves(word)
    begins = f"{re.escape(left)}{LETTER}{{{len(right) - 1},{len(right) + 1}}}"
    ends = f"{LETTER}{{{len(left) - 1},{len(left) + 1}}}{re.escape(right)}"
    return re.compile(f"(?<!{LETTER})(?:{begins}|{ends})(?!{LETTER})")


def is_one_character_off(one: str, other: str) -> bool:
    """Whether one letter is wrong, missing or too many."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    return one != other and (
        one[start + 1 :] == other[start + 1 :]
        or one[start + 1 :] == other[start:]
        or one[start:] == other[start + 1 :]
    )
