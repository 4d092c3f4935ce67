"""Modes: what a session can be switched into, by ENABLE or by another command.

An extension registers its mode; nobody else names it. What a mode changes about responses is a
change of the dialect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from lemonade_server.imap.dialect import PLAIN, Dialect

SessionT = TypeVar("SessionT")


def same_dialect(dialect: Dialect) -> Dialect:
    """The change of a mode that changes no response."""
    return dialect


@dataclass(frozen=True, slots=True)
class Mode(Generic[SessionT]):
    """``dialect`` is its change of the dialect, ``brings`` the modes that come with it.

    ``entered`` is called when a session enters it. ``selection``: it ends when the mailbox is left.
    ``modseqs``: it is entered by whoever asks for a mod-sequence (RFC 7162 §3.1).
    """

    name: bytes
    dialect: Callable[[Dialect], Dialect] = same_dialect
    brings: tuple[bytes, ...] = ()
    entered: Callable[[SessionT], None] | None = None
    selection: bool = False
    modseqs: bool = False


MODES: dict[bytes, Mode[Any]] = {}


def mode(row: Mode[Any]) -> Mode[Any]:
    """Register a mode."""
    MODES[row.name] = row
    return row


@lru_cache(maxsize=256)
def dialect_of(enabled: frozenset[bytes]) -> Dialect:
    """The dialect of a session in these modes, each applied in the order of registration."""
    dialect = PLAIN
    for name, row in MODES.items():
        if name in enabled:
            dialect = row.dialect(dialect)
    return dialect
