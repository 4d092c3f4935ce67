"""LIST patterns: ``*`` matches anything, ``%`` all but the delimiter (RFC 3501 §6.3.8, B-30).

All places in the pattern are followed at once as bits of one number, so no pattern, however many
wildcards it holds, takes longer than its length times the name's.
"""

from __future__ import annotations

import re

from lemonade_server.wire.utf7 import DELIMITER, canonical

_WILDCARDS = re.compile(r"[*%]{2,}")


def _one(run: re.Match[str]) -> str:
    return "*" if "*" in run[0] else "%"


class Pattern:
    """A compiled pattern. INBOX stands in it in any case (B-27)."""

    __slots__ = ("_any", "_end", "_letters", "_level", "_start", "is_level", "text")

    def __init__(self, text: str) -> None:
        self.text = _WILDCARDS.sub(_one, canonical(text))
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
        for char in name:
            stay = self._any if char == DELIMITER else self._any | self._level
            places = self._skip((places & self._letters.get(char, 0)) << 1 | (places & stay))
            if not places:
                return False
        return bool(places & self._end)
