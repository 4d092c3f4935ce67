"""Strings of a script, with variables and encoded characters in them.

RFC 5229 §3 ``${name}``, RFC 5228 §2.4.2.4 ``${hex: …}`` and ``${unicode: …}``. A string without any
is a constant, and costs nothing when it is used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .run import MAX_VALUE, Run

_ENCODED = re.compile(r"\$\{(hex|unicode):([0-9A-Fa-f \t\r\n]+)\}", re.IGNORECASE)
_HEX = re.compile(r"[ \t\r\n]*(?:[0-9A-Fa-f]{1,2}[ \t\r\n]+)*[0-9A-Fa-f]{1,2}[ \t\r\n]*")
_UNICODE = re.compile(r"[ \t\r\n]*(?:[0-9A-Fa-f]+[ \t\r\n]+)*[0-9A-Fa-f]+[ \t\r\n]*")
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_REFERENCE = re.compile(
    r"\$\{(?:(?P<number>[0-9]{1,9})|(?P<space>global\.)?(?P<name>[A-Za-z_][A-Za-z0-9_]*))\}",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Reference:
    """A variable: by name, or a match variable by number."""

    name: str
    number: int = -1
    shared: bool = False

    def value(self, run: Run) -> str:
        """What it holds; empty when it was never set."""
        if self.number >= 0:
            return run.match_groups[self.number] if self.number < len(run.match_groups) else ""
        return run.variable(self.name, self.shared)


@dataclass(slots=True)
class Text:
    """One string. ``constant`` is None when variables stand in it."""

    constant: str | None
    pieces: tuple[str | Reference, ...] = ()

    def of(self, run: Run) -> str:
        """The string now, cut to ``MAX_VALUE`` if variables made it longer."""
        if self.constant is not None:
            return self.constant
        run.spend(len(self.pieces))
        made = [one if isinstance(one, str) else one.value(run) for one in self.pieces]
        return "".join(made)[:MAX_VALUE]


@dataclass(slots=True)
class Texts:
    """A list of strings."""

    each: list[Text]
    constant: list[str] | None

    def of(self, run: Run) -> list[str]:
        """The strings now."""
        if self.constant is not None:
            return self.constant
        return [text.of(run) for text in self.each]


def text(value: str, variables: bool) -> Text:
    """A string as it is compiled; ``variables``: the script requires them."""
    if not variables or "${" not in value:
        return Text(value)
    pieces: list[str | Reference] = []
    at = 0
    for found in _REFERENCE.finditer(value):
        if found.start() > at:
            pieces.append(value[at : found.start()])
        at = found.end()
        number = int(found["number"]) if found["number"] else -1
        pieces.append(Reference((found["name"] or "").lower(), number, bool(found["space"])))
    if not pieces:
        return Text(value)
    pieces.append(value[at:])
    return Text(None, tuple(pieces))


def texts(values: list[str], variables: bool) -> Texts:
    """A list of strings as it is compiled."""
    each = [text(value, variables) for value in values]
    constants = [one.constant for one in each if one.constant is not None]
    return Texts(each, constants if len(constants) == len(each) else None)


def decode_characters(value: str) -> str:
    """Encoded characters as such. Raises ValueError for a number that is none, or is NUL.

    No other string of the language can hold NUL (RFC 5228 §8.1), and PostgreSQL takes none.
    """
    return _ENCODED.sub(_decode_match, value) if "${" in value else value


def _decode_match(found: re.Match[str]) -> str:
    digits = found[2]
    if found[1].lower() == "hex":
        if not _HEX.fullmatch(digits):
            return found[0]
        octets = bytes(int(pair, 16) for pair in digits.split())
        return _without_nul(octets.decode("utf-8", "replace"))
    if not _UNICODE.fullmatch(digits):
        return found[0]
    points = [int(number, 16) for number in digits.split()]
    if any(point > 0x10FFFF or 0xD800 <= point <= 0xDFFF for point in points):
        raise ValueError("This is no Unicode character")
    return _without_nul("".join(map(chr, points)))


def _without_nul(text: str) -> str:
    if "\0" in text:
        raise ValueError("A text can't hold NUL")
    return text
