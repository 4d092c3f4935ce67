"""The life of an IMAP connection: greeting, commands one after another, good-bye.

Here and only here an exception becomes a reply: Bad is BAD, No is NO with its code, what the store
says is put into words by ``store_errors``. Anything else is a bug, logged under a trace id that the
client is told (``NO [SERVERBUG]``, RFC 5530 §3).
"""

from __future__ import annotations

import asyncio
import re
import secrets

import structlog

from lemonade_server.extensions.loader import load
from lemonade_server.imap import ext, literals, states
from lemonade_server.imap.changes.pending import tell_changes
from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.imap.registry import COMMANDS, Command, Ok, capabilities, takes_numbers
from lemonade_server.imap.rights import recheck
from lemonade_server.imap.service import Service
from lemonade_server.imap.session import LOGIN_SECONDS, RunningCommand, Session
from lemonade_server.imap.store_errors import refusal
from lemonade_server.net.connection import POKED, Connection, PeerGone, Shutdown
from lemonade_server.store.errors import StoreError, Unavailable
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.imap_framer import (
    AnnouncedLiteral,
    CommandTooLong,
    DroppedCommand,
    Request,
    tag_of,
)

log = structlog.get_logger()

AUTOLOGOUT = 31 * 60.0  # seconds without a command after login (RFC 3501 §5.4: at least 30 min)
PATIENCE = 10  # commands in a row that make no sense
PATIENCE_BEFORE_LOGIN = 4
TURN = 50  # commands sent at once that are served before others have their turn

HEAD = re.compile(rb"([^\x00-\x20\x7f-\xff(){%*\"\\+]+) (UID )?([A-Za-z0-9_.-]+)", re.IGNORECASE)

load(ext)


async def converse(conn: Connection, service: Service) -> None:
    """Serve one connection until it ends. This is what a listener is given."""
    session = Session(conn, service)
    conn.deadline = asyncio.get_running_loop().time() + LOGIN_SECONDS
    talk = _Talk(session)
    try:
        session.ok(
            b"CAPABILITY " + capabilities(session), service.env.hostname.encode() + b" ready"
        )
        await talk.run()
    except TimeoutError:
        session.say(b"BYE idle for too long")
    except Shutdown:
        session.say(b"BYE [UNAVAILABLE] the server is stopping, come back soon")
    except Goodbye as bye:
        session.say(b"BYE [%b] %b" % (bye.code, bye.text.encode()))
    finally:
        session.deselect()
        states_kept = session.reset()
        session.forget_login()
        talk.forget()
        for state in states_kept:
            await state.disconnected(session)


