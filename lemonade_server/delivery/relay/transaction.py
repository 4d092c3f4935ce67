"""One SMTP transaction with another host. The message is streamed, never held whole."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from lemonade_server.signing.signer import Signer
from lemonade_server.store.db import snapshot
from lemonade_server.store.queue import Envelope, Target

from .. import trace
from ..signing_domain import may_be_signed, signing_domain
from .downgrade import Unconvertible, downgrade
from .message_source import HeldContent, traits
from .parameters import ascii_form, mail_options, recipient_options, too_late
from .replies import HostFailed, HostReply, get_reason, parse_refusal, parse_reply
from .smtp_connection import FINAL_REPLY_SECONDS, SmtpConnection

Confirm = Callable[[], None]


def transfer(
    smtp: SmtpConnection, envelope: Envelope, targets: list[Target], confirm: Confirm, used: bool
) -> list[HostReply]:
    """Send a message to some of its recipients; an answer for each.

    ``confirm`` is called when the next octet would make the host responsible; it raises LeaseLost.
    ``used``: something was sent over this connection before, of which nothing may be left.
    Raises HostFailed when the host is lost before that.
    """
    try:
        return _Transaction(smtp, envelope, targets, confirm, used).run()
    except (OSError, smtplib.SMTPException) as error:
        raise HostFailed(f"{smtp.host_name}: {get_reason(error)}") from error


class _Transaction:
    """MAIL, RCPT for each target, and the message."""

    def __init__(
        self, smtp: SmtpConnection, envelope: Envelope, targets: list[Target], confirm: Confirm,
        used: bool,
    ) -> None:  # fmt: skip
        self._smtp = smtp
        self._envelope = envelope
        self._targets = targets
        self._confirm = confirm
        self._used = used
        self._go_ahead: tuple[int, bytes] | None = None  # the answer to DATA
        self._eight_bit = smtp.has_extn("8bitmime")
        self._binary = smtp.has_extn("binarymime") and smtp.has_extn("chunking")
        self._utf8 = self._eight_bit and smtp.has_extn("smtputf8")

    def run(self) -> list[HostReply]:
        refused = self._unfit_host()
        if refused is not None:
            return self._all(refused)
        content = HeldContent(self._envelope.content, self._envelope.size)
        signer = Signer() if may_be_signed(self._envelope) else None
        found = traits(signer.watch(content.chunks()) if signer else content.chunks())
        unfit = found.broken or found.long or (found.eight_bit and not self._eight_bit)
        binary = unfit and self._binary
        changed = unfit and not binary
        try:
            stream = downgrade(content, self._eight_bit) if changed else content.chunks()
        except Unconvertible as error:
            return self._all(HostReply(554, "5.6.3", str(error)))
        body = "BINARYMIME" if binary else "8BITMIME" * (found.eight_bit and self._eight_bit)
        fields = self._signatures(signer, content, changed) if signer is not None else b""
        # DATA may need a line end more than the message has; what is changed has another size.
        size = None if changed else self._envelope.size + len(fields) + 2 * (not binary)
        answers = self._open(body, size, binary)
        if not any(each.is_yes for each in answers):
            self._withdraw()
            return answers
        stream = chain([fields], stream) if fields else stream
        final = self._bdat(stream) if binary else self._data(stream)
        return [final if each.is_yes else each for each in answers]

    def _signatures(self, signer: Signer, content: HeldContent, changed: bool) -> bytes:
        """To put in front, of the very octets that are sent."""
        if changed:
            signer = Signer()
            for _ in signer.watch(downgrade(content, self._eight_bit)):
                pass
        read = None if changed else lambda: b"".join(content.chunks())
        domain = signing_domain(self._envelope, signer.header, read)
        with snapshot() as tx:
            return signer.fields(tx, domain)

    def _unfit_host(self) -> HostReply | None:
        """Why the host can't be given this message at all."""
        late = too_late(self._envelope, self._smtp, int(time.time()))
        if late is not None:
            return late
        if not self._envelope.smtputf8 or self._utf8:
            return None
        with snapshot() as tx:
            header = trace.header_of(tx, self._envelope.content)
        if header.isascii() and ascii_form(self._envelope.sender) is not None:
            return None
        # RFC 6531 §3.2: it must not be sent to a host that does not offer SMTPUTF8.
        return HostReply(
            550, "5.6.7", "The next host takes no UTF-8 in addresses and header fields"
        )

    def _all(self, one: HostReply) -> list[HostReply]:
        return [one for _ in self._targets]

    def _open(self, body: str, size: int | None, binary: bool) -> list[HostReply]:
        """MAIL and RCPT. Raises HostFailed."""
        sender = self._path(self._envelope.sender)
        options = mail_options(self._envelope, self._smtp, body, size)
        commands = [self._line("MAIL FROM:", sender or "", options)]
        known = [target for target in self._targets if self._path(target.address) is not None]
        for target in known:
            options = recipient_options(target, self._envelope, self._smtp)
            commands.append(self._line("RCPT TO:", self._path(target.address) or "", options))
        if self._smtp.has_extn("pipelining"):
            first, *others = self._at_once(commands, data=not binary and bool(known))
        else:
            first, *others = self._one_by_one(commands)
        if first[0] // 100 != 2:
            return self._all(parse_refusal(*first))
        given = {
            target.id: _parse_acceptance(*each) for target, each in zip(known, others, strict=True)
        }
        unwritable = HostReply(550, "5.6.7", "The next host takes no such address (SMTPUTF8)")
        return [given.get(target.id, unwritable) for target in self._targets]

    def _path(self, address: str) -> str | None:
        return address if self._utf8 else ascii_form(address)

    def _line(self, verb: str, path: str, options: list[str]) -> str:
        return " ".join([f"{verb}<{path}>", *options])

    def _at_once(self, commands: list[str], data: bool) -> list[tuple[int, bytes]]:
        """All in one go, RSET in front and DATA at the end (RFC 2920 §3.1). Raises HostFailed."""
        whole = ["RSET"] * self._used + commands + ["DATA"] * data
        self._smtp.send("".join(f"{command}\r\n" for command in whole))
        if self._used:
            self._check_reset(*self._smtp.getreply())
        first = self._smtp.getreply()
        if first[0] == 421:
            return [first]  # it leaves, and owes no more answers
        replies = [first, *(self._smtp.getreply() for _ in commands[1:])]
        if data:
            self._go_ahead = self._smtp.getreply()
        return replies

    def _one_by_one(self, commands: list[str]) -> list[tuple[int, bytes]]:
        """A refused MAIL makes the rest pointless: it is not sent. Raises HostFailed."""
        if self._used:
            self._check_reset(*self._smtp.docmd("RSET"))
        first = self._smtp.docmd(commands[0])
        if first[0] // 100 != 2:
            return [first]
        return [first, *(self._smtp.docmd(command) for command in commands[1:])]

    def _check_reset(self, code: int, text: bytes) -> None:
        if code // 100 != 2:
            raise smtplib.SMTPResponseException(code, text)

    def _withdraw(self) -> None:
        """Nobody is to have the message, but it is waited for: an empty one ends that (RFC 2920
        §3.1).
        """
        if self._go_ahead is None or self._go_ahead[0] != 354:
            return
        try:
            self._smtp.docmd(".")
        except (OSError, smtplib.SMTPException):
            self._smtp.close()

    def _data(self, stream: Iterable[bytes]) -> HostReply:
        code, text = self._go_ahead or self._smtp.docmd("DATA")
        if code != 354:
            return parse_refusal(code, text)
        for piece in stuff_dots(stream):
            self._smtp.send(piece)
        return self._end(".")

    def _bdat(self, stream: Iterable[bytes]) -> HostReply:
        """One chunk for each piece, so that the last one can still be held back."""
        for piece in stream:
            self._smtp.send(f"BDAT {len(piece)}\r\n".encode("ascii") + piece)
            code, text = self._smtp.getreply()
            if code // 100 != 2:
                return parse_refusal(code, text)
        return self._end("BDAT 0 LAST")

    def _end(self, command: str) -> HostReply:
        """Hand the message over. Raises LeaseLost.

        When the answer is lost nobody knows who has the message: that is for a later attempt, as
        another host, asked now, would make two of it.
        """
        self._confirm()
        self._smtp.patience = FINAL_REPLY_SECONDS
        try:
            code, text = self._smtp.docmd(command)
        except (OSError, smtplib.SMTPException) as error:
            self._smtp.close()
            return HostReply(451, "4.4.2", f"no answer to the whole message: {get_reason(error)}")
        if code // 100 != 2:
            return parse_refusal(code, text)
        found = parse_reply(code, text)
        found.dsn = self._smtp.has_extn("dsn")
        lost = self._envelope.by_at is not None and not self._smtp.has_extn("deliverby")
        found.notice = lost or self._envelope.by_mode.endswith("T")
        return found


def _parse_acceptance(code: int, text: bytes) -> HostReply:
    return parse_reply(code, text) if code // 100 == 2 else parse_refusal(code, text)


def stuff_dots(stream: Iterable[bytes]) -> Iterator[bytes]:
    """A message as DATA carries it: dots at the start of lines doubled, CRLF at its end."""
    before = b"\r\n"  # the two octets before the piece; a message starts as if after a line
    for piece in stream:
        window = before + piece
        yield window.replace(b"\r\n.", b"\r\n..")[2:]
        before = window[-2:]
    if before != b"\r\n":
        yield b"\r\n"
