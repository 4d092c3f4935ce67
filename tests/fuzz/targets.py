"""All that is fuzzed: a name, what takes the octets, and words that lead into its depths."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .commands import COMMANDS
from .filters import FILTERS
from .framing import STREAMS
from .mail import MAIL


@dataclass(frozen=True, slots=True)
class Target:
    """``run`` raises only when something is wrong: a refusal is an answer, too."""

    name: str
    run: Callable[[bytes], None]
    words: tuple[bytes, ...]


TARGETS = {
    name: Target(name, run, words)
    for name, (run, words) in {**STREAMS, **COMMANDS, **MAIL, **FILTERS}.items()
}
