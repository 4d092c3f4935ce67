"""The exception that ends a connection with a word to the client."""

from __future__ import annotations


class Goodbye(Exception):
    """The connection must end: the client is sent ``BYE [code] text`` and it is closed."""

    def __init__(self, text: str, code: bytes = b"UNAVAILABLE") -> None:
        super().__init__(text)
        self.text = text
        self.code = code
