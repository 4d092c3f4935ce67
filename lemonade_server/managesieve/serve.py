"""The life of a ManageSieve connection: read a command, find its handler, answer."""

from __future__ import annotations

import asyncio

import structlog

from lemonade_server.extensions.loader import load
from lemonade_server.net.connection import Connection, PeerGone, Shutdown
from lemonade_server.sieve.lexer import MAX_SCRIPT
from lemonade_server.store.errors import StoreError
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.imap_framer import (
    AnnouncedLiteral,
    CommandTooLong,
    DroppedCommand,
    Event,
    Request,
)

from . import ext
from .ext.capability import capabilities
from .registry import COMMANDS
from .session import IDLE_SECONDS, LOGIN_SECONDS, Goodbye, Service, Session
from .store_errors import refusal

MOST_ERRORS = 20
"""Refused commands in a row after which the connection ends."""

MOST_SWALLOWED = 64 * MAX_SCRIPT
"""A literal that is refused is read to its end, up to here."""

log = structlog.get_logger()

load(ext)


async def serve(conn: Connection, service: Service) -> None:
    """The whole life of a connection, from its capabilities to its end."""
    session = Session(conn, service)
    conn.deadline = asyncio.get_running_loop().time() + LOGIN_SECONDS
    capabilities(session)
    session.say(b"OK", "Lemonade ManageSieve ready")
    errors = 0
    try:
        while (event := await next_event(session)) is not None:
            errors = 0 if await _answer(session, event) else errors + 1
            if errors >= MOST_ERRORS:
                raise Goodbye("Too many errors")
    except Goodbye as end:
        session.say(b"BYE", end.text, end.code)
    except TimeoutError:
        session.say(b"BYE", "Nothing was heard for too long")
    except Shutdown:
        session.say(b"BYE", "The server is going down", b"TRYLATER")
    except PeerGone:
        pass
    finally:
        session.logged_in(None)
        conn.close()


async def next_event(session: Session) -> Event | None:
    """The next whole command, or what became of one that was too large; None at the end.

    Literals of both forms are read: old clients send ``{n}`` and do not wait either. So one that
    is too large can't be refused without its octets being taken for commands: good-bye then.
    """
    while True:
        event = await session.conn.event(IDLE_SECONDS)
        if not isinstance(event, AnnouncedLiteral):
            return event if isinstance(event, Request | DroppedCommand | CommandTooLong) else None
        if event.fits and not event.binary:
            session.framer.accept()
        elif event.sync or event.size > MOST_SWALLOWED:
            raise Goodbye("This is too large", b"QUOTA/MAXSIZE")
        else:
            session.framer.refuse()


async def _answer(session: Session, event: Event) -> bool:
    """Answer a command; whether it was done."""
    try:
        await _execute(session, event)
    except Bad as error:
        session.say(b"NO", error.text)
    except StoreError as error:
        no = refusal(error)
        session.say(b"NO", no.text, no.code)
    except No as no:
        session.say(b"NO", no.text, no.code)
    else:
        return True
    return False


async def _execute(session: Session, event: Event) -> None:
    if isinstance(event, DroppedCommand):
        raise No(f"A script has at most {MAX_SCRIPT} octets", b"QUOTA/MAXSIZE")
    if not isinstance(event, Request):
        raise Bad("The line is too long")
    args = Cursor(event.text, event.literals, utf8=True)
    name = args.keyword()
    row = COMMANDS.get(name)
    if row is None:
        raise Bad("There is no such command")
    if row.anonymous is False and session.identity is None:
        raise No("Authenticate first")
    if row.anonymous and session.identity is not None:
        raise No("You are authenticated already")
    try:
        await row.handler(session, args)
    except (Bad, No, StoreError, Goodbye, PeerGone, Shutdown, TimeoutError):
        raise
    except Exception as error:
        log.exception("command_failed", command=name.decode("ascii", "replace"))
        raise No("Something went wrong here, try again later", b"TRYLATER") from error
