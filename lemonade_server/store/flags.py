"""System flags as bits, keywords as sorted words (RFC 3501 §2.3.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from .errors import UnknownFlag

SEEN = 1
ANSWERED = 2
FLAGGED = 4
DELETED = 8
DRAFT = 16

NAMES = (
    (ANSWERED, b"\\Answered"),
    (FLAGGED, b"\\Flagged"),
    (DELETED, b"\\Deleted"),
    (SEEN, b"\\Seen"),
    (DRAFT, b"\\Draft"),
)
SYSTEM = b" ".join(name for _, name in NAMES)
"""All system flags, as FLAGS and PERMANENTFLAGS list them."""

ALL_BITS = SEEN | ANSWERED | FLAGGED | DELETED | DRAFT

_BITS = {name.lower(): bit for bit, name in NAMES}


def split(flags: Iterable[bytes]) -> tuple[int, list[str]]:
    """The bits and the keywords of a flag list; keywords once each, as first spelled.

    Raises UnknownFlag for ``\\Recent``, which no client may set, and for unknown system flags.
    """
    bits = 0
    keywords: dict[str, str] = {}
    for flag in flags:
        if flag.startswith(b"\\"):
            bit = _BITS.get(flag.lower())
            if bit is None:
                name = flag.decode("ascii", "replace")
                raise UnknownFlag(f"{name} is not a flag that can be set")
            bits |= bit
        else:
            word = flag.decode("ascii", "replace")
            keywords.setdefault(word.lower(), word)
    return bits, list(keywords.values())


@dataclass(frozen=True, slots=True)
class Within:
    """The flags that somebody may change: some system flags, and keywords or not."""

    bits: int = ALL_BITS
    keywords: bool = True

    @property
    def is_all(self) -> bool:
        return self.keywords and self.bits == ALL_BITS

    def allowed(self, bits: int, keywords: list[str]) -> tuple[int, list[str]]:
        """What may be set of some flags."""
        return bits & self.bits, keywords if self.keywords else []


ALL = Within()


@lru_cache(maxsize=64)
def within(rights: str) -> Within:
    """``s`` is for \\Seen, ``t`` for \\Deleted, ``w`` for all others (RFC 4314 §4)."""
    others = ALL_BITS & ~(SEEN | DELETED)
    bits = (SEEN if "s" in rights else 0) | (DELETED if "t" in rights else 0)
    return Within(bits | (others if "w" in rights else 0), "w" in rights)


def join(keywords: Iterable[str]) -> str:
    """Keywords as the database holds them: sorted, one space between."""
    return " ".join(sorted(keywords))


@lru_cache(maxsize=4096)
def render(bits: int, keywords: str, recent: bool = False) -> bytes:
    """The flags of one message without parentheses: ``\\Answered \\Seen $Forwarded``."""
    words = [name for bit, name in NAMES if bits & bit]
    if recent:
        words.append(b"\\Recent")
    if keywords:
        words.append(keywords.encode("ascii", "replace"))
    return b" ".join(words)
