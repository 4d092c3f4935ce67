"""One SMTP transaction with another host. The message is streamed, never held whole."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire.smtp import encode_orcpt, encode_xtext

from .downgrade import Unconvertible, downgraded
from .hosts import Host
from .source import HeldContent, Traits, traits

CONNECT_SECONDS = 30.0
COMMAND_SECONDS = 300.0
"""How long one reply may take (RFC 5321 §4.5.3.2)."""

LONGEST_TEXT = 1000
_STATUS = re.compile(r"^([245]\.\d{1,3}\.\d{1,3})\b\s*")


@dataclass(slots=True)
class Answer:
    """What the host said about one recipient. ``dsn``: it reports success itself."""

    code: int
    status: str
    text: str
    dsn: bool = False


class HostFailed(Exception):
    """Nothing was given to this host; another one, or a later time, may do."""


class LeaseLost(Exception):
    """The work is somebody else's by now: nothing may be sent."""


def transfer(
    host: Host,
    envelope: Envelope,
    targets: list[Target],
    own_name: str,
    confirm: Callable[[], None],
) -> list[Answer]:
    """Send a message to some of its recipients; an answer for each.

    ``confirm`` is called when the next octet would make the host responsible; it raises LeaseLost.
    Raises HostFailed.
    """
    try:
        return _transfer(host, envelope, targets, own_name, confirm, tls=True)
    except ssl.SSLError as error:
        if host.login or host.implicit_tls:
            raise HostFailed(f"TLS with {host.name} failed: {error}") from error
    # Without a login TLS is only opportunistic: a host that offers it broken is taken without.
    return _transfer(host, envelope, targets, own_name, confirm, tls=False)


def _transfer(
    host: Host,
    envelope: Envelope,
    targets: list[Target],
    own_name: str,
    confirm: Callable[[], None],
    tls: bool,
) -> list[Answer]:
    try:
        smtp = _connect(host, own_name, tls)
    except ssl.SSLError:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise HostFailed(f"{host.name}: {_reason(error)}") from error
    try:
        return _Transaction(smtp, envelope, targets, confirm).run()
    except (OSError, smtplib.SMTPException) as error:
        raise HostFailed(f"{host.name}: {_reason(error)}") from error
    finally:
        _hang_up(smtp)


