"""A submission client that pipelines, and knows BURL and BDAT. RFC 6409, RFC 4468, RFC 3030.

smtplib waits for every reply and knows neither, so this is our own: blocking, small, counting.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext

from webmail.mail import CannotHold, SignInRequired, Unreachable
from webmail.transport.endpoint import Endpoint, tls_context
from webmail.transport.time_limit import Clock, renew

MOST_LINE = 8_192
MOST_LINES = 200
_REPLY = re.compile(rb"([2-5]\d\d)([ -])?(.*)")
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?: |$)")


@dataclass(slots=True)
class SmtpReply:
    """A reply with its enhanced status code, where there is one (RFC 2034)."""

    code: int
    text: str

    @property
    def enhanced(self) -> str:
        match = _ENHANCED.match(self.text)
        return match[1] if match else ""

    @property
    def good(self) -> bool:
        """2xx or 3xx."""
        return self.code < 400

    @property
    def words(self) -> str:
        """The text without its enhanced code."""
        return _ENHANCED.sub("", self.text, count=1).strip()


@dataclass(slots=True)
class SmtpEnvelope:
    """What MAIL and RCPT say. ``size`` 0: not declared. ``body``: "", 8BITMIME, BINARYMIME.

    ``until``: not to be sent before (RFC 4865), as ``2026-11-25T09:00:00Z``. ``notify``: of what
    to send reports (RFC 3461 §4.1), "" for what is usual.
    """

    sender: str
    recipients: list[str]
    envid: str
    size: int = 0
    body: str = ""
    until: str = ""
    notify: str = ""


@dataclass(slots=True)
class SubmissionResult:
    """What the server made of a message. ``final`` is its last word on it."""

    final: SmtpReply
    refused: list[tuple[str, SmtpReply]] = field(default_factory=list)
    octets: int = 0


class SmtpClient:
    """One connection to the submission server. Raises Unreachable when it is lost, and CannotHold
    for what is to be sent later where the server does not do that.
    """

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
        """Greeting, EHLO, STARTTLS where the way is not private, AUTH OAUTHBEARER, EHLO again.

        Raises Unreachable or SignInRequired.
        """
        if not self._reply().good:
            raise _unreachable()
        self._hello()
        private = self.endpoint.private and "AUTH" in self.features
        if not private:
            self._protect()
        plain = f"n,a={email.replace('=', '=3D').replace(',', '=2C')},\1auth=Bearer {token}\1\1"
        first = base64.b64encode(plain.encode()).decode("ascii")
        reply = self.command(f"AUTH OAUTHBEARER {first}")
        if reply.code == 334:  # the reason, for a machine; an empty answer ends the exchange
            reply = self.command("AQ==")
        if reply.code >= 500:
            raise SignInRequired(gettext("The mail server did not accept the sign-in for sending."))
        if reply.code >= 400:
            raise _unreachable()
        self._hello()

    def _protect(self) -> None:
        if "STARTTLS" not in self.features:
            raise Unreachable(gettext("The submission server offers no protected connection."))
        if not self.command("STARTTLS").good:
            raise _unreachable()
        try:
            self._sock = tls_context(self.endpoint).wrap_socket(
                self._sock, server_hostname=self.endpoint.host
            )
        except OSError as error:
            raise Unreachable(
                gettext("The submission server's certificate can't be trusted.")
            ) from error
        self._file = self._clock.reader(self._sock)
        self._hello()

    def _hello(self) -> None:
        reply = self.command("EHLO webmail.localhost")
        if not reply.good:
            raise _unreachable()
        lines = reply.text.split("\n")[1:]
        self.features = {
            name.upper(): rest.upper() for name, _, rest in (line.partition(" ") for line in lines)
        }

    @property
    def takes_urls(self) -> bool:
        """BURL with URLAUTH. RFC 4468 §3.3."""
        return "IMAP" in self.features.get("BURL", "").split()

    @property
    def takes_chunks(self) -> bool:
        return "CHUNKING" in self.features

    def send_url(self, envelope: SmtpEnvelope, url: str, head: bytes = b"") -> SubmissionResult:
        """MAIL, RCPT… and BURL LAST in one burst; with ``head`` sent before the URL's octets."""
        lines = self._envelope(envelope)
        count = len(lines)
        burst = "".join(f"{line}\r\n" for line in lines).encode("ascii")
        if head:
            burst += b"BDAT %d\r\n" % len(head) + head
        burst += f"BURL {url} LAST\r\nQUIT\r\n".encode("ascii")
        before = self.octets
        self._send(burst)
        replies = [self._reply() for _ in range(count + (2 if head else 1))]
        if replies[-1].good:
            self._quietly_reply()
        return self._outcome(envelope, replies[:count], replies[-1], before)

    def send_octets(self, envelope: SmtpEnvelope, blocks: Iterable[bytes]) -> SubmissionResult:
        """The same with the octets themselves, by BDAT or DATA: for servers without BURL."""
        before = self.octets
        lines = self._envelope(envelope)
        self._send("".join(f"{line}\r\n" for line in lines).encode("ascii"))
        replies = [self._reply() for _ in lines]
        taken = any(reply.good for reply in replies[1:])
        if not replies[0].good or not taken:
            return self._outcome(envelope, replies, replies[-1], before)
        final = self._chunks(blocks) if self.takes_chunks else self._data(blocks)
        self._send(b"QUIT\r\n")
        return self._outcome(envelope, replies, final, before)

    def _chunks(self, blocks: Iterable[bytes]) -> SmtpReply:
        for block in blocks:
            self._send(b"BDAT %d\r\n" % len(block) + block)
            reply = self._reply()
            if not reply.good:
                return reply
        return self.command("BDAT 0 LAST")

    def _data(self, blocks: Iterable[bytes]) -> SmtpReply:
        reply = self.command("DATA")
        if not reply.good:
            return reply
        start = True  # at the start of a line: a dot there is doubled
        for block in blocks:
            if not block:
                continue
            if start and block.startswith(b"."):
                self._send(b".")
            self._send(block.replace(b"\n.", b"\n.."))
            start = block.endswith(b"\n")
        self._send(b".\r\n" if start else b"\r\n.\r\n")
        return self._reply()

    def _envelope(self, envelope: SmtpEnvelope) -> list[str]:
        words = [f"MAIL FROM:<{envelope.sender}>"]
        if "SIZE" in self.features and envelope.size:
            words.append(f"SIZE={envelope.size}")
        if envelope.body and envelope.body in self.features:
            words.append(f"BODY={envelope.body}")
        if envelope.until:
            if "FUTURERELEASE" not in self.features:
                raise CannotHold(gettext("It waits here until its time has come."))
            words.append(f"HOLDUNTIL={envelope.until}")
        notify = ""
        if "DSN" in self.features:
            words.append(f"RET=HDRS ENVID={envelope.envid}")
            notify = f" NOTIFY={envelope.notify}" if envelope.notify else ""
        people = (f"RCPT TO:<{address}>{notify}" for address in envelope.recipients)
        return [" ".join(words), *people]

    def _outcome(
        self, envelope: SmtpEnvelope, replies: list[SmtpReply], final: SmtpReply, before: int
    ) -> SubmissionResult:
        refused = [
            (address, reply)
            for address, reply in zip(envelope.recipients, replies[1:], strict=False)
            if not reply.good
        ]
        if not replies[0].good:
            return SubmissionResult(replies[0], [], self.octets - before)
        if refused and len(refused) == len(envelope.recipients):
            final = refused[0][1]
        return SubmissionResult(final, refused, self.octets - before)

    def command(self, line: str) -> SmtpReply:
        """One line and its reply."""
        self._send(line.encode("ascii") + b"\r\n")
        return self._reply()

    def close(self) -> None:
        """Close without a word; harmless when closed."""
        self._file.close()
        self._sock.close()

    @property
    def octets(self) -> int:
        """Octets that this connection carried so far, both ways."""
        return self._clock.octets

    def _send(self, data: bytes) -> None:
        self._clock.begin()
        try:
            self._clock.send(self._sock, data)
        except OSError as error:
            raise _unreachable() from error

    def _quietly_reply(self) -> None:
        """The answer to QUIT: good manners, but nothing depends on it."""
        try:
            self._reply()
        except Unreachable:
            return

    def _reply(self) -> SmtpReply:
        texts: list[str] = []
        while True:
            try:
                line = self._file.readline(MOST_LINE)
            except OSError as error:
                raise _unreachable() from error
            match = _REPLY.match(line)
            if match is None or not line.endswith(b"\n") or len(texts) > MOST_LINES:
                raise _unreachable()
            texts.append(match[3].decode("utf-8", "replace").rstrip("\r\n"))
            if match[2] != b"-":
                renew()
                self._clock.begin()
                return SmtpReply(int(match[1]), "\n".join(texts))


def _unreachable() -> Unreachable:
    return Unreachable(gettext("The submission server can't be reached."))
