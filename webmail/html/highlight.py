"""Words marked where they stand: in HTML that is safe already, in its text alone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import unescape

MOST = 2_000  # marks of one text
_PIECE = re.compile(r"<[^>]*>|[^<]+|<")
_UNIT = re.compile(r"&(?:#\w{1,8}|\w{1,32});|.", re.DOTALL)


def highlight(html: str, words: Iterable[str]) -> str:
    """The HTML with ``<mark>`` around every one of the words. Tags are left as they are.

    Compared as the server compares (RFC 5051): without case, a letter with its accents.
    """
    wanted = [folded for word in words if (folded := "".join(fold(word.strip())))]
    if not wanted:
        return html
    budget = MOST
    out: list[str] = []
    for piece in _PIECE.findall(html):
        if budget <= 0 or piece.startswith("<"):
            out.append(piece)
            continue
        text, count = _mark_text(piece, wanted, budget)
        budget -= count
        out.append(text)
    return "".join(out)


def fold(text: str) -> Iterator[str]:
    """What each character is compared as: none, one or several."""
    return map(_fold_one, text)


@lru_cache(maxsize=4_096)
def _fold_one(letter: str) -> str:
    return unicodedata.normalize("NFKD", letter.casefold())


def _mark_text(text: str, wanted: list[str], most: int) -> tuple[str, int]:
    units = _UNIT.findall(text)
    starts: list[int] = []  # of each folded character: which unit it is of
    folded: list[str] = []
    for at, unit in enumerate(units):
        plain = unescape(unit) if len(unit) > 1 else unit
        shown = "".join(fold(plain))
        folded.append(shown)
        starts += [at] * len(shown)
    whole = "".join(folded)
    spans = _merge(_spans(whole, wanted))[:most]
    if not spans:
        return text, 0
    out: list[str] = []
    position = 0
    for low, high in spans:
        first, last = starts[low], starts[high - 1] + 1
        first = max(first, position)
        out += ["".join(units[position:first]), "<mark>", "".join(units[first:last]), "</mark>"]
        position = last
    return "".join(out) + "".join(units[position:]), len(spans)


def _spans(whole: str, wanted: list[str]) -> Iterator[tuple[int, int]]:
    for word in wanted:
        at = whole.find(word)
        while at >= 0:
            yield at, at + len(word)
            at = whole.find(word, at + len(word))


def _merge(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, those that touch as one."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(spans):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        else:
            out.append((low, high))
    return out
