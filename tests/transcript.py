r"""Readable conversations as tests: ``tests/transcripts/{imap,submission,sieve}/*.txt``.

One step a line; a line may begin with the name of a connection (``bob C: …``), without one it is
the connection ``main``. A connection opens when it is first named; its greeting is passed over
unless the first step on it is an ``S``.

    # text            a comment
    C: text           send a line (CRLF is added)
    C| text\r\n       send exactly these octets (\r \n \t \0 \\ \xHH are escapes)
    C: … {auto+}      the literal made of the C| lines that follow; {auto} first waits for a "+".
                      After BDAT, {auto} is only the count
    S: pattern        one line must match: "..." stands for anything, $name captures or compares
    S/ regex          one line must match the regular expression
    S...              pass over lines until the next S step matches
    S| text\r\n       exactly these octets (of a literal) must come
    S~ $name          the octets of the literal just announced; without a name only skipped
    S- 0.3            nothing may come for that many seconds
    S64: pattern      a challenge, "+ " and base64, of which the octets match
    S: <closed>       the connection must end
    tls               go on under TLS (after STARTTLS)
    deflate           both sides compress from here on (after COMPRESS)
    open NAME [imap|imaps|submission|submissions|smtp|lmtp|sieve]
    let $x = text     set a variable
    prove $p $v = …   SCRAM's proofs: hash, password, client-first-message-bare,
                      server-first-message, client-final-message-without-proof

``b64[text]`` in a C line is the base64 of the text, with the escapes of C|. ``$$`` is a dollar
sign. A name that is not set stands for itself in a C line.
Variables set before: ``$alice``, ``$bob`` (fresh accounts, password ``lemonade``), ``$user_alice``
(as a level below ``Other Users``), ``$url_alice`` (as a user in an IMAP URL), ``$plain_alice`` and
``$name_alice`` (base64 for SASL PLAIN and LOGIN),
``$token_alice`` (base64 for OAUTHBEARER), ``$submit`` (an account of the submission service),
``$limited`` (an account that may hold 10,000 octets and 3 messages),
``$host``, ``$domain``. After ``tls`` and on ports with TLS ``$bound`` is what a client that binds
its login to the connection sends as c= of SCRAM (tls-server-end-point, RFC 5929 §4.1).

A comment ``# Shows: WORD, WORD`` names the capabilities that a transcript exercises, for
docs/conformance.md. ``# Settings: name=value`` asks for a server of its own (test_settings.py).
"""

from __future__ import annotations

import base64
import hashlib
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn, Protocol

from .mailserver import encode
from .peer import TIMEOUT, Deflated, Peer
from .scram_proof import proofs

_STEP = re.compile(
    r"(?:(\w+) )?(C:|C\||S:|S64:|S/|S\.\.\.|S\||S~|S-"
    r"|(?:tls|deflate|open|let|prove)\b) ?(.*)"
)
_NAME = re.compile(r"\$(\w+|\$)")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|[rnt0\\])")
_PIECE = re.compile(r"\.\.\.|\$\w+|\$\$")
_BASE64 = re.compile(r"b64\[([^]]*)\]")
_END_POINT = b"p=tls-server-end-point,,"
_PLAIN = {"r": "\r", "n": "\n", "t": "\t", "0": "\0", "\\": "\\"}


class Server(Protocol):
    """What a transcript talks to."""

    def connect(self, kind: str) -> socket.socket: ...

    def client_tls(self) -> ssl.SSLContext: ...


class Mismatch(AssertionError):
    """The server did not say what the transcript expects."""


def unescape(text: str) -> bytes:
    """The octets that a C| or S| line stands for."""

    def one(found: re.Match[str]) -> str:
        word = found[1]
        return chr(int(word[1:], 16)) if word[0] == "x" else _PLAIN[word]

    parts: list[bytes] = []
    end = 0
    for found in _ESCAPE.finditer(text):
        parts += [text[end : found.start()].encode(), one(found).encode("latin-1")]
        end = found.end()
    return b"".join([*parts, text[end:].encode()])


