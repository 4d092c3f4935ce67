"""The IMAP client: imapclient with the Lemonade commands and pipelining."""

from __future__ import annotations

import base64
import imaplib
import re
import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from imapclient import IMAPClient, SocketTimeout
from imapclient.imap4 import IMAP4WithTimeout
from imapclient.imap_utf7 import encode as encode_utf7

from .endpoint import CONNECT_TIMEOUT, READ_TIMEOUT, Endpoint, tls_context
from .responses import BadResponse, Raw, numbers, values
from .types import NotFound, Refused, SignInAgain, Unreachable

LOST = (OSError, EOFError, imaplib.IMAP4.abort, imaplib.IMAP4.error, BadResponse)
_CODE = re.compile(rb"\[([A-Z0-9-]+)(?: ([^\]]*))?\]", re.IGNORECASE)


class Wire(IMAP4WithTimeout):
    """imaplib's connection, counting what the socket carries (inside TLS, where there is any)."""

    octets_in = 0
    octets_out = 0

    def read(self, size: int) -> bytes:
        data = super().read(size)
        self.octets_in += len(data)
        if len(data) < size:
            raise self.abort("the connection ended inside a literal")
        return data

    def readline(self) -> bytes:
        line = super().readline()
        self.octets_in += len(line)
        return line

    def send(self, data: bytes) -> None:
        self.octets_out += len(data)
        super().send(data)


@dataclass(slots=True)
class Payload:
    """A literal of ``size`` octets, sent piece by piece and never held as a whole."""

    size: int
    pieces: Iterable[bytes]


@dataclass(slots=True)
class Answer:
    """What one command brought: its tagged reply and the untagged data before it."""

    status: str
    text: bytes
    data: dict[str, list[Raw]] = field(default_factory=dict)

    @property
    def code(self) -> tuple[bytes, bytes]:
        """The response code of the tagged reply in upper case, and its arguments."""
        match = _CODE.match(self.text)
        return (match[1].upper(), match[2] or b"") if match else (b"", b"")

    def check(self) -> Answer:
        """Itself when OK; else raises NotFound or Refused in the server's own words."""
        if self.status == "OK":
            return self
        words = _CODE.sub(b"", self.text, count=1).decode("utf-8", "replace").strip()
        code = self.code[0]
        if code in (b"NONEXISTENT", b"TRYCREATE"):
            raise NotFound("This folder does not exist any more.")
        if code == b"OVERQUOTA":
            raise Refused("The mailbox is full. Delete something, or ask for more room.")
        if code in (b"TOOBIG", b"LIMIT"):
            raise Refused("This message is larger than the server takes.")
        if code == b"BADURL":
            raise NotFound("A part that should go along is not there any more.")
        raise Refused(f"The mail server said no: {words or self.status}")


@dataclass(slots=True)
class Selected:
    """The selected mailbox as the server's last words leave it."""

    folder: str
    uidvalidity: int = 0
    uidnext: int = 0
    exists: int = 0
    modseq: int = 0
    read_only: bool = False
    keywords: bool = True  # new keywords may be stored


Arguments = Sequence[bytes | Payload]


