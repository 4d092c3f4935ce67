"""One SMTP transaction with another host. The message is streamed, never held whole."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire.smtp import encode_orcpt, encode_xtext

from .conversation import FINAL_REPLY_SECONDS, Conversation, tls_context
from .downgrade import Unconvertible, downgraded
from .hosts import Host
from .source import HeldContent, Traits, traits

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
        smtp = _connect(host, own_name, envelope.size, tls)
    except ssl.SSLError:
        raise
    except (OSError, smtplib.SMTPException) as error:
        raise HostFailed(f"{host.name}: {_reason(error)}") from error
    try:
        return _Transaction(smtp, envelope, targets, confirm).run()
    except (OSError, smtplib.SMTPException) as error:
        raise HostFailed(f"{host.name}: {_reason(error)}") from error
    finally:
        smtp.hang_up()


def _connect(host: Host, own_name: str, size: int, tls: bool) -> Conversation:
    """Raises OSError, SMTPException, ssl.SSLError."""
    smtp = Conversation(host, own_name, size)
    try:
        _greet(smtp, host, tls)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _greet(smtp: Conversation, host: Host, tls: bool) -> None:
    code, text = smtp.connect(host.name, host.port)
    if code != 220:
        raise smtplib.SMTPConnectError(code, text)
    smtp.ehlo_or_helo_if_needed()
    if tls and not host.implicit_tls and smtp.has_extn("starttls"):
        _start_tls(smtp, host)
    elif host.login and not host.implicit_tls and not host.is_loopback:
        raise smtplib.SMTPNotSupportedError("no TLS there: the relay's password is not sent")
    if host.login:
        smtp.login(host.login, host.password)


def _start_tls(smtp: Conversation, host: Host) -> None:
    try:
        smtp.starttls(context=tls_context(host))
    except smtplib.SMTPResponseException as error:
        raise ssl.SSLError(f"STARTTLS is offered and refused: {_reason(error)}") from error
    smtp.ehlo_or_helo_if_needed()


def _reason(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        text = error.smtp_error
        return _answer(error.smtp_code, text.encode() if isinstance(text, str) else text).text
    return str(error) or type(error).__name__


def _answer(code: int, raw: bytes) -> Answer:
    text = " ".join(raw.decode("ascii", "replace").split())[:LONGEST_TEXT]
    found = _STATUS.match(text)
    if found is None or found[1][0] != str(code)[0]:
        # A host without enhanced codes is given the general one of its reply's class.
        return Answer(code, f"{code // 100}.0.0", f"{code} {text}")
    return Answer(code, found[1], f"{code} {text}")


def _refusal(code: int, raw: bytes) -> Answer:
    """The answer of a host that does not go on. What is neither 4xx nor 5xx is no verdict."""
    answer = _answer(code, raw)
    if code // 100 in (4, 5):
        return answer
    return Answer(451, "4.5.0", f"{answer.text} (not what was to be answered)")


class _Transaction:
    """MAIL, RCPT for each target, and the message."""

    def __init__(
        self,
        smtp: Conversation,
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
            return self._all(Answer(554, "5.6.3", str(error)))
        options = self._mail_options(found, binary, changed=unfit and not binary)
        code, text = self._command("MAIL", f"FROM:<{self._envelope.sender}>", options)
        if code // 100 != 2:
            return self._all(_refusal(code, text))
        answers = [self._recipient(target) for target in self._targets]
        if not any(map(_is_yes, answers)):
            return answers
        final = self._bdat(content) if binary else self._data(stream)
        return [final if _is_yes(answer) else answer for answer in answers]

    def _all(self, answer: Answer) -> list[Answer]:
        return [answer for _ in self._targets]

    def _command(self, verb: str, path: str, options: list[str]) -> tuple[int, bytes]:
        return self._smtp.docmd(verb, " ".join([path, *options]))

    def _mail_options(self, found: Traits, binary: bool, changed: bool) -> list[str]:
        """``changed``: what is sent has another size, which is not known before."""
        options = []
        if binary:
            options.append("BODY=BINARYMIME")
        elif found.eight_bit and self._eight_bit:
            options.append("BODY=8BITMIME")
        if self._smtp.has_extn("size") and not changed:
            # DATA may need a line end more than the message has.
            options.append(f"SIZE={self._envelope.size + 2 * (not binary)}")
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
        code, text = self._command("RCPT", f"TO:<{target.address}>", options)
        return _answer(code, text) if code // 100 == 2 else _refusal(code, text)

    def _data(self, stream: Iterable[bytes]) -> Answer:
        code, text = self._smtp.docmd("DATA")
        if code != 354:
            return _refusal(code, text)
        for piece in stuffed(stream):
            self._smtp.send(piece)
        return self._end(".")

    def _bdat(self, content: HeldContent) -> Answer:
        """One chunk for each piece, so that the last one can still be held back."""
        for piece in content.chunks():
            self._smtp.send(f"BDAT {len(piece)}\r\n".encode("ascii") + piece)
            code, text = self._smtp.getreply()
            if code // 100 != 2:
                return _refusal(code, text)
        return self._end("BDAT 0 LAST")

    def _end(self, command: str) -> Answer:
        """Hand the message over. Raises LeaseLost.

        When the answer is lost nobody knows who has the message: that is for a later attempt, as
        another host, asked now, would make two of it.
        """
        self._confirm()
        self._smtp.patience = FINAL_REPLY_SECONDS
        try:
            code, text = self._smtp.docmd(command)
        except (OSError, smtplib.SMTPException) as error:
            return Answer(451, "4.4.2", f"no answer to the whole message: {_reason(error)}")
        if code // 100 != 2:
            return _refusal(code, text)
        answer = _answer(code, text)
        answer.dsn = self._dsn
        return answer


def _is_yes(answer: Answer) -> bool:
    return answer.code // 100 == 2


def stuffed(stream: Iterable[bytes]) -> Iterator[bytes]:
    """A message as DATA carries it: dots at the start of lines doubled, CRLF at its end."""
    before = b"\r\n"  # the two octets before the piece; a message starts as if after a line
    for piece in stream:
        window = before + piece
        yield window.replace(b"\r\n.", b"\r\n..")[2:]
        before = window[-2:]
    if before != b"\r\n":
        yield b"\r\n"
