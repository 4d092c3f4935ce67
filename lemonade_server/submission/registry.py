"""What the submission server can do: commands, and the extensions that EHLO lists.

An extension is one file in ``ext/``; EHLO is computed from here, so nothing is announced that is
not there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .session import Session

Handler = Callable[["Session", bytes], Awaitable[None]]
Value = Callable[["Session"], str | None]


@dataclass(frozen=True, slots=True)
class Extension:
    """A line of the EHLO reply. ``value``: its arguments now, None while it is not offered."""

    keyword: str
    rfc: int
    value: Value


@dataclass(frozen=True, slots=True)
class Command:
    """A command and whether it may be used before login (RFC 6409 §4.3)."""

    verb: bytes
    handler: Handler
    anonymous: bool


EXTENSIONS: dict[str, Extension] = {}
COMMANDS: dict[bytes, Command] = {}


def extension(keyword: str, rfc: int, value: Value | None = None) -> Extension:
    """Register an extension; without ``value`` it is always offered, without arguments."""
    row = Extension(keyword, rfc, value or (lambda session: ""))
    EXTENSIONS[keyword] = row
    return row


def command(verb: bytes, anonymous: bool = False) -> Callable[[Handler], Handler]:
    """Register a handler. It is given what follows the verb, and raises Reply for any refusal."""

    def register(handler: Handler) -> Handler:
        COMMANDS[verb] = Command(verb, handler, anonymous)
        return handler

    return register


def offered(session: Session) -> list[str]:
    """The lines of the EHLO reply after its first one (RFC 5321 §4.1.1.1)."""
    lines = []
    for row in EXTENSIONS.values():
        value = row.value(session)
        if value is not None:
            lines.append(f"{row.keyword} {value}".rstrip())
    return lines
