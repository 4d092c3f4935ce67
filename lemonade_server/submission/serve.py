"""The life of a connection: read a command, find its handler, answer."""

from __future__ import annotations

import asyncio

import structlog
from django.conf import settings

from lemonade_server.extensions.loader import load
from lemonade_server.net.connection import Connection, PeerGone, Shutdown
from lemonade_server.store.errors import StoreError
from lemonade_server.wire import smtp
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.smtp_framer import CommandLine

from . import ext
from .registry import find
from .session import Face, Goodbye, Service, Session
from .store_errors import refusal

log = structlog.get_logger()

load(ext)

TURN = 50
"""Commands sent at once that are served before other connections have their turn."""


async def serve(conn: Connection, service: Service, face: Face) -> None:
    """The whole life of a connection, from the greeting to its end."""
    session = Session(conn, service, face)
    conn.deadline = asyncio.get_running_loop().time() + face.bounds.start
    session.say(220, "", f"{settings.LEMONADE.hostname} {face.protocol} Lemonade")
    served = 0
    try:
        while await _next(session):
            served += 1
            if served % TURN == 0:
                await asyncio.sleep(0)
            if conn.overdue:
                await conn.flush()
    except Goodbye as end:
        conn.write(end.reply)
    except TimeoutError:
        session.say(421, "4.4.2", "Nothing was heard for too long")
    except Shutdown:
        session.say(421, "4.3.2", "The server is going down")
    except PeerGone:
        pass
    finally:
        session.reset()
        session.logged_in(None)
        conn.close()


async def _next(session: Session) -> bool:
    """Read and answer one command; False when the client is gone."""
    event = await session.conn.event(session.face.bounds.idle)
    if event is None:
        return False
    session.owed = 1
    try:
        await _answer(session, event)
    except Reply as refusal:
        _refuse(session, refusal)
    else:
        if not session.face.bounds.strict:
            session.errors = 0
    return True


def _refuse(session: Session, refusal: Reply) -> None:
    for _ in range(session.owed):
        session.say(refusal.code, refusal.enhanced, refusal.text)
    if refusal.code // 100 == 4:
        return  # "not now" is no error of theirs: a recipient too many, sent ahead (RFC 2920)
    session.errors += 1
    if session.errors >= session.face.bounds.errors:
        raise Goodbye(421, "4.7.0", "Too many errors")


async def _answer(session: Session, event: object) -> None:
    """Find the handler of a command and run it. Raises Reply for every refusal."""
    if not isinstance(event, CommandLine):
        raise Reply(500, "5.5.6", "The line is too long")
    if event.text.endswith(b"\n"):
        raise Reply(500, "5.5.2", "A line ends with CRLF")
    verb, args = smtp.command(event.text)
    row = find(session, verb)
    if row is None:
        raise Reply(500, "5.5.1", "There is no such command")
    try:
        if not row.anonymous:
            session.require_login()
        await row.handler(session, args)
    except StoreError as error:
        session.reset()
        raise refusal(error) from error
    except (Reply, Goodbye, PeerGone, Shutdown, TimeoutError):
        raise
    except Exception as error:
        log.exception("command_failed", verb=verb.decode("ascii", "replace"))
        session.reset()
        raise Reply(451, "4.3.0", "Something went wrong here, try again later") from error
