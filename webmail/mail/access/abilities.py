"""What a server announces, for what is written without a connection."""

from __future__ import annotations

from dataclasses import dataclass

from ..imap.client import LemonadeClient


@dataclass(frozen=True, slots=True)
class Abilities:
    """The words of CAPABILITY, as a container."""

    imap: LemonadeClient

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.imap.has(word)
