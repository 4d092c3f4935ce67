"""What this server can do: commands, capabilities, FETCH items, SEARCH keys, STATUS items.

Each file of ``ext`` registers its own rows when it is imported; CAPABILITY and ENABLE are
computed from them, so nothing is announced that is not there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from lemonade_server.imap.states import LOGGED_IN

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.store.db import Tx
    from lemonade_server.store.mailboxes import MailboxRow
    from lemonade_server.wire.cursor import Cursor, Sink
    from lemonade_server.wire.imap_framer import AnnouncedLiteral


@dataclass(frozen=True, slots=True)
class Ok:
    """How a command ended well: the text and response code of its tagged OK.

    ``replied`` says that the handler has sent the tagged reply itself.
    """

    text: bytes = b""
    code: bytes = b""
    replied: bool = False


Handler = Callable[["Session", "Cursor"], Awaitable["Ok | None"]]
LiteralPolicy = Callable[["Session", "AnnouncedLiteral"], Awaitable["Sink | None"]]
StatusItem = Callable[["Tx", "MailboxRow"], "int | bytes"]
T = TypeVar("T", bound=Handler)
S = TypeVar("S", bound=StatusItem)


def always(_: Session) -> bool:
    """The condition of a capability that has none."""
    return True


@dataclass(frozen=True, slots=True)
class Capability:
    """A word of the CAPABILITY list.

    ``when`` are the states in which it is announced (what no one needs to know before login is not
    told in every greeting), ``enabled`` its precondition, ``enable``
    says that ENABLE takes it (RFC 5161), ``value`` replaces the name (as APPENDLIMIT=1000),
    ``service`` that the submission service's role may use it. ``beside`` are words of other
    extensions: it is announced only where one of them is in the list. ``draft`` defines it where
    no RFC does: ``rfc`` is 0 then.
    """

    name: bytes
    rfc: int
    when: int = LOGGED_IN
    enabled: Callable[[Session], bool] = always
    enable: bool = False
    value: Callable[[Session], bytes] | None = None
    service: bool = False
    draft: str = ""
    beside: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Command:
    """A command and what matters to concurrency.

    ``expunge``: EXPUNGE may be sent before its tagged reply (B-01). ``look``: asks the store for
    changes even when no hint came. ``service``: open to the submission service's role.
    ``literals``: where a literal of it goes; None keeps it in memory, up to a small limit.
    """

    name: bytes
    handler: Handler
    states: int
    capability: Capability | None
    expunge: bool
    look: bool
    service: bool
    literals: LiteralPolicy | None


COMMANDS: dict[bytes, Command] = {}
CAPABILITIES: dict[bytes, Capability] = {}
STATUS_ITEMS: dict[bytes, StatusItem] = {}


def capability(row: Capability) -> Capability:
    """Register a capability. Returns it, so that a module can name it."""
    CAPABILITIES[row.name] = row
    return row


def command(
    name: bytes,
    *,
    states: int,
    capability: Capability | None = None,
    expunge: bool = True,
    look: bool = False,
    service: bool = False,
    literals: LiteralPolicy | None = None,
) -> Callable[[T], T]:
    """Register a handler under ``name``; a UID form is a name of its own, as ``UID FETCH``."""

    def register(handler: T) -> T:
        if name in COMMANDS:
            raise ValueError(f"{name.decode()} is registered twice")
        COMMANDS[name] = Command(
            name, handler, states, capability, expunge, look, service, literals
        )
        if capability is not None:
            CAPABILITIES.setdefault(capability.name, capability)
        return handler

    return register


def takes_numbers(name: bytes) -> bool:
    """Whether a command has to do with message numbers: those that have a form for UIDs.

    EXPUNGE names none; what it answers is another matter (RFC 9586 §3).
    """
    return b"UID " + name in COMMANDS and name != b"EXPUNGE"


def status_item(name: bytes, row: Capability | None = None) -> Callable[[S], S]:
    """Register a STATUS item: a number, mostly read from the mailbox's row, or a value as sent."""

    def register(function: S) -> S:
        STATUS_ITEMS[name] = function
        if row is not None:
            CAPABILITIES.setdefault(row.name, row)
        return function

    return register


def login_ok(words: bytes) -> Ok:
    """The end of a login after which no mailbox is selected; it tells what can be done (L-01)."""
    return Ok(b"logged in", b"CAPABILITY " + words)


def capabilities(session: Session) -> bytes:
    """The CAPABILITY list for the session's present state, IMAP4rev1 first (RFC 3501 §7.2.1)."""
    words = [
        row.value(session) if row.value else row.name
        for row in CAPABILITIES.values()
        if row.when & session.state
        and (not row.beside or any(word in CAPABILITIES for word in row.beside))
        and row.enabled(session)
        and (row.service or not session.is_service)
    ]
    return b" ".join([b"IMAP4rev1", *words])
