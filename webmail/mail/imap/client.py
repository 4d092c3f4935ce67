"""The IMAP client: imapclient with the Lemonade commands and pipelining."""

from __future__ import annotations

import base64
import imaplib
import socket
import ssl
from collections.abc import Callable, Sequence

from django.utils.translation import gettext
from imapclient import IMAPClient

from webmail.transport.endpoint import Endpoint, tls_context
from webmail.transport.time_limit import SHORT, UNHURRIED, renew

from ..message.errors import SignInRequired, Unreachable
from ..message.responses import BadResponse, Raw, numbers, values
from ..message.saved_search import SavedSearch
from .commands import Answer, Arguments, Command, Payload
from .counted_connection import CountedConnection
from .server_state import Namespaces, SelectedMailbox

LOST = (OSError, EOFError, imaplib.IMAP4.abort, imaplib.IMAP4.error, BadResponse)


_EVENTS = b"(MessageNew MessageExpunge FlagChange)"
NEWS = (
    b"SET",
    b"(SELECTED-DELAYED " + _EVENTS + b")",
    b"(PERSONAL " + _EVENTS + b")",
)
"""What is to be told during IDLE: also of one's other folders (RFC 5465 §5)."""


Progress = Callable[[int, int], None]
"""Is told how many messages of how many are done (RFC 9585)."""


