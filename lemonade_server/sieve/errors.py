"""What can be wrong with a script, before it runs and while it does."""

from __future__ import annotations


class ScriptError(Exception):
    """The script can't be used. Line and column count from 1, columns in characters."""

    def __init__(self, text: str, line: int, column: int) -> None:
        super().__init__(f"line {line}, column {column}: {text}")
        self.text = text
        self.line = line
        self.column = column


class Missing(ScriptError):
    """A word of an extension that is not there, or was not asked for."""


class Fault(Exception):
    """The script failed on a message: the message is kept (RFC 5228 §2.10.6).

    ``place`` names where: script, line and column, as far as known.
    """

    def __init__(self, text: str, place: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.place = place

    def __str__(self) -> str:
        return f"{self.place}: {self.text}" if self.place else self.text
