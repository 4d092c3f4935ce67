"""A mail transaction: from MAIL to the end of the message."""

from __future__ import annotations

from dataclasses import dataclass, field

from lemonade_server.store.contents import Piece
from lemonade_server.store.ids import ContentId
from lemonade_server.store.queue import Target
from lemonade_server.store.spool import Spool
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp import MailCommand

DATA, CHUNKS = "data", "chunks"
MOST_PARTS = 1000
"""Pieces of stored messages and of new text, in turn, that a message may be put together from."""


@dataclass(slots=True)
class TicketUse:
    """A ticket that gave octets to this message; counted when the message is accepted."""

    ticket: int
    octets: int


@dataclass(slots=True)
class Transaction:
    """What the client has said so far. ``size`` counts octets as they will be stored.

    ``whole`` is the content that the message is, when it is nothing but one stored message.
    ``failed`` is set by a chunk that could not be taken: only RSET helps (RFC 3030 §2).
    ``ends_in_cr``: the next chunk must begin with the LF of that CRLF. ``eight_bit``: an octet
    beyond ASCII came from the client, ``nul``: one that is zero. ``hold`` and ``release_at``
    are of FUTURERELEASE, ``by_at`` and ``by_mode`` of DELIVERBY, ``origin`` of greylisting,
    ``tls_required`` of REQUIRETLS.
    ``filters`` are those of the recipients that must stay compiled
    (``delivery/local/precompilation.py``).
    """

    mail: MailCommand
    recipients: list[Target] = field(default_factory=list)
    parts: list[Piece | bytes | Spool] = field(default_factory=list)
    size: int = 0
    way: str = ""
    source: str = "data"
    whole: ContentId | None = None
    redeemed: list[TicketUse] = field(default_factory=list)
    failed: bool = False
    ends_in_cr: bool = False
    eight_bit: bool = False
    nul: bool = False
    release_at: int = 0
    hold: str = ""
    by_at: int | None = None
    by_mode: str = ""
    priority: int = 0
    tls_required: bool = False
    origin: str = ""
    filters: list[object] = field(default_factory=list)

    def must_take(self, way: str) -> None:
        """DATA and chunks exclude each other within a transaction. Raises Reply."""
        if self.failed:
            raise Reply(503, "5.5.1", "A part of this message was refused: RSET first")
        if not self.recipients:
            # RFC 4468 §3.4 has a status of its own for that.
            raise Reply(503, "5.5.0" if way == CHUNKS else "5.5.1", "No valid recipients")
        if self.way not in ("", way):
            raise Reply(503, "5.5.1", "DATA can't be mixed with BDAT or BURL")
        if len(self.parts) >= MOST_PARTS:
            raise Reply(552, "5.3.4", f"The message has more than {MOST_PARTS} parts")

    def spool(self) -> Spool:
        """Where new octets go: the last part, if that is new text too."""
        if self.parts and isinstance(self.parts[-1], Spool):
            return self.parts[-1]
        fresh = Spool()
        self.parts.append(fresh)
        self.whole = None
        return fresh

    def close(self) -> None:
        """Let go of temporary files."""
        for part in self.parts:
            if isinstance(part, Spool):
                part.close()
        self.parts.clear()
