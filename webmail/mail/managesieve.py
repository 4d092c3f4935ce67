"""A ManageSieve client (RFC 5804): blocking and small."""

from __future__ import annotations

import base64
import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext

from webmail.transport.endpoint import Endpoint, login_token, sieve_endpoint, tls_context
from webmail.transport.time_limit import Clock, renew

from .message.errors import MailError, Refused, SignInRequired, Unreachable

MOST_LITERAL = 4_194_304
MOST_LINE = 16_384
_LITERAL = re.compile(rb"\{([0-9]{1,10})\}\r\n\Z")
_TOKEN = re.compile(rb"\"((?:[^\"\\]|\\.)*)\"|\{([0-9]{1,10})\}\r\n|([^\s()\"{]+)|([()])")
_PLACE = re.compile(r"line ([0-9]+), column ([0-9]+): (.*)", re.DOTALL)


class BadScript(MailError):
    """The server can't use a script. ``line`` and ``column`` from 1; 0 when it did not say."""

    status = 400

    def __init__(self, text: str) -> None:
        found = _PLACE.match(text)
        super().__init__(found[3] if found else text)
        self.line = int(found[1]) if found else 0
        self.column = int(found[2]) if found else 0


@dataclass(slots=True)
class ManageSieveAnswer:
    """The lines before the last one as words, and the last one: OK, NO or BYE, code and text."""

    lines: list[list[str]]
    condition: str
    code: str
    text: str


