"""The commands of ManageSieve, each with its handler and the state in which it may be used."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lemonade_server.wire.cursor import Cursor

if TYPE_CHECKING:
    from .session import Session

Handler = Callable[["Session", Cursor], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """``anonymous``: True before login only, False after it only, None always."""

    handler: Handler
    anonymous: bool | None


COMMANDS: dict[bytes, Command] = {}


def command(name: bytes, anonymous: bool | None = False) -> Callable[[Handler], Handler]:
    """Register a handler. It answers OK itself, and raises Bad or No for a refusal."""

    def register(handler: Handler) -> Handler:
        COMMANDS[name] = Command(handler, anonymous)
        return handler

    return register
