"""LIST patterns: ``*`` matches anything, ``%`` all but the delimiter (RFC 3501 §6.3.8, B-30).

All places in the pattern are followed at once as bits of one number, so no pattern, however many
wildcards it holds, takes longer than its length times the name's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lemonade_server.store.mailboxes import LONGEST_NAME
from lemonade_server.wire import utf7
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.utf7 import DELIMITER, canonical, fold_inbox

_WILDCARDS = re.compile(r"[*%]{2,}")


def _one(run: re.Match[str]) -> str:
    return "*" if "*" in run[0] else "%"


class Pattern:
    """A compiled pattern. INBOX stands in it in any case (B-27).

    With ``written`` it is compared with what that makes of a name.
    """

    __slots__ = ("_any", "_end", "_letters", "_level", "_start", "_written", "is_level", "text")

    def __init__(self, text: str, written: Callable[[str], str] | None = None) -> None:
        self._written = written
        self.text = _WILDCARDS.sub(_one, fold_inbox(text) if written else canonical(text))
        self.is_level = self.text.endswith("%")
        self._letters: dict[str, int] = {}
        self._any = self._level = 0
        for place, char in enumerate(self.text):
            if char == "*":
                self._any |= 1 << place
            elif char == "%":
                self._level |= 1 << place
            else:
                self._letters[char] = self._letters.get(char, 0) | 1 << place
        self._end = 1 << len(self.text)
        self._start = self._skip(1)

    def _skip(self, places: int) -> int:
        """A wildcard may match nothing; no two stand side by side, so one step is enough."""
        return places | (places & (self._any | self._level)) << 1

    def matches(self, name: str) -> bool:
        """Whether the whole name matches."""
        if self.text == "*":
            return True
        places = self._start
        for char in self._written(name) if self._written else name:
            stay = self._any if char == DELIMITER else self._any | self._level
            places = self._skip((places & self._letters.get(char, 0)) << 1 | (places & stay))
            if not places:
                return False
        return bool(places & self._end)


def read_pattern(wire: bytes, utf8: bool) -> Pattern:
    """The pattern that a client sent. Raises Bad for one that is longer than any use of it.

    It need be in no encoding of names, for its wildcards may stand in the midst of one: then it
    finds what looks like it on the wire, mostly nothing, and is no error (RFC 3501 §6.3.8).
    """
    try:
        text, written = wire.decode() if utf8 else utf7.decode(wire), None
    except ValueError:
        text, written = wire.decode("latin-1"), _in_utf8 if utf8 else _in_utf7
    if len(text) > 2 * LONGEST_NAME:
        raise Bad("the pattern is too long")
    return Pattern(text, written)


def _in_utf7(name: str) -> str:
    return utf7.encode(name).decode("ascii")


def _in_utf8(name: str) -> str:
    return name.encode().decode("latin-1")