class SieveClient:
    """One connection. Raises Unreachable when it is lost."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.endpoint = endpoint
        self.features: dict[str, str] = {}
        self._clock = Clock()
        try:
            self._sock = self._clock.connect(endpoint.host, endpoint.port)
            self._file = self._clock.reader(self._sock)
        except OSError as error:
            raise _unreachable() from error

    def sign_in(self, email: str, token: str) -> None:
        """Capabilities, STARTTLS where the way is not private, OAUTHBEARER, capabilities again."""
        self._learn(self._answer())
        if not (self.endpoint.private and self.features.get("SASL")):
            self._protect()
        plain = f"n,a={email.replace('=', '=3D').replace(',', '=2C')},\1auth=Bearer {token}\1\1"
        self._send(b'AUTHENTICATE "OAUTHBEARER" ' + _literal(base64.b64encode(plain.encode())))
        answer = self._answer(challenges=True)
        if answer.condition == "":  # the reason, for a machine; an empty answer ends the exchange
            self._send(b'"AQ=="\r\n')
            answer = self._answer()
        if answer.condition != "OK":
            raise SignInRequired(gettext("The mail server did not accept the sign-in for filters."))
        self._learn(self._command(b"CAPABILITY"))

    def _protect(self) -> None:
        if "STARTTLS" not in self.features:
            raise Unreachable(gettext("The server for filters offers no protected connection."))
        self._command(b"STARTTLS")
        try:
            self._sock = tls_context(self.endpoint).wrap_socket(
                self._sock, server_hostname=self.endpoint.host
            )
        except OSError as error:
            raise Unreachable(
                gettext("The filter server's certificate can't be trusted.")
            ) from error
        self._file = self._clock.reader(self._sock)
        self._learn(self._answer())

    def _learn(self, answer: ManageSieveAnswer) -> None:
        self.features = {
            line[0].upper(): line[1] if len(line) > 1 else "" for line in answer.lines if line
        }

    @property
    def extensions(self) -> set[str]:
        """What a script may require."""
        return set(self.features.get("SIEVE", "").split())

    def scripts(self) -> dict[str, bool]:
        """The names, and whether each is the active one."""
        return {
            line[0]: "ACTIVE" in (word.upper() for word in line[1:])
            for line in self._command(b"LISTSCRIPTS").lines
            if line
        }

    def get(self, name: str) -> str:
        """The text of a script, lines ended by LF."""
        lines = self._command(b"GETSCRIPT " + _literal(name.encode())).lines
        return lines[0][0].replace("\r\n", "\n") if lines and lines[0] else ""

    def put(self, name: str, script: str) -> None:
        """Store a script. Raises BadScript, Refused (no room)."""
        octets = script.replace("\r\n", "\n").replace("\n", "\r\n").encode()
        self._send(b"PUTSCRIPT " + _string(name.encode()) + b" " + _literal(octets))
        answer = self._answer()
        if answer.condition == "OK":
            return
        if answer.code.startswith("QUOTA"):
            raise Refused(gettext("The filters can't be saved. %(text)s.") % {"text": answer.text})
        raise BadScript(answer.text)

    def activate(self, name: str) -> None:
        """Run this script from now on; "" runs none."""
        self._command(b"SETACTIVE " + _literal(name.encode()))

    def close(self) -> None:
        """Close without a word; harmless when closed."""
        self._file.close()
        self._sock.close()

    # -- the wire

    def _command(self, line: bytes) -> ManageSieveAnswer:
        self._send(line if line.endswith(b"\r\n") else line + b"\r\n")
        answer = self._answer()
        if answer.condition != "OK":
            raise Refused(answer.text or gettext("The server for filters refused this."))
        return answer

    def _send(self, data: bytes) -> None:
        self._clock.begin()
        try:
            self._clock.send(self._sock, data)
        except OSError as error:
            raise _unreachable() from error

    def _answer(self, challenges: bool = False) -> ManageSieveAnswer:
        """Everything up to OK, NO or BYE; with ``challenges`` up to the first line of any kind."""
        lines: list[list[str]] = []
        while True:
            words, quoted = self._line()
            first = words[0].upper() if words and not quoted else ""
            if first in ("OK", "NO", "BYE"):
                if first == "BYE":
                    raise _unreachable()
                renew()
                code = words[2] if len(words) > 2 and words[1] == "(" else ""
                return ManageSieveAnswer(lines, first, code, words[-1] if len(words) > 1 else "")
            lines.append(words)
            if challenges:
                return ManageSieveAnswer(lines, "", "", "")

    def _line(self) -> tuple[list[str], bool]:
        """The words of a line, and whether the first one was a string."""
        octets, literals = self._read_line(), []
        while (found := _LITERAL.search(octets)) is not None:
            size = int(found[1])
            if size > MOST_LITERAL:
                raise _unreachable()
            literals.append(self._read(size))
            octets += self._read_line()
        words, quoted = [], False
        for at, token in enumerate(_TOKEN.finditer(octets)):
            if token[1] is not None:
                words.append(re.sub(rb"\\(.)", rb"\1", token[1]).decode("utf-8", "replace"))
            elif token[2] is not None:
                words.append(literals.pop(0).decode("utf-8", "replace"))
            else:
                words.append((token[3] or token[4]).decode("utf-8", "replace"))
            quoted = quoted or (at == 0 and token[3] is None)
        return words, quoted

    def _read_line(self) -> bytes:
        try:
            line = self._file.readline(MOST_LINE)
        except OSError as error:
            raise _unreachable() from error
        if not line.endswith(b"\n"):
            raise _unreachable()
        return line

    def _read(self, size: int) -> bytes:
        try:
            octets = self._file.read(size)
        except OSError as error:
            raise _unreachable() from error
        if len(octets) != size:
            raise _unreachable()
        return octets


def _string(octets: bytes) -> bytes:
    return b'"%b"' % octets.replace(b"\\", b"\\\\").replace(b'"', b'\\"')


def _literal(octets: bytes) -> bytes:
    return b"{%d+}\r\n%b\r\n" % (len(octets), octets)


def _unreachable() -> Unreachable:
    return Unreachable(gettext("The server for filters can't be reached."))


@contextlib.contextmanager
def sieve_session(email: str) -> Iterator[SieveClient]:
    """A connection to the server for filters. Raises Unreachable, SignInRequired."""
    found = SieveClient(sieve_endpoint())
    try:
        found.sign_in(email, login_token(email))
        yield found
    finally:
        found.close()