class LemonadeClient(IMAPClient):
    """One authenticated connection. Not thread-safe: the pool lends it to one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.selected: SelectedMailbox | None = None
        self.stirred = False  # something changed that other windows should hear of
        self.idling: bytes | None = None
        self._asked = False  # the server has answered IDLE with its "+"
        self.qresync = False
        self.email = ""
        self.roles: dict[str, str] = {}  # "sent" and the like: the folder's name
        self.notified = False  # NOTIFY was asked for
        self.namespaces: Namespaces | None = None  # None: not asked for yet
        self.saved_searches: list[SavedSearch] | None = None  # likewise
        self.on_progress: Progress | None = None  # of a long command; its echoes are not kept
        try:
            super().__init__(endpoint.host, endpoint.port, ssl=False)
            self._imap.debug = 0
            self._protect()
        except LOST as error:
            if "_imap" in self.__dict__:
                self.drop()
            raise Unreachable(
                gettext("The mail server can't be reached. Try again in a moment.")
            ) from error

    def _create_IMAP4(
        self,
    ) -> CountedConnection:
        """Imapclient's own seam for another class."""
        return CountedConnection(self.host, self.port)

    def _protect(self) -> None:
        """STARTTLS, unless the way is loopback and the server takes a login as it is."""
        needed = not self.endpoint.private or self.has("LOGINDISABLED")
        if not needed:
            return
        if not self.has("STARTTLS"):
            self.shutdown()
            raise Unreachable(gettext("The mail server offers no protected connection."))
        self.starttls(tls_context(self.endpoint))

    def has(self, capability: str) -> bool:
        """Does the server announce it?"""
        return bool(self.has_capability(capability))  # type: ignore[no-untyped-call]

    @property
    def descriptor(self) -> int:
        """The socket's number, for a selector."""
        return int(self._imap.sock.fileno())

    @property
    def octets(self) -> int:
        """Octets that this connection carried so far, both ways."""
        return int(self._imap.clock.octets)

    def authenticate(self, email: str, token: str) -> None:
        """OAUTHBEARER in one round trip where SASL-IR is offered (RFC 7628, RFC 4959)."""
        name = email.replace("=", "=3D").replace(",", "=2C")
        plain = f"n,a={name},\1auth=Bearer {token}\1\1"
        first = base64.b64encode(plain.encode())
        quick = self.has("SASL-IR")
        words = [b"OAUTHBEARER", first] if quick else [b"OAUTHBEARER"]
        try:
            tag = self._send(b"AUTHENTICATE", words)
            answers = [] if quick else [first]
            while self._imap.tagged_commands[tag] is None:
                if self._imap._get_response() is None:  # asked for more: the token, or to give up
                    self._imap.send((answers.pop() if answers else b"AQ==") + b"\r\n")
            status, _ = self._imap.tagged_commands.pop(tag)
        except LOST as error:
            raise Unreachable(gettext("The mail server went away during sign-in.")) from error
        renew()
        if status != "OK":
            raise SignInRequired(
                gettext("The mail server did not accept the sign-in. Please sign in again.")
            )
        self.enter_session(email)

    def enter_session(self, email: str) -> None:
        """After any kind of login: learn the capabilities, switch QRESYNC on. RFC 7162 §3.2.3."""
        self._imap.state = "AUTH"
        self._cached_capabilities = None
        self.email = email
        if self.on_progress is not None:
            if self.has("UIDONLY") and self.has("ENABLE"):
                self.command(b"ENABLE", b"UIDONLY")  # what goes is told in ranges (RFC 9586)
        elif self.has("QRESYNC") and self.has("ENABLE"):
            answer = self.command(b"ENABLE", b"QRESYNC")
            words = b" ".join(x for x in answer.data.get("ENABLED", []) if isinstance(x, bytes))
            self.qresync = b"QRESYNC" in words.upper()

    # The exchange of commands

    def command(self, name: bytes, *arguments: bytes | Payload) -> Answer:
        """One command and its answer. Raises Unreachable when the connection is lost."""
        return self.burst([(name, arguments)])[0]

    def burst(self, commands: Sequence[Command]) -> list[Answer]:
        """Commands sent without waiting, their answers in order.

        A literal that needs the server's consent (no LITERAL+) waits for what went before it.
        """
        answers: list[Answer] = []
        tags: list[tuple[bytes, bytes]] = []
        try:
            for name, arguments in commands:
                waits = any(not self._plus(x) for x in arguments if isinstance(x, Payload))
                if waits:
                    answers.extend(self._collect(tag, sent) for tag, sent in tags)
                    tags.clear()
                tags.append((self._send(name, arguments), name))
            answers.extend(self._collect(tag, sent) for tag, sent in tags)
        except LOST as error:
            self.drop()
            raise Unreachable(
                gettext("The mail server went away. Try again in a moment.")
            ) from error
        return answers

    def _plus(self, payload: Payload) -> bool:
        """May this literal go without consent? RFC 7888."""
        return self.has("LITERAL+") or (payload.size <= 4096 and self.has("LITERAL-"))

    def _send(self, name: bytes, arguments: Arguments) -> bytes:
        self._imap.clock.begin()
        tag: bytes = self._imap._new_tag()
        line = bytearray(tag + b" " + name)
        glued = False
        for argument in arguments:
            if not isinstance(argument, Payload):
                line += argument if glued or argument[:1] == b")" else b" " + argument
                glued = argument[-1:] == b"("
                continue
            plus = self._plus(argument)
            line += b"%s{%d%s}\r\n" % (b"" if glued else b" ", argument.size, b"+" if plus else b"")
            self._imap.send(bytes(line))
            line.clear()
            glued = False
            if not plus and not self._consent(tag):
                return tag
            for piece in argument.pieces:
                self._imap.send(piece)
        self._imap.send(bytes(line) + b"\r\n")
        return tag

    def _consent(self, tag: bytes) -> bool:
        """Wait for ``+``. False when the command was refused instead."""
        while self._imap._get_response() is not None:
            if self._imap.tagged_commands.get(tag) is not None:
                return False
        return True

    def _collect(self, tag: bytes, name: bytes) -> Answer:
        self._imap.untagged_responses = {}
        while self._imap.tagged_commands[tag] is None:
            self._imap._get_response()
            if self.on_progress is not None:
                self._hear_progress(self.on_progress)
            if "BYE" in self._imap.untagged_responses and name != b"LOGOUT":
                raise self._imap.abort("the server said BYE")
        status, texts = self._imap.tagged_commands.pop(tag)
        data = self._imap.untagged_responses
        self._imap.untagged_responses = {}
        renew()
        self._imap.clock.begin()
        if name not in (b"SELECT", b"EXAMINE"):
            self._follow(data)
        return Answer(status, texts[0] or b"", data)

    def _hear_progress(self, tell: Progress) -> None:
        """Pass on how far the command is, and keep nothing of what it tells message by message."""
        told = self._imap.untagged_responses
        for name in ("FETCH", "UIDFETCH", "EXPUNGE"):
            told.pop(name, None)
        for raw in told.pop("INPROGRESS", ()):
            words = list(values([raw]))
            if words and isinstance(words[0], list) and len(words[0]) == 3:
                _, done, total = words[0]
                if isinstance(done, int) and isinstance(total, int):
                    tell(done, total)
            self._imap.clock.begin()

    def _follow(self, data: dict[str, list[Raw]]) -> None:
        """Keep the message count in step with what the server says unasked."""
        now = self.selected
        if now is None:
            return
        before = now.exists
        for _ in data.get("EXPUNGE", ()):
            now.exists -= 1
        for item in data.get("VANISHED", ()):
            if isinstance(item, bytes) and not item.upper().startswith(b"(EARLIER)"):
                now.exists -= len(numbers(item))
        for item in data.get("EXISTS", ()):
            now.exists = int(item) if isinstance(item, bytes) else now.exists
        if now.exists != before or "EXPUNGE" in data or "VANISHED" in data:
            self.stirred = True

    # IDLE between requests, RFC 2177

    def rest(self) -> bool:
        """Enter IDLE without waiting. False where that is not possible."""
        if self.selected is None or not self.has("IDLE"):
            return False
        try:
            if not self.notified and self.has("NOTIFY"):
                self.notified = True
                self.command(b"NOTIFY", *NEWS)
        except Unreachable:
            return False
        try:
            self.idling = self._send(b"IDLE", ())
            self._asked = False
        except LOST:
            self.drop()
            return False
        return True

    def wake(self) -> None:
        """Leave IDLE; what the server said meanwhile is taken in. Raises Unreachable."""
        tag, self.idling = self.idling, None
        if tag is None:
            return
        self._imap.clock.begin(SHORT)
        try:
            while not self._asked and self._imap.tagged_commands[tag] is None:
                self._asked = self._imap._get_response() is None
            if self._imap.tagged_commands[tag] is None:
                self._imap.send(b"DONE\r\n")
            self._collect(tag, b"IDLE")
        except LOST as error:
            self.drop()
            raise Unreachable(
                gettext("The mail server went away. Try again in a moment.")
            ) from error

    def drain(self) -> tuple[bool, bool]:
        """Take in what has arrived during IDLE, without waiting.

        Whether mail changed in the selected folder, and whether in another (where there is NOTIFY).

        Raises Unreachable when the server closed the connection.
        """
        self._imap.clock.begin(SHORT)  # the thread that waits here watches for everybody
        try:
            first = True
            while self._readable(first):
                first = False
                if self._imap._get_response() is None:
                    self._asked = True
                if "BYE" in self._imap.untagged_responses:
                    raise self._imap.abort("the server said BYE")
        except LOST as error:
            self.drop()
            raise Unreachable(
                gettext("The mail server went away. Try again in a moment.")
            ) from error
        data = self._imap.untagged_responses
        self._imap.untagged_responses = {}
        self._follow(data)
        here = not data.keys().isdisjoint(("EXISTS", "EXPUNGE", "VANISHED", "FETCH"))
        return here, "STATUS" in data

    def _readable(self, must: bool) -> bool:
        """Is there something to read now? ``must``: nothing means that the peer has closed."""
        sock = self._imap.sock
        sock.setblocking(False)
        try:
            if self._imap.file.peek(1):
                return True
            if must and not isinstance(sock, ssl.SSLSocket):
                must = not sock.recv(1, socket.MSG_PEEK)
        except (BlockingIOError, ssl.SSLWantReadError):
            return False
        finally:
            sock.settimeout(UNHURRIED)
        if must:
            raise EOFError("the server closed the connection")
        return False

    def drop(self) -> None:
        """Close the socket without a word; the pool makes a new connection next time."""
        self.selected = None
        self.idling = None
        self._imap.state = "LOGOUT"
        try:
            self._imap.shutdown()
        except OSError:
            self._imap.sock.close()

    @property
    def alive(self) -> bool:
        """False after the connection was lost or closed."""
        return self._imap.state != "LOGOUT"
