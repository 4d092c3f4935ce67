"""Where the octets of a literal go: memory for short ones, a command's own place for messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.store.errors import StoreError
from lemonade_server.wire.cursor import Literal, Sink
from lemonade_server.wire.errors import No
from lemonade_server.wire.imap_framer import AnnouncedLiteral

if TYPE_CHECKING:
    from lemonade_server.imap.registry import Command
    from lemonade_server.imap.session import Session


class Guard:
    """A sink that remembers an error instead of raising it into the transport's callback."""

    __slots__ = ("_sink", "error")

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self.error: OSError | StoreError | None = None

    @property
    def sink(self) -> Sink:
        """The sink itself. Raises what went wrong while it was written."""
        if self.error is not None:
            raise self.error
        return self._sink

    @property
    def size(self) -> int:
        return self._sink.size

    def read(self, start: int, stop: int) -> bytes:
        return self._sink.read(start, stop)

    def write(self, data: bytes) -> None:
        if self.error is None:
            try:
                self._sink.write(data)
            except (OSError, StoreError) as error:
                self.error = error


async def place(session: Session, command: Command, announced: AnnouncedLiteral) -> Guard | None:
    """The sink of a literal that a command announces; None keeps it in memory.

    Raises No or Bad when the literal is refused, Goodbye when swallowing it would take for ever.
    """
    try:
        if command.literals is not None:
            sink = await command.literals(session, announced)
            if sink is not None:
                return Guard(sink)
        if not announced.fits:
            raise No("the literal is too long", b"TOOBIG")
    except (No, StoreError):
        if not announced.sync and announced.size > 2 * session.env.max_message:
            raise Goodbye("the literal is far too long", b"TOOBIG") from None
        raise
    return None


def unwrap(literals: Sequence[Literal], guards: Sequence[Guard]) -> Sequence[Literal]:
    """Put the sinks themselves in place of their guards. Raises what went wrong in one."""
    for guard in guards:
        for literal in literals:
            if literal.data is guard:
                literal.data = guard.sink
    return literals