class Transcript:
    """Runs one transcript against a server."""

    def __init__(self, path: Path, server: Server, variables: dict[str, str]) -> None:
        self.path = path
        self.server = server
        self.names = dict(variables)
        self.peers: dict[str, Peer] = {}
        self.said: list[str] = []  # what happened, for the report
        self.kind = path.parent.name
        self.skipping = False

    def run(self) -> None:
        """Raises Mismatch with the conversation so far."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        steps = self._steps(lines)
        try:
            for number, (name, kind, text) in steps:
                self._step(number, name, kind, text, lines)
        finally:
            for peer in self.peers.values():
                peer.socket.close()

    def _steps(self, lines: list[str]) -> Iterator[tuple[int, tuple[str, str, str]]]:
        for number, line in enumerate(lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            found = _STEP.fullmatch(line)
            if found is None:
                raise ValueError(f"{self.path}:{number}: not a step: {line}")
            yield number, (found[1] or "main", found[2], found[3])

    def _step(self, number: int, name: str, kind: str, text: str, lines: list[str]) -> None:
        match kind:
            case "C:":
                self._send(name, self._expand(text, number, lines))
            case "C|":
                self._send(name, unescape(self._filled(text)))
            case "S:" | "S64:" | "S/":
                self._expect(number, name, kind, text)
            case "S...":
                self.skipping = True
            case "S|":
                self._exactly(number, name, unescape(self._filled(text)))
            case "S~":
                data = self._peer(name).take(self._peer(name).announced)
                if text:
                    self.names[text.lstrip("$")] = data.decode("latin-1")
            case "S-":
                self._silence(number, name, float(text))
            case _:
                self._direct(name, kind, text)

    def _direct(self, name: str, kind: str, text: str) -> None:
        match kind:
            case "tls":
                self._start_tls(self._peer(name))
            case "deflate":
                peer = self._peer(name)
                assert isinstance(peer.socket, socket.socket) and not peer.unread
                peer.socket = Deflated(peer.socket)
            case "open":
                opened, _, port = text.partition(" ")
                self._open(opened, port or self.kind)
            case "prove":
                targets, _, given = text.partition(" = ")
                digest, password, *messages = self._filled(given).split(" ")
                found = proofs(digest, password, *messages)
                names = (target.lstrip("$") for target in targets.split(" "))
                self.names |= dict(zip(names, found, strict=True))
            case "let":
                target, _, value = text.partition(" = ")
                self.names[target.lstrip("$")] = self._filled(value)

    # -- connections --------------------------------------------------------------------

    def _open(self, name: str, port: str) -> Peer:
        peer = Peer(name, self.server.connect(port))
        self.peers[name] = peer
        self._bind(peer)
        return peer

    def _start_tls(self, peer: Peer) -> None:
        assert isinstance(peer.socket, socket.socket)
        peer.socket.settimeout(TIMEOUT)
        context = self.server.client_tls()
        peer.socket = context.wrap_socket(peer.socket, server_hostname="localhost")
        self._bind(peer)

    def _bind(self, peer: Peer) -> None:
        if isinstance(peer.socket, ssl.SSLSocket):
            certificate = peer.socket.getpeercert(binary_form=True)
            assert certificate is not None
            bound = _END_POINT + hashlib.sha256(certificate).digest()
            self.names["bound"] = base64.b64encode(bound).decode()

    def _peer(self, name: str) -> Peer:
        return self.peers.get(name) or self._open(name, self.kind)

    def _greet(self, peer: Peer) -> None:
        """Pass over the greeting when the client speaks first."""
        if not peer.greeted:
            peer.greeted = True
            self.said.append(f"{peer.name} S: {peer.line()!r}")

    # -- sending ------------------------------------------------------------------------

    def _send(self, name: str, data: bytes) -> None:
        peer = self._peer(name)
        self._greet(peer)
        self.said.append(f"{name} C: {data[:300]!r}")
        wait = re.search(rb"\{auto\}\r\n\Z", data)
        peer.socket.settimeout(TIMEOUT)
        if wait is not None:
            raise ValueError("{auto} is expanded before")
        peer.socket.sendall(data)

    def _expand(self, text: str, number: int, lines: list[str]) -> bytes:
        """A C: line with ``{auto}`` counted from the C| lines below it."""
        data = self._filled(text)
        if "{auto" in data:
            size = 0
            for line in lines[number:]:
                found = _STEP.fullmatch(line)
                if found is None or found[2] != "C|":
                    if found is not None and found[2].startswith("S") and size == 0:
                        continue  # the "+" that a synchronizing literal waits for
                    break
                size += len(unescape(self._filled(found[3])))
            data = data.replace("BDAT {auto}", f"BDAT {size}").replace("{auto", f"{{{size}")
        data = _BASE64.sub(lambda found: encode(unescape(found[1]).decode()), data)
        return data.encode() + b"\r\n"

    def _filled(self, text: str) -> str:
        return _NAME.sub(
            lambda found: "$" if found[1] == "$" else self.names.get(found[1], found[0]), text
        )

    # -- expecting ----------------------------------------------------------------------

    def _pattern(self, kind: str, text: str) -> re.Pattern[str]:
        if kind == "S/":
            return re.compile(self._filled(text), re.DOTALL)
        parts: list[str] = []
        end = 0
        seen: set[str] = set()
        for found in _PIECE.finditer(text):
            parts.append(re.escape(text[end : found.start()]))
            word = found[0]
            end = found.end()
            if word == "...":
                parts.append(".*")
            elif word == "$$":
                parts.append(r"\$")
            elif word[1:] in self.names:
                parts.append(re.escape(self.names[word[1:]]))
            elif word[1:] in seen:
                parts.append(f"(?P={word[1:]})")
            else:
                seen.add(word[1:])
                parts.append(rf"(?P<{word[1:]}>[^\s()\]]+)")
        return re.compile("".join([*parts, re.escape(text[end:])]), re.DOTALL)

    def _expect(self, number: int, name: str, kind: str, text: str) -> None:
        peer = self._peer(name)
        peer.greeted = True
        if text == "<closed>":
            self._closed(number, peer)
            return
        pattern = self._pattern(kind, text)
        skipping, self.skipping = self.skipping, False
        while True:
            line = self._line(number, peer, text)
            said = line.rstrip(b"\r\n")
            if kind == "S64:":
                said = base64.b64decode(said[2:], validate=True) if said[:2] == b"+ " else b""
            found = pattern.fullmatch(said.decode("utf-8", "replace"))
            if found is not None:
                self.names.update(found.groupdict())
                return
            if not skipping:
                self._fail(number, peer, text, repr(line))
            if peer.announced:
                peer.take(peer.announced)

    def _line(self, number: int, peer: Peer, wanted: str) -> bytes:
        try:
            line = peer.line()
        except TimeoutError:
            self._fail(number, peer, wanted, f"nothing for {TIMEOUT:g} s")
        if line is None:
            self._fail(number, peer, wanted, "the end of the connection")
        self.said.append(f"{peer.name} S: {line[:300]!r}")
        return line

    def _closed(self, number: int, peer: Peer) -> None:
        if (line := peer.line()) is not None:
            self._fail(number, peer, "<closed>", repr(line))

    def _exactly(self, number: int, name: str, wanted: bytes) -> None:
        peer = self._peer(name)
        found = peer.take(len(wanted))
        self.said.append(f"{name} S| {found[:300]!r}")
        if found != wanted:
            self._fail(number, peer, repr(wanted), repr(found))

    def _silence(self, number: int, name: str, seconds: float) -> None:
        peer = self._peer(name)
        try:
            if not peer.unread and not peer.fill(seconds):
                self._fail(number, peer, "silence", "the end of the connection")
        except TimeoutError:
            return
        self._fail(number, peer, "silence", repr(bytes(peer.unread[:300])))

    def _fail(self, number: int, peer: Peer, wanted: str, found: str) -> NoReturn:
        so_far = "\n    ".join(self.said[-25:])
        raise Mismatch(
            f"{self.path.name}:{number} ({peer.name})\n"
            f"  expected: {self._filled(wanted)}\n"
            f"  received: {found}\n"
            f"  the conversation so far:\n    {so_far}"
        )
