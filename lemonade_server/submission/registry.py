"""What the server can do on each of its faces: commands, and the extensions that EHLO lists.

An extension is one file in ``ext/``; EHLO is computed from here, so nothing is announced that is
not there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .face import EVERY

if TYPE_CHECKING:
    from .session import Session
    from .transaction import Transaction

Handler = Callable[["Session", bytes], Awaitable[None]]
Value = Callable[["Session"], str | None]
Setter = Callable[["Session", "Transaction", str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Extension:
    """A line of the EHLO reply. ``value``: its arguments now, None while it is not offered.

    ``on``: the faces that have it.
    """

    keyword: str
    rfc: int
    value: Value
    on: Collection[str]


@dataclass(frozen=True, slots=True)
class Command:
    """A command, the faces that have it, and whether it may be used before login, where there is
    one (RFC 6409 §4.3).
    """

    verb: bytes
    handler: Handler
    anonymous: bool
    on: Collection[str]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of MAIL that belongs to an extension, and the faces that have it."""

    setter: Setter
    on: Collection[str]


EXTENSIONS: dict[str, Extension] = {}
COMMANDS: dict[bytes, Command] = {}
PARAMETERS: dict[str, Parameter] = {}


def extension(
    keyword: str, rfc: int, value: Value | None = None, on: Collection[str] = EVERY
) -> Extension:
    """Register an extension; without ``value`` it is always offered, without arguments."""
    row = Extension(keyword, rfc, value or (lambda session: ""), on)
    EXTENSIONS[keyword] = row
    return row


def command(
    verb: bytes, anonymous: bool = False, on: Collection[str] = EVERY
) -> Callable[[Handler], Handler]:
    """Register a handler. It is given what follows the verb, and raises Reply for any refusal."""

    def register(handler: Handler) -> Handler:
        COMMANDS[verb] = Command(verb, handler, anonymous, on)
        return handler

    return register


def parameter(name: str, on: Collection[str] = EVERY) -> Callable[[Setter], Setter]:
    """Register a parameter of MAIL. Its function writes the value into the transaction, and raises
    Reply for one that can't be.
    """

    def register(setter: Setter) -> Setter:
        PARAMETERS[name] = Parameter(setter, on)
        return setter

    return register


def find(session: Session, verb: bytes) -> Command | None:
    """The command of that name on the session's face."""
    row = COMMANDS.get(verb)
    return row if row is not None and session.face.name in row.on else None


def verbs(session: Session) -> list[bytes]:
    """The commands of the session's face."""
    return [verb for verb, row in COMMANDS.items() if session.face.name in row.on]


def offered_extensions(session: Session) -> list[str]:
    """The lines of the EHLO reply after its first one (RFC 5321 §4.1.1.1)."""
    lines = []
    for row in EXTENSIONS.values():
        value = row.value(session) if session.face.name in row.on else None
        if value is not None:
            lines.append(f"{row.keyword} {value}".rstrip())
    return lines
