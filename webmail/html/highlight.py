"""Words marked where they stand: in HTML that is safe already, in its text alone."""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from functools import lru_cache
from heapq import merge
from html import unescape
from itertools import islice

MOST = 2_000  # marks of one text
MOST_SPANS = 20_000  # that are looked at for them: those that touch become one mark
MOST_CHARACTERS = 200_000  # of the text in which words are looked for, from its start
_PIECE = re.compile(r"<[^>]*>|[^<]+|<")
_UNIT = re.compile(r"&(?:#\w{1,8}|\w{1,32});|.", re.DOTALL)

Span = tuple[int, int]


def highlight(html: str, words: Iterable[str]) -> str:
    """The HTML with ``<mark>`` around every one of the words. Tags are left as they are.

    Compared as the server compares (RFC 5051): without case, a letter with its accents. Of a long
    text only the start is marked.
    """
    every = ("".join(fold(word.strip())) for word in words)
    wanted = list(dict.fromkeys(filter(None, every)))
    if not wanted:
        return html
    return "".join(_Marking(wanted).parts(html))


def fold(text: str) -> Iterator[str]:
    """What each character is compared as: none, one or several."""
    return map(_fold_one, text)


@lru_cache(maxsize=4_096)
def _fold_one(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter.casefold())


class _Marking:
    """The marking of one text, and what it may still cost."""

    def __init__(self, wanted: list[str]) -> None:
        self._wanted = wanted
        self._shortest = min(map(len, wanted))
        self._marks = MOST
        self._spans = MOST_SPANS
        self._characters = MOST_CHARACTERS

    def parts(self, html: str) -> Iterator[str]:
        """The HTML in parts, with its marks."""
        for piece in _PIECE.finditer(html):
            if min(self._marks, self._spans, self._characters) <= 0:
                yield html[piece.start() :]
                return
            if piece[0].startswith("<"):
                yield piece[0]
            else:
                yield from self._mark_text(piece[0])

    def _mark_text(self, text: str) -> Iterator[str]:
        edges = array("I", [0])  # where each unit ends, after where the first one starts
        units = array("I")  # of each folded character: which unit it is of
        folded: list[str] = []
        for at, unit in enumerate(islice(_UNIT.finditer(text), self._characters)):
            shown = "".join(fold(unescape(unit[0]) if len(unit[0]) > 1 else unit[0]))
            edges.append(unit.end())
            units.extend([at] * len(shown))
            folded.append(shown)
        self._characters -= len(folded)
        position = 0
        for low, high in self._joined_spans("".join(folded)):
            first, last = max(edges[units[low]], position), edges[units[high - 1] + 1]
            if first < last:
                yield from (text[position:first], "<mark>", text[first:last], "</mark>")
                position = last
        yield text[position:]

    def _joined_spans(self, whole: str) -> Iterator[Span]:
        """Where words stand, in order, those that touch as one."""
        if len(whole) < self._shortest:
            return
        there = [_spans(whole, word) for word in self._wanted if word in whole]
        start = end = -1
        for low, high in islice(merge(*there), self._spans):
            self._spans -= 1
            if low <= end:
                end = max(end, high)
                continue
            if end >= 0:
                yield start, end
                self._marks -= 1
                if self._marks <= 0:
                    return
            start, end = low, high
        if end >= 0:
            yield start, end
            self._marks -= 1


def _spans(whole: str, word: str) -> Iterator[Span]:
    """Where one word stands, in order."""
    at = whole.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = whole.find(word, at + len(word))
