"""One use of a command or test, as its builder sees it: arguments by place, tags by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from .comparators import BUILT_IN, COMPARATORS, DEFAULT
from .comparing import RELATIONS, Match
from .errors import Missing, ScriptError
from .grammar import Argument, ScriptNode
from .lexer import ScriptSource
from .run import Check, Loop, Step
from .texts import Text, Texts, decode_characters, text, texts


@dataclass(slots=True)
class Unit:
    """What the whole script decides: its text, the extensions it requires, those it asks for while
    it runs (RFC 5463), and what it includes (names, and whether they are of the server's scripts).
    """

    source: ScriptSource
    required: set[str] = field(default_factory=set)
    offered: set[str] = field(default_factory=set)
    included: set[tuple[str, bool]] = field(default_factory=set)
    loops: list[Loop] = field(default_factory=list)

    def error(self, words: str, offset: int) -> ScriptError:
        """An error at a place."""
        return self.source.error(words, offset)

    def missing(self, words: str, offset: int) -> Missing:
        """The error of a word that no extension brings which the script has asked for."""
        return Missing(words, *self.source.place(offset))

    def allows(self, extension: str) -> bool:
        """Whether words of an extension may stand in the script."""
        return extension in self.required or extension in self.offered

    def strings(self, argument: Argument) -> list[str]:
        """The strings of an argument, encoded characters resolved."""
        if "encoded-character" not in self.required:
            return argument.strings
        try:
            return [decode_characters(value) for value in argument.strings]
        except ValueError as error:
            raise self.error(str(error), argument.offset) from None


@dataclass(slots=True)
class Call:
    """Checked arguments. ``values`` are the positional ones, with None for those left out."""

    unit: Unit
    node: ScriptNode
    values: list[Argument | None]
    tags: dict[str, Argument | None]
    checks: list[Check]
    compile_block: Callable[[], list[Step]]

    def wrong(self, words: str, index: int | None = None) -> ScriptError:
        """An error at a positional argument, or at the command itself."""
        found = self.values[index] if index is not None else None
        return self.unit.error(words, self.node.offset if found is None else found.offset)

    def has(self, tag: str) -> bool:
        """Whether a tag was given."""
        return tag in self.tags

    def block(self, loop: Loop) -> list[Step]:
        """The commands in braces, within a loop. Raises ScriptError."""
        self.unit.loops.append(loop)
        try:
            return self.compile_block()
        finally:
            self.unit.loops.pop()

    def requires(self, extension: str) -> bool:
        """Whether the script requires an extension."""
        return self.unit.allows(extension)

    def is_given(self, index: int) -> bool:
        """Whether an optional argument was given."""
        return self.values[index] is not None

    def number(self, index: int) -> int:
        """A positional number."""
        return self._value(index).number

    def text(self, index: int) -> Text:
        """A positional string."""
        return self._text(self._value(index))

    def texts(self, index: int) -> Texts:
        """A positional list of strings."""
        found = self._value(index)
        return texts(self.unit.strings(found), self.requires("variables"))

    def tagged_number(self, tag: str) -> int | None:
        """The number behind a tag, None without the tag."""
        found = self.tags.get(tag)
        return None if found is None else found.number

    def tagged_text(self, tag: str) -> Text | None:
        """The string behind a tag."""
        found = self.tags.get(tag)
        return None if found is None else self._text(found)

    def tagged_texts(self, tag: str) -> Texts | None:
        """The strings behind a tag."""
        found = self.tags.get(tag)
        if found is None:
            return None
        return texts(self.unit.strings(found), self.requires("variables"))

    def wrong_tag(self, words: str, tag: str) -> ScriptError:
        """An error at a tag's value."""
        return self.unit.error(words, self._place_of(tag))

    def _place_of(self, tag: str) -> int:
        found = self.tags.get(tag)
        return self.node.offset if found is None else found.offset

    def constant(self, index: int, valid: Callable[[str], bool], words: str) -> Texts:
        """A list whose constant strings must be valid; ``words`` says of the others why not."""
        found = self.texts(index)
        for one in found.each:
            if one.constant is not None and not valid(one.constant):
                raise self.wrong(f"{one.constant!r} {words}", index)
        return found

    def match(self, captures: bool = True) -> Match:
        """Comparator and match type (RFC 5228 §2.7). Raises ScriptError."""
        kinds = ("is", "contains", "matches", "count", "value")
        kind = next((name for name in kinds if name in self.tags), "is")
        name = self._constant_tag("comparator") or DEFAULT
        comparator = COMPARATORS.get(name)
        if comparator is None:
            words = f"There is no comparator {name!r}"
            raise self.unit.missing(words, self._place_of("comparator"))
        if name not in BUILT_IN and not self.requires(f"comparator-{name}"):
            words = f'This needs: require "comparator-{name}";'
            raise self.unit.missing(words, self._place_of("comparator"))
        if kind in ("contains", "matches") and not comparator.substring:
            raise self.wrong_tag(f"{name} can't look for parts of a text", "comparator")
        relation = ""
        if kind in ("count", "value"):
            relation = self._constant_tag(kind).lower()
            if relation not in RELATIONS:
                known = ", ".join(RELATIONS)
                raise self.wrong_tag(f"{relation!r} is none of {known}", kind)
        return Match(kind, comparator, relation, captures and self.requires("variables"))

    def _constant_tag(self, tag: str) -> str:
        found = self.tags.get(tag)
        return self.unit.strings(found)[0] if found is not None else ""

    def _value(self, index: int) -> Argument:
        found = self.values[index]
        assert found is not None, "asked for an argument that was left out"
        return found

    def _text(self, argument: Argument) -> Text:
        return text(self.unit.strings(argument)[0], self.requires("variables"))