class _Talk:
    """Reads events and runs commands for one session."""

    __slots__ = ("_begun", "_guards", "_nonsense", "_refusal", "session")

    def __init__(self, session: Session) -> None:
        self.session = session
        self._begun: RunningCommand | None = None  # a command whose literals are still arriving
        self._refusal: bytes | None = None  # the reply to a command that is being swallowed
        self._guards: list[literals.Guard] = []
        self._nonsense = 0

    async def run(self) -> None:
        session = self.session
        served = 0
        clock = asyncio.get_running_loop().time
        due = clock() + AUTOLOGOUT
        while session.state != states.LOGOUT:
            pokable = session.tells_unasked
            event = await session.conn.event(max(due - clock(), 0.0), pokable=pokable)
            if event is POKED:
                await self._tell()
                continue
            served += 1
            if served % TURN == 0:
                await asyncio.sleep(0)
            match event:
                case None:
                    return
                case Request():
                    await self._request(event)
                case AnnouncedLiteral():
                    await self._announced(event)
                case DroppedCommand():
                    self._reply(
                        self._refusal or b"BAD the literal was refused", tag_of(event.prefix)
                    )
                    self.forget()
                case CommandTooLong():
                    self._reply(b"BAD the command is too long", event.tag)
                    self.forget()
                    self._count_nonsense()
            if session.conn.overdue:  # the next command may be here already
                await session.conn.flush()
            # From the end of the command: IDLE takes hours.
            due = clock() + AUTOLOGOUT

    async def _tell(self) -> None:
        """Tell what happened while no command runs (RFC 5465 §3.1, RFC 5267 §4.3.2)."""
        session = self.session
        if self._begun is not None or self._refusal is not None:
            return  # in the middle of a command: it is told at its end
        session.call = RunningCommand()
        try:
            await recheck(session, unasked=True)
            await tell_changes(session, expunge=False)
        except (PeerGone, Shutdown, TimeoutError, Goodbye):
            raise
        except Exception as error:
            if not isinstance(error, Unavailable):
                log.exception("notifications failed")
            if session.view is not None:
                session.view.dirty = True  # it is told with the next command
            for state in session.extension_states:
                state.give_up(session)

    def forget(self) -> None:
        """Close what the command opened and be ready for the next one."""
        call = self._begun or self.session.call
        for each in call.opened:
            each.close()
        call.opened.clear()
        self._begun = self._refusal = None
        self.session.conn.hurry = False
        self._guards.clear()
        if self.session.tells_unasked:
            self.session.conn.poke()  # for what could not be told in the middle of the command

    def _reply(self, text: bytes, tag: bytes | None) -> None:
        self.session.conn.write(tag or b"*", b" ", self.session.said(text), b"\r\n")

    def _count_nonsense(self) -> None:
        """Garbage is answered, but not for ever (B-24). Raises Goodbye."""
        self._nonsense += 1
        known = self.session.identity is not None
        if self._nonsense >= (PATIENCE if known else PATIENCE_BEFORE_LOGIN):
            raise Goodbye("too many commands that make no sense", b"CLIENTBUG")

    async def _announced(self, event: AnnouncedLiteral) -> None:
        """Decide where a literal goes, or refuse it. RFC 7888 §4: those not waited for are read."""
        session = self.session
        try:
            call, command, _ = self._head(event.prefix)
            self._begun = session.call = call
            guard = await literals.place(session, command, event)
        except (Bad, No, StoreError) as error:
            session.framer.refuse()
            self._refusal = outcome(error)
            if event.sync:
                self._reply(self._refusal, tag_of(event.prefix))
                self.forget()
            return
        if guard is not None:
            self._guards.append(guard)
        session.framer.accept(guard)
        session.conn.hurry = True
        if event.sync:
            session.conn.write(b"+ go ahead\r\n")

    def _head(self, text: bytes) -> tuple[RunningCommand, Command, int]:
        """Tag and command of a line, and where the arguments begin. Raises Bad, No."""
        head = HEAD.match(text)
        if head is None:
            raise Bad("a tag, one space and a command are needed")
        uid = head[2] is not None
        name = b"UID " + head[3].upper() if uid else head[3].upper()
        call = self._begun or RunningCommand(head[1], name, uid)
        return call, self._permitted(name), head.end()

    def _permitted(self, name: bytes) -> Command:
        session = self.session
        command = COMMANDS.get(name)
        if command is None:
            raise Bad(f"there is no command {name[:40].decode('ascii')}")
        if command.capability is not None and not command.capability.enabled(session):
            raise Bad(f"{name.decode('ascii')} is not available here")
        if not command.states & session.state:
            raise Bad(f"{name.decode('ascii')} can't be used {states.NAMES[session.state]}")
        if not session.dialect.numbers and takes_numbers(name):
            raise Bad(f"{name.decode('ascii')} needs message numbers", b"UIDREQUIRED")
        if session.is_service and not command.service:
            raise No("the submission service may only redeem tickets", b"NOPERM")
        return command

    async def _request(self, request: Request) -> None:
        """Run one command and reply; what changed meanwhile is told before the tagged reply."""
        try:
            self.session.call, command, start = self._head(request.text)
            await recheck(self.session)
            reply = await self._run(command, request, start)
        except (Bad, No, StoreError) as error:
            reply = outcome(error)
        if reply:
            self._reply(reply, tag_of(request.text))
        self.forget()
        if reply.startswith(b"BAD"):
            self._count_nonsense()
        else:
            self._nonsense = 0

    async def _run(self, command: Command, request: Request, start: int) -> bytes:
        """The tagged reply of a command, without the tag; empty when the handler sent it.

        What the command did is done: what fails behind it does not change the reply.
        """
        reply = await self._handle(command, request, start)
        session = self.session
        if session.view is not None:
            session.view.dirty |= command.look
        try:
            for state in session.extension_states:
                await state.command_done(session)
            await tell_changes(session, expunge=command.expunge)
        except (PeerGone, Shutdown, TimeoutError, Goodbye):
            raise
        except Exception as error:
            if not isinstance(error, No | StoreError):
                log.exception("news failed", command=command.name.decode())
            if session.view is not None:
                session.view.dirty = True  # it is told with the next command
        return reply

    async def _handle(self, command: Command, request: Request, start: int) -> bytes:
        session = self.session
        try:
            given = literals.unwrap(request.literals, self._guards)
            cursor = Cursor(request.text, given, session.dialect.utf8)
            cursor.pos = start
            return _ok(command, await command.handler(session, cursor) or Ok())
        except (Bad, No, StoreError) as error:
            return outcome(error)
        except (PeerGone, Shutdown, TimeoutError, Goodbye):
            raise
        except Exception:
            trace = secrets.token_hex(4)
            log.exception("command failed", command=command.name.decode(), trace=trace)
            return b"NO [SERVERBUG] something is broken here, reference %b" % trace.encode()


def _ok(command: Command, done: Ok) -> bytes:
    if done.replied:
        return b""
    return b"OK " + with_code(done.code, done.text or command.name + b" completed")


def with_code(code: bytes, text: bytes) -> bytes:
    """Response text with its code in brackets, if there is one."""
    return b"[%b] %b" % (code, text) if code else text


def outcome(error: Bad | No | StoreError) -> bytes:
    """The tagged reply, without the tag, that an exception stands for."""
    if isinstance(error, StoreError):
        error = refusal(error)
    text = error.text.encode("ascii", "replace").replace(b"\r", b"").replace(b"\n", b" ")
    return (b"BAD " if isinstance(error, Bad) else b"NO ") + with_code(error.code, text)
