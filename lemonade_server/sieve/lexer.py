"""The tokens of a script (RFC 5228 §8.1), each with the offset at which it stands."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from .errors import ScriptError

MAX_SCRIPT = 1_048_576  # octets
MAX_NUMBER = 2**31 - 1
"""The least that RFC 5228 §2.4.1 asks for."""

_TOKEN = re.compile(
    r"(?P<blank>[ \t\r\n]++)"
    r"|(?P<hash>\#[^\n]*+)"
    r"|/\*(?P<comment>)"
    r"|(?P<text>text:[ \t]*+(?:\#[^\r\n]*+)?\r?\n)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*+)"
    r"|:(?P<tag>[A-Za-z_][A-Za-z0-9_]*+)"
    r"|(?P<number>[0-9]++[KkMmGg]?(?![A-Za-z0-9_]))"
    r"|\"(?P<string>[^\"\\\0]*+(?:\\[^\0][^\"\\\0]*+)*+)\""
    r"|(?P<mark>[][(){},;])",
    re.IGNORECASE | re.DOTALL,
)
_TEXT_END = re.compile(r"^\.\r?(?:\n|\Z)", re.MULTILINE)
_STUFFED = re.compile(r"^\.(?=\.)", re.MULTILINE)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_FACTORS = {"K": 1 << 10, "M": 1 << 20, "G": 1 << 30}


class TokenKind(Enum):
    """What a token is."""

    WORD = "a word"
    TAG = "a tag"
    NUMBER = "a number"
    STRING = "a string"
    MARK = "a mark"
    END = "the end of the script"


@dataclass(slots=True)
class Token:
    """``value``: words and tags in lower case, strings without quotes, marks as they are."""

    kind: TokenKind
    value: str
    number: int
    offset: int


class ScriptSource:
    """The text of a script, and where its lines begin."""

    def __init__(self, octets: bytes) -> None:
        if len(octets) > MAX_SCRIPT:
            raise ScriptError(f"A script has at most {MAX_SCRIPT} octets", 1, 1)
        try:
            self.text = octets.decode("utf-8")
        except UnicodeDecodeError as error:
            before = octets[: error.start].decode("utf-8")
            line = before.count("\n") + 1
            column = len(before) - (before.rfind("\n") + 1) + 1
            raise ScriptError("This is not UTF-8", line, column) from None
        self._lines = [0, *(found.end() for found in re.finditer("\n", self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column, from 1."""
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    def error(self, text: str, offset: int) -> ScriptError:
        """An error at a place of this script."""
        return ScriptError(text, *self.place(offset))


def tokens(source: ScriptSource) -> Iterator[Token]:
    """All tokens; the last one is END. Raises ScriptError."""
    text, at = source.text, 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            raise source.error(_complaint(text, at), at)
        kind, start, at = found.lastgroup, at, found.end()
        if kind == "comment":
            at = text.find("*/", at) + 2
            if at < 2:
                raise source.error("This comment is not closed by */", start)
        elif kind == "text":
            value, at = _multi_line(source, start, at)
            yield Token(TokenKind.STRING, value, 0, start)
        elif kind not in ("blank", "hash"):
            assert kind is not None
            yield _token(source, kind, found[kind], start)
    yield Token(TokenKind.END, "", 0, len(text))


def _token(source: ScriptSource, kind: str, value: str, offset: int) -> Token:
    match kind:
        case "word":
            return Token(TokenKind.WORD, value.lower(), 0, offset)
        case "tag":
            return Token(TokenKind.TAG, value.lower(), 0, offset)
        case "number":
            return Token(TokenKind.NUMBER, value, _number(source, value, offset), offset)
        case "string":
            value = _ESCAPED.sub(r"\1", value) if "\\" in value else value
            return Token(TokenKind.STRING, value, 0, offset)
    return Token(TokenKind.MARK, value, 0, offset)


def _number(source: ScriptSource, value: str, offset: int) -> int:
    factor = _FACTORS.get(value[-1].upper(), 1)
    digits = value.rstrip("KkMmGg")
    if len(digits) > 15 or int(digits) * factor > MAX_NUMBER:
        raise source.error(f"A number is at most {MAX_NUMBER}", offset)
    return int(digits) * factor


def _multi_line(source: ScriptSource, start: int, begin: int) -> tuple[str, int]:
    """The lines behind ``text:`` up to one that is a single full stop, and where they end."""
    end = _TEXT_END.search(source.text, begin)
    if end is None:
        raise source.error('This text is not ended by a line that is a single "."', start)
    value = source.text[begin : end.start()]
    if "\0" in value:
        raise source.error("A text can't hold NUL", begin + value.index("\0"))
    return _STUFFED.sub("", value), end.end()


def _complaint(text: str, at: int) -> str:
    char = text[at]
    if char == '"':
        return "This string is not closed, or holds NUL"
    if char.isdigit():
        return "A number is digits, and K, M or G behind them"
    if char == ":":
        return "A tag is a colon and a name"
    return f"{char!r} can't stand here"
