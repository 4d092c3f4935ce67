"""How messages come into APPEND and REPLACE: registries of the forms of their octets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from lemonade_server.wire.cursor import Cursor, Literal

if TYPE_CHECKING:
    from lemonade_server.directory.accounts import Identity
    from lemonade_server.store.ids import AccountId
    from lemonade_server.store.ingest import PreparedMessage
    from lemonade_server.store.messages import NewMessage
    from lemonade_server.store.spool import Spool


class ComposedMessage(Protocol):
    """A message that is made of something else than one literal."""

    @property
    def parts(self) -> int:
        """How many parts it is made of."""

    def prepare(self, identity: Identity, limit: int) -> PreparedMessage:
        """The message, ready to be stored; at most ``limit`` octets. Raises No."""


Source = Callable[[Cursor], ComposedMessage]
LiteralForm = Callable[[Cursor], "Literal | None"]
Addition = Callable[["NewMessage", "PreparedMessage", "AccountId", str], None]
"""Adds to a message that is stored for an account with its rights there. Raises No, Bad."""

SOURCES: dict[bytes, Source] = {}
LITERAL_FORMS: list[LiteralForm] = []
ADDITIONS: dict[bytes, Callable[[Cursor], Addition]] = {}


def source(name: bytes) -> Callable[[Source], Source]:
    """Register what can stand in place of a literal: called with the cursor behind its name."""

    def register(function: Source) -> Source:
        SOURCES[name] = function
        return function

    return register


def literal_form(function: LiteralForm) -> LiteralForm:
    """Register a way to write a literal: None where it does not stand. Raises Bad, No."""
    LITERAL_FORMS.append(function)
    return function


def formed_literal(cursor: Cursor) -> Literal | None:
    """A literal in one of the registered forms, if one stands here. Raises Bad, No."""
    for form in LITERAL_FORMS:
        literal = form(cursor)
        if literal is not None:
            return literal
    return None


def addition(name: bytes) -> Callable[[Callable[[Cursor], Addition]], Callable[[Cursor], Addition]]:
    """Register an item before the octets: called with the cursor behind its name."""

    def register(function: Callable[[Cursor], Addition]) -> Callable[[Cursor], Addition]:
        ADDITIONS[name] = function
        return function

    return register


def octets_of(literal: Literal) -> bytes | Spool:
    """Where the octets of a literal of APPEND are: ``append.spool`` has put them there."""
    return cast("bytes | Spool", literal.data)
