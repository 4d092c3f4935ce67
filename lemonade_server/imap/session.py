"""One IMAP connection: who it is, what it has selected, and the way replies leave it.

Commands of one connection run one after another (RFC 3501 §5.5, B-07), so a handler owns the
session until it returns. ``serve.py`` reads commands and calls handlers; handlers write here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from lemonade_server.directory.accounts import SUBMIT_ROLE, still_valid
from lemonade_server.imap import states
from lemonade_server.imap.extensible import Extensible
from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.net.connection import FLUSH_AT, PeerGone, Poke
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.imap_framer import CommandTooLong, ContinuationLine, ImapFramer
from lemonade_server.wire.rights import WRITING

if TYPE_CHECKING:
    from lemonade_server.directory.accounts import Identity
    from lemonade_server.imap.modes import Mode
    from lemonade_server.imap.service import Service, Settings
    from lemonade_server.imap.view import View
    from lemonade_server.net.connection import Connection
    from lemonade_server.store.db import Database, Tx
    from lemonade_server.store.ids import AccountId, MailboxId, Modseq

T = TypeVar("T")
P = TypeVar("P")
LOGIN_SECONDS = 120.0
LOGIN_LINE = 65_536  # octets of a command before login, and of its literals: both hold an ID of
LOGIN_LITERALS = 32_768  # 30 fields of 1,024 octets (RFC 2971 §3.3), the line with each one escaped
USER_LINE = 1_048_576  # and after it
USER_LITERALS = 262_144
SEVERAL = -1
RECHECK = 60.0  # seconds after which an account is looked at again


class Closable(Protocol):
    """Something a command opened that must be closed when it ends, as a spooled literal."""

    def close(self) -> object: ...


@dataclass(slots=True)
class RunningCommand:
    """The command that runs: its tag, its name in upper case, whether it is a UID command."""

    tag: bytes = b"*"
    name: bytes = b""
    uid: bool = False
    opened: list[Closable] = field(default_factory=list)


class Session(Extensible["Session"]):
    """State of one connection and the writers of its replies."""

    __slots__ = (
        "__weakref__",
        "_recheck_at",
        "_unwatch",
        "_unwatch_login",
        "call",
        "client",
        "conn",
        "failures",
        "framer",
        "identity",
        "service",
        "state",
    )

    def __init__(self, conn: Connection, service: Service) -> None:
        super().__init__()
        self.conn = conn
        self.service = service
        self.framer = ImapFramer(line_limit=LOGIN_LINE, memory_limit=LOGIN_LITERALS)
        self.conn.begin(self.framer)
        self.state: int = states.NOT_AUTHENTICATED
        self.identity: Identity | None = None
        self.client: str = ""
        self.failures = 0
        self.call = RunningCommand()
        self._unwatch: Callable[[], None] | None = None
        self._unwatch_login: Callable[[], None] | None = None
        self._recheck_at = 0.0

    # -- who and what -------------------------------------------------------------------

    @property
    def env(self) -> Settings:
        return self.service.env

    @property
    def db(self) -> Database:
        return self.service.db

    @property
    def account(self) -> AccountId:
        """The logged-in account. Raises No when nobody is logged in."""
        return self.user.id

    @property
    def user(self) -> Identity:
        """The logged-in identity. Raises No when nobody is logged in."""
        if self.identity is None:
            raise No("log in first", b"AUTHENTICATIONFAILED")
        return self.identity

    @property
    def is_service(self) -> bool:
        """Whether it is the submission service that is logged in: it may redeem tickets only."""
        return self.identity is not None and self.identity.role == SUBMIT_ROLE

    @property
    def selected(self) -> View:
        """The selected mailbox. Raises No when none is selected."""
        if self.view is None:
            raise No("no mailbox is selected")
        return self.view

    @property
    def writable(self) -> View:
        """The selected mailbox, if it may be changed. Raises No."""
        view = self.selected
        if not set(view.rights).intersection(WRITING):
            raise No("you may only read this mailbox", b"NOPERM")
        if view.read_only:
            raise No("the mailbox was opened read-only", b"READ-ONLY")
        return view

    def said(self, line: bytes) -> bytes:
        """``OK [code] text`` and the like in the language that the client chose (RFC 5255 §3)."""
        return self.dialect.translated(line)

    # -- replies ------------------------------------------------------------------------

    def untagged(self, line: bytes) -> None:
        """Queue ``* line``."""
        self.conn.write(b"* ", line, b"\r\n")

    def ok(self, code: bytes, text: bytes = b"") -> None:
        """Queue ``* OK [code] text``."""
        self.say(b"OK [%b] %b" % (code, text or b"so it is"))

    def say(self, line: bytes) -> None:
        """Queue an untagged line with words for people: OK, NO or BYE."""
        self.conn.write(b"* ", self.said(line), b"\r\n")

    async def send(self, data: bytes) -> None:
        """Send octets that already are whole response lines; waits while the peer is slow.

        For streams of responses: join about 200 lines or 64 KB, then call this.
        """
        self.conn.write(data)
        if self.conn.unsent >= FLUSH_AT:
            await self.conn.flush()

    async def line(self, timeout: float, *, pokable: bool = False) -> bytes | None:
        """The next line as it is: SASL data or the end of IDLE; None after a poke.

        Raises TimeoutError, Bad for a line that is too long, PeerGone when the peer closed.
        """
        self.framer.lines = True
        try:
            event = await self.conn.event(timeout, pokable=pokable)
        finally:
            self.framer.lines = False
        match event:
            case ContinuationLine(text):
                return text
            case Poke.POKED:
                return None
            case CommandTooLong():
                raise Bad("the line is too long")
            case _:
                raise PeerGone("closed in the middle of a command")

    async def start_tls(self) -> None:
        """Go on under TLS; what the client sent in the clear is not looked at, or forgotten."""
        self.reset()
        self.framer = ImapFramer(line_limit=LOGIN_LINE, memory_limit=LOGIN_LITERALS)
        await self.conn.start_tls(self.service.tls, self.framer)

    # -- the store ----------------------------------------------------------------------

    async def read(self, job: Callable[[Tx], T]) -> T:
        """Run ``job`` in a read transaction on a database thread."""
        return await self.service.db.read(job)

    async def write(
        self, job: Callable[[Tx], T], frees: bool = False, *, messages_only: bool = False
    ) -> T:
        """Run ``job`` in a write transaction. Raises PeerGone when the client has given up.

        ``frees`` as ``Database.write`` has it.

        The selected mailbox is looked at afterwards, so that a command's own changes are reported
        before its tagged reply; not for ``messages_only``, whose hints tell of each mailbox that
        they are in, when none of them is the selected one.
        """

        def wanted(tx: Tx) -> tuple[T, Mapping[MailboxId, Modseq]]:
            self.conn.must_wait()
            return job(tx), tx.hinted

        return await self._acted(self.service.db.write(wanted, frees), messages_only)

    async def write_prepared(
        self,
        prepare: Callable[[], P],
        job: Callable[[Tx, P], T],
        octets: int,
        *,
        messages_only: bool = False,
    ) -> T:
        """Run ``prepare``, which works on so many octets, then ``job`` as ``write`` does."""

        def wanted(tx: Tx, prepared: P) -> tuple[T, Mapping[MailboxId, Modseq]]:
            self.conn.must_wait()
            return job(tx, prepared), tx.hinted

        written = self.service.db.write_prepared(prepare, wanted, octets)
        return await self._acted(written, messages_only)

    async def _acted(
        self, written: Awaitable[tuple[T, Mapping[MailboxId, Modseq]]], messages_only: bool
    ) -> T:
        """The result of what was written; note what it changed."""
        look = True
        try:
            done, hinted = await written
            look = not messages_only or (self.view is not None and self.view.mailbox in hinted)
        finally:
            if look and self.view is not None:
                self.view.dirty = True
        if self.tells_unasked:
            for state in self.extension_states:
                state.committed(self, hinted)
        return done

    # -- state --------------------------------------------------------------------------

    def logged_in(self, identity: Identity) -> None:
        """Enter the authenticated state. The connection ends with the login, whoever ends it."""
        self.forget_login()
        self.identity = identity
        live = self.service.logins.live
        self._unwatch_login = live.watch(
            identity, lambda: self.conn.end(_login_revoked(), at_once=True)
        )
        self.state = states.AUTHENTICATED
        self._recheck_at = asyncio.get_running_loop().time() + RECHECK
        self.conn.deadline = None
        self.framer.line_limit = USER_LINE
        self.framer.memory_limit = USER_LITERALS

    def forget_login(self) -> None:
        """Nobody is logged in any more."""
        self.identity = None
        if self._unwatch_login is not None:
            self._unwatch_login()
            self._unwatch_login = None

    async def recheck(self, *, unasked: bool = False) -> None:
        """End the session of an account that was disabled or got a new password (X-02). Goodbye.

        It is looked at now and then; before something is told ``unasked`` each time, for a hint may
        be lost.
        """
        identity = self.identity
        now = asyncio.get_running_loop().time()
        if identity is None or (now < self._recheck_at and not unasked):
            return
        if not await self.read(lambda tx: still_valid(tx, identity)):
            raise _login_revoked()
        self._recheck_at = now + RECHECK

    def select(self, view: View) -> None:
        """Enter the selected state; hints about the mailbox mark the view from now on."""
        self.deselect()
        self.view = view
        view.dialect = self.dialect
        self.state = states.SELECTED
        view.dirty = True  # what changed between reading and watching is asked for once

        def changed(_: MailboxId, modseq: Modseq) -> None:
            view.dirty = True
            view.heard = modseq if view.heard in (0, modseq) else SEVERAL
            self.conn.poke()

        self._unwatch = self.service.hints.watch(view.mailbox, changed)

    def deselect(self) -> None:
        """Leave the selected mailbox, if there is one."""
        if self._unwatch is not None:
            self._unwatch()
            self._unwatch = None
        self.drop_selection_states()
        if self.view is not None:
            self.view = None
            self.end_selection_modes()
            self.state = states.AUTHENTICATED
            for state in self.extension_states:
                state.deselected()

    def entered(self, row: Mode[Session]) -> None:
        if row.entered is not None:
            row.entered(self)

    def reported(self, uid: int, modseq: Modseq) -> None:
        """Note that the client is told of this change, so that it is not echoed."""
        if self.view is not None:
            self.view.reported[uid] = modseq


def _login_revoked() -> Goodbye:
    """The end of a connection whose account was disabled or deleted, or has a new password."""
    return Goodbye("log in again", b"AUTHENTICATIONFAILED")
