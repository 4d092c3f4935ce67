"""A query as people write it, read as a tree: ``from:anna (invoice OR bill) -is:read``.

    query = term *(["AND"] term)
    term  = factor *("OR" factor)
    factor = ["-" / "NOT"] ("(" query ")" / operator value / word / phrase)

OR joins what stands beside it, so ``a b OR c`` has a in it, and b or c. Behind the operator of a
text several may stand in brackets: ``subject:(roof survey)``.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from webmail.mail import FIELDS, AllOf, SearchTree, TextKey, all_of, any_of, none_of

from .values import key_of
from .words import QueryError, QueryWord, split_words

MOST_WORDS = 100
DEEPEST = 20  # brackets inside one another
LONGEST = 4_000  # characters


def parse(text: str) -> SearchTree:
    """The tree of a query. Raises QueryError."""
    if len(text) > LONGEST:
        raise QueryError(
            len(text[:LONGEST].split()),
            gettext("the search is too long. It may have %(number)d characters.")
            % {"number": LONGEST},
        )
    words = list(split_words(text))
    for word in words:
        if word.number > MOST_WORDS:
            raise QueryError(
                word.number,
                gettext("a search takes at most %(number)d words.") % {"number": MOST_WORDS},
            )
    return _Reading(words).run()


class _Reading:
    """The words of one query, read from left to right."""

    def __init__(self, words: list[QueryWord]) -> None:
        self._words = words
        self._at = 0
        self._depth = 0

    def run(self) -> SearchTree:
        tree = self._query("")
        word = self._next()
        if word is not None:  # nothing else ends a query
            raise QueryError(word.number, gettext("nothing was opened that this bracket closes."))
        return tree

    def _next(self) -> QueryWord | None:
        return self._words[self._at] if self._at < len(self._words) else None

    def _number(self) -> int:
        """Of the word that is read, or of the last one."""
        return self._words[min(self._at, len(self._words) - 1)].number

    def _take_keyword(self, *names: str) -> bool:
        word = self._next()
        is_there = word is not None and word.is_keyword(*names)
        self._at += is_there
        return is_there

    def _query(self, field: str) -> SearchTree:
        """All terms up to the end, or to a closing bracket. ``field`` is where texts stand."""
        terms: list[SearchTree] = []
        while (word := self._next()) is not None and word.kind != ")":
            if word.is_keyword("AND") and terms:
                self._at += 1
                self._need_something(word)
                continue
            terms.append(self._term(field))
        return all_of(terms)

    def _term(self, field: str) -> SearchTree:
        factors = [self._factor(field)]
        while self._take_keyword("OR"):
            self._need_something(self._words[self._at - 1])
            factors.append(self._factor(field))
        return any_of(factors)

    def _need_something(self, before: QueryWord) -> None:
        """Raises QueryError when nothing stands behind a word that joins."""
        word = self._next()
        if word is None or word.kind == ")" or word.is_keyword("OR", "AND"):
            raise _joins_nothing(before)

    def _factor(self, field: str) -> SearchTree:
        word = self._next()
        if word is None:
            raise QueryError(self._number(), gettext("something is missing behind this."))
        self._at += 1
        match word.kind:
            case "-":
                return none_of(self._deeper(word, field))
            case "(":
                return self._group(word, field)
            case "operator":
                return self._operator(word)
            case ")":
                raise QueryError(word.number, gettext("something is missing before this bracket."))
        if word.is_keyword("NOT"):
            self._need_something(word)
            return none_of(self._deeper(word, field))
        if word.is_keyword("OR", "AND"):
            raise _joins_nothing(word)
        if not word.text.strip():
            raise QueryError(
                word.number, gettext("there is nothing between these quotation marks.")
            )
        return TextKey(field, word.text)

    def _deeper(self, word: QueryWord, field: str) -> SearchTree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(word.number, gettext("there are too many brackets in one another."))
        found = self._factor(field)
        self._depth -= 1
        return found

    def _group(self, opening: QueryWord, field: str) -> SearchTree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise QueryError(opening.number, gettext("there are too many brackets in one another."))
        found = self._query(field)
        closing = self._next()
        if closing is None:
            raise QueryError(opening.number, gettext("this bracket is never closed."))
        self._at += 1
        self._depth -= 1
        if found == AllOf():
            raise QueryError(opening.number, gettext("there is nothing between these brackets."))
        return found

    def _operator(self, word: QueryWord) -> SearchTree:
        """An operator with its value, which may stand behind a blank, too."""
        value = self._next()
        if value is not None and value.kind == "(" and word.text in FIELDS:
            self._at += 1
            return self._group(value, word.text)
        if value is None or value.kind != "word" or value.is_keyword("OR", "AND", "NOT"):
            raise QueryError(
                word.number,
                gettext("something is missing behind “%(operator)s:”.") % {"operator": word.text},
            )
        self._at += 1
        if not value.text.strip():
            raise QueryError(
                word.number, gettext("there is nothing between these quotation marks.")
            )
        return key_of(word, value)


def _joins_nothing(word: QueryWord) -> QueryError:
    return QueryError(
        word.number,
        gettext("“%(word)s” stands between two things, or in quotation marks if it is one.")
        % {"word": word.text},
    )


def conjuncts(tree: SearchTree) -> Iterator[SearchTree]:
    """What all must be true of a message."""
    yield from tree.nodes if isinstance(tree, AllOf) else (tree,)