class LemonadeClient(IMAPClient):
    """One authenticated connection. Not thread-safe: the pool lends it to one thread at a time."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.selected: Selected | None = None
        self.stirred = False  # something changed that other windows should hear of
        self.idling: bytes | None = None
        self._asked = False  # the server has answered IDLE with its "+"
        self.qresync = False
        self.email = ""
        try:
            super().__init__(
                endpoint.host,
                endpoint.port,
                ssl=False,
                timeout=SocketTimeout(CONNECT_TIMEOUT, READ_TIMEOUT),  # type: ignore[arg-type]
            )
            self._imap.debug = 0
            self._protect()
        except LOST as error:
            raise Unreachable("The mail server can't be reached. Try again in a moment.") from error

    def _create_IMAP4(self) -> Wire:  # imapclient's own seam for another connection class
        return Wire(self.host, self.port, CONNECT_TIMEOUT)

    def _protect(self) -> None:
        """STARTTLS, unless the way is loopback and the server takes a login as it is."""
        needed = not self.endpoint.private or self.has_capability("LOGINDISABLED")
        if not needed:
            return
        if not self.has_capability("STARTTLS"):
            self.shutdown()
            raise Unreachable("The mail server offers no protected connection.")
        self.starttls(tls_context(self.endpoint))

    @property
    def octets(self) -> int:
        """Octets that this connection carried so far, both ways."""
        return int(self._imap.octets_in + self._imap.octets_out)

    def authenticate(self, email: str, token: str) -> None:
        """OAUTHBEARER in one round trip where SASL-IR is offered (RFC 7628, RFC 4959)."""
        name = email.replace("=", "=3D").replace(",", "=2C")
        plain = f"n,a={name},\1auth=Bearer {token}\1\1"
        first = base64.b64encode(plain.encode())
        quick = self.has_capability("SASL-IR")
        words = [b"OAUTHBEARER", first] if quick else [b"OAUTHBEARER"]
        try:
            tag = self._send(b"AUTHENTICATE", words)
            answers = [] if quick else [first]
            while self._imap.tagged_commands[tag] is None:
                if self._imap._get_response() is None:  # asked for more: the token, or to give up
                    self._imap.send((answers.pop() if answers else b"AQ==") + b"\r\n")
            status, _ = self._imap.tagged_commands.pop(tag)
        except LOST as error:
            raise Unreachable("The mail server went away during sign-in.") from error
        if status != "OK":
            raise SignInAgain("The mail server did not accept the sign-in. Please sign in again.")
        self.enter_session(email)

    def enter_session(self, email: str) -> None:
        """After any kind of login: learn the capabilities, switch QRESYNC on. RFC 7162 §3.2.3."""
        self._imap.state = "AUTH"
        self._cached_capabilities = None
        self.email = email
        capabilities = self.capabilities()
        if b"QRESYNC" in capabilities and b"ENABLE" in capabilities:
            answer = self.command(b"ENABLE", b"QRESYNC")
            words = b" ".join(x for x in answer.data.get("ENABLED", []) if isinstance(x, bytes))
            self.qresync = b"QRESYNC" in words.upper()

    # The exchange of commands

    def command(self, name: bytes, *arguments: bytes | Payload) -> Answer:
        """One command and its answer. Raises Unreachable when the connection is lost."""
        return self.burst([(name, arguments)])[0]

    def burst(self, commands: Sequence[tuple[bytes, Arguments]]) -> list[Answer]:
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
            raise Unreachable("The mail server went away. Try again in a moment.") from error
        return answers

    def _plus(self, payload: Payload) -> bool:
        """May this literal go without consent? RFC 7888."""
        return self.has_capability("LITERAL+") or (
            payload.size <= 4096 and self.has_capability("LITERAL-")
        )

    def _send(self, name: bytes, arguments: Arguments) -> bytes:
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
            if "BYE" in self._imap.untagged_responses and name != b"LOGOUT":
                raise self._imap.abort("the server said BYE")
        status, texts = self._imap.tagged_commands.pop(tag)
        data = self._imap.untagged_responses
        self._imap.untagged_responses = {}
        if name not in (b"SELECT", b"EXAMINE"):
            self._follow(data)
        return Answer(status, texts[0] or b"", data)

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
        if self.selected is None or not self.has_capability("IDLE"):
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
        try:
            while not self._asked and self._imap.tagged_commands[tag] is None:
                self._asked = self._imap._get_response() is None
            if self._imap.tagged_commands[tag] is None:
                self._imap.send(b"DONE\r\n")
            self._collect(tag, b"IDLE")
        except LOST as error:
            self.drop()
            raise Unreachable("The mail server went away. Try again in a moment.") from error

    def drain(self) -> bool:
        """Take in what has arrived during IDLE, without waiting. True when mail changed.

        Raises Unreachable when the server closed the connection.
        """
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
            raise Unreachable("The mail server went away. Try again in a moment.") from error
        data = self._imap.untagged_responses
        self._imap.untagged_responses = {}
        self._follow(data)
        return not data.keys().isdisjoint(("EXISTS", "EXPUNGE", "VANISHED", "FETCH"))

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
            sock.settimeout(READ_TIMEOUT)
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


def mailbox(name: str) -> bytes:
    """A mailbox name as the wire wants it: modified UTF-7, quoted. RFC 3501 §5.1.3.

    Control characters end up in base64, so no name can smuggle in a line of its own.
    """
    coded: bytes = encode_utf7(name)
    return b'"' + coded.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'


def uid_set(uids: Iterable[int]) -> bytes:
    """UIDs as a compact set, ``1:3,7``. Empty input gives ``b""``."""
    return b",".join(
        b"%d" % low if low == high else b"%d:%d" % (low, high) for low, high in _runs(uids)
    )


def _runs(uids: Iterable[int]) -> Iterator[tuple[int, int]]:
    low = high = 0
    for uid in sorted(set(uids)):
        if low and uid == high + 1:
            high = uid
            continue
        if low:
            yield low, high
        low = high = uid
    if low:
        yield low, high


def esearch_value(answer: Answer, name: bytes) -> int | None:
    """A number such as COUNT, MIN or MAX out of ``* ESEARCH …``. RFC 4731 §3.1."""
    words = list(values(answer.data.get("ESEARCH", [])))
    for key, value in zip(words, words[1:], strict=False):
        if isinstance(key, bytes) and key.upper() == name and isinstance(value, int):
            return value
    return None