def _connect(host: Host, own_name: str, tls: bool) -> smtplib.SMTP:
    """Raises OSError, SMTPException, ssl.SSLError."""
    smtp: smtplib.SMTP
    if host.implicit_tls:
        smtp = smtplib.SMTP_SSL(
            local_hostname=own_name, timeout=CONNECT_SECONDS, context=_context(host)
        )
    else:
        smtp = smtplib.SMTP(local_hostname=own_name, timeout=CONNECT_SECONDS)
    try:
        _greet(smtp, host, own_name, tls)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _greet(smtp: smtplib.SMTP, host: Host, own_name: str, tls: bool) -> None:
    # smtplib takes the name to verify from the constructor only, which connects at once.
    smtp._host = host.name  # type: ignore[attr-defined]
    code, text = smtp.connect(host.name, host.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    assert smtp.sock is not None
    smtp.sock.settimeout(COMMAND_SECONDS)
    smtp.ehlo_or_helo_if_needed()
    if tls and not host.implicit_tls and smtp.has_extn("starttls"):
        smtp.starttls(context=_context(host))
        smtp.ehlo_or_helo_if_needed()
    elif host.login and not host.implicit_tls and not host.is_loopback:
        raise smtplib.SMTPNotSupportedError("no TLS there: the relay's password is not sent")
    if host.login:
        smtp.login(host.login, host.password)


def _context(host: Host) -> ssl.SSLContext:
    """A password goes only to a host that proves its name; mail between hosts is encrypted
    opportunistically (RFC 7435), as the alternative is sending it in the clear.
    """
    context = ssl.create_default_context()
    if not host.login or host.is_loopback:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _hang_up(smtp: smtplib.SMTP) -> None:
    """QUIT without waiting for a reply: the work is done or lost, nothing depends on it."""
    try:
        smtp.putcmd("QUIT")
    except (OSError, smtplib.SMTPException):
        pass
    finally:
        smtp.close()


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        answer = _answer(error.smtp_code, error.smtp_error)
        return f"{answer.code} {answer.text}"
    return str(error) or type(error).__name__


def _answer(code: int, raw: bytes | str, dsn: bool = False) -> Answer:
    text = raw.decode("ascii", "replace") if isinstance(raw, bytes) else raw
    text = " ".join(text.split())[:LONGEST_TEXT]
    found = _STATUS.match(text)
    # A host without enhanced codes is given the general one of its reply's class.
    status = found.group(1) if found else f"{code // 100 if code >= 200 else 4}.0.0"
    return Answer(code, status, f"{code} {text}", dsn)


class _Transaction:
    """MAIL, RCPT for each target, and the message."""

    def __init__(
        self,
        smtp: smtplib.SMTP,
        envelope: Envelope,
        targets: list[Target],
        confirm: Callable[[], None],
    ) -> None:
        self._smtp = smtp
        self._envelope = envelope
        self._targets = targets
        self._confirm = confirm
        self._dsn = smtp.has_extn("dsn")
        self._eight_bit = smtp.has_extn("8bitmime")
        self._binary = smtp.has_extn("binarymime") and smtp.has_extn("chunking")

    def run(self) -> list[Answer]:
        content = HeldContent(self._envelope.content, self._envelope.size)
        found = traits(content.chunks())
        unfit = found.broken or found.long or (found.eight_bit and not self._eight_bit)
        binary = unfit and self._binary
        try:
            stream = (
                downgraded(content, self._eight_bit) if unfit and not binary else content.chunks()
            )
        except Unconvertible as error:
            return self._all(Answer(554, "5.6.3", f"{self._smtp._host}: {error}"))  # type: ignore[attr-defined]
        code, text = self._smtp.mail(self._envelope.sender, self._mail_options(found, binary))
        if code != 250:
            return self._all(_answer(code, text))
        answers = [self._recipient(target) for target in self._targets]
        if not any(answer.code in (250, 251) for answer in answers):
            return answers
        final = self._bdat(content) if binary else self._data(stream)
        return [
            Answer(final.code, final.status, final.text, self._dsn)
            if answer.code in (250, 251)
            else answer
            for answer in answers
        ]

    def _all(self, answer: Answer) -> list[Answer]:
        return [answer for _ in self._targets]

    def _mail_options(self, found: Traits, binary: bool) -> list[str]:
        options = []
        if binary:
            options.append("BODY=BINARYMIME")
        elif found.eight_bit and self._eight_bit:
            options.append("BODY=8BITMIME")
        if self._smtp.has_extn("size"):
            options.append(f"SIZE={self._envelope.size}")
        if self._dsn and self._envelope.ret:
            options.append(f"RET={self._envelope.ret}")
        if self._dsn and self._envelope.envid:
            options.append(f"ENVID={encode_xtext(self._envelope.envid)}")
        return options

    def _recipient(self, target: Target) -> Answer:
        options = []
        if self._dsn and target.notify:
            options.append(f"NOTIFY={target.notify}")
        if self._dsn and target.orcpt:
            options.append(f"ORCPT={encode_orcpt(target.orcpt)}")
        return _answer(*self._smtp.rcpt(target.address, options))

    def _data(self, stream: Iterable[bytes]) -> Answer:
        code, text = self._smtp.docmd("DATA")
        if code != 354:
            return _answer(code, text)
        for piece in stuffed(stream):
            self._smtp.send(piece)
        self._confirm()
        self._smtp.send(b".\r\n")
        return _answer(*self._smtp.getreply())

    def _bdat(self, content: HeldContent) -> Answer:
        """One chunk for each piece, so that the last one can still be held back."""
        for piece in content.chunks():
            self._smtp.send(f"BDAT {len(piece)}\r\n".encode("ascii") + piece)
            code, text = self._smtp.getreply()
            if code != 250:
                return _answer(code, text)
        self._confirm()
        return _answer(*self._smtp.docmd("BDAT", "0 LAST"))


def stuffed(stream: Iterable[bytes]) -> Iterator[bytes]:
    """A message as DATA carries it: dots at the start of lines doubled, CRLF at its end."""
    before = b"\r\n"  # the two octets before the piece; a message starts as if after a line
    for piece in stream:
        window = before + piece
        yield window.replace(b"\r\n.", b"\r\n..")[2:]
        before = window[-2:]
    if before != b"\r\n":
        yield b"\r\n"
