"""Delivery status notifications: what became of a message, told to its sender (RFC 3464)."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from lemonade_server.store import contents
from lemonade_server.store.contents import Piece
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import ContentId
from lemonade_server.store.queue import Envelope, Target

from . import trace

FAILED, DELAYED, DELIVERED, RELAYED = "failed", "delayed", "delivered", "relayed"
"""The actions of RFC 3464 §2.3.3 that this server takes."""

EVENT = {FAILED: "FAILURE", DELAYED: "DELAY", DELIVERED: "SUCCESS", RELAYED: "SUCCESS"}

_SUBJECT = {
    FAILED: "Your message could not be delivered",
    DELAYED: "Your message is delayed",
    DELIVERED: "Your message was delivered",
    RELAYED: "Your message was passed on",
}
_OPENING = {
    FAILED: "Your message could not be delivered to the addresses below. Nobody will try again.",
    DELAYED: "Your message has not reached the addresses below yet. There is nothing for you to\r\n"
    "do: this server keeps trying{until}.",
    DELIVERED: "Your message was put into the mailboxes of the addresses below, as you asked to\r\n"
    "be told.",
    RELAYED: "Your message was passed on to the mail servers of the addresses below. They can't\r\n"
    "confirm the delivery themselves, so this is the last you will hear.",
}
_UNPRINTABLE = re.compile(r"[^ -~]+")


@dataclass(slots=True)
class Outcome:
    """What a report says: one action for all its recipients."""

    action: str
    recipients: list[Target]
    now: int
    retry_until: int | None = None


def wanted(envelope: Envelope, outcome: Outcome) -> Outcome | None:
    """The outcome cut down to those recipients of which the sender wants to hear; None when
    there are none. Nobody is told about a message from <> (RFC 3461 §4.1, RFC 5321 §4.5.5).
    """
    event = EVENT[outcome.action]
    heard = [target for target in outcome.recipients if target.wants(event)]
    if not envelope.sender or not heard:
        return None
    return Outcome(outcome.action, heard, outcome.now, outcome.retry_until)


def compose(tx: Tx, envelope: Envelope, outcome: Outcome) -> tuple[Envelope, ContentId]:
    """The report as a message of its own, from <> to the sender of the reported message.

    The original is attached as its rope: a report about 25 MB stores about 2 kB.
    """
    boundary = f"=_{secrets.token_hex(16)}"
    full = envelope.ret == "FULL" and outcome.action == FAILED and envelope.body != "BINARYMIME"
    original: list[bytes | Piece]
    if full:
        original = list(contents.pieces(tx, envelope.content))
    else:
        original = [trace.header_of(tx, envelope.content)]
    parts: list[bytes | Piece] = [
        _head(envelope, outcome, boundary)
        + _text(outcome, boundary)
        + _status(envelope, outcome, boundary)
        + _attachment_head(full, envelope, boundary),
        *original,
        f"\r\n--{boundary}--\r\n".encode("ascii"),
    ]
    content = contents.assemble(tx, parts)
    return (
        Envelope(
            account=None,
            sender="",
            recipients=[Target(envelope.sender, notify="NEVER")],
            body="8BITMIME" if envelope.body != "7BIT" else "7BIT",
            source="report",
            arrived_at=outcome.now,
        ),
        content,
    )


def _head(envelope: Envelope, outcome: Outcome, boundary: str) -> bytes:
    host = settings.LEMONADE.hostname
    lines = [
        f"From: Mail Delivery System <postmaster@{settings.LEMONADE.domain}>",
        f"To: <{envelope.sender}>",
        f"Subject: {_SUBJECT[outcome.action]}",
        f"Date: {trace.date(outcome.now)}",
        f"Message-ID: {trace.message_id(host)}",
        *_thread(envelope.message_id),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        f'\tboundary="{boundary}"',
        "",
        "",
    ]
    return "\r\n".join(lines).encode("utf-8")


def _thread(message_id: str) -> list[str]:
    """Keeps the report in the conversation of the message that it is about."""
    name = _printable(message_id).strip("<>")
    return [f"In-Reply-To: <{name}>", f"References: <{name}>"] if name else []


def _text(outcome: Outcome, boundary: str) -> bytes:
    until = ""
    if outcome.retry_until is not None:
        until = f" until\r\n{trace.date(outcome.retry_until)}"
    lines = [
        f"--{boundary}",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        _OPENING[outcome.action].format(until=until),
        "",
    ]
    for target in outcome.recipients:
        lines.append(f"<{target.address}>")
        lines.extend(f"    {line}" for line in _wrapped(target.diagnostic))
    return ("\r\n".join(lines) + "\r\n").encode("utf-8")


def _wrapped(text: str, width: int = 72) -> list[str]:
    words = _printable(text)
    return [words[at : at + width] for at in range(0, len(words), width)][:20]


def _status(envelope: Envelope, outcome: Outcome, boundary: str) -> bytes:
    """The machine's part (RFC 3464 §2.2, §2.3)."""
    lines = [
        f"\r\n--{boundary}",
        "Content-Type: message/delivery-status",
        "",
        f"Reporting-MTA: dns; {settings.LEMONADE.hostname}",
    ]
    if envelope.envid:
        lines.append(f"Original-Envelope-Id: {_printable(envelope.envid)}")
    lines.append(f"Arrival-Date: {trace.date(envelope.arrived_at)}")
    for target in outcome.recipients:
        lines += ["", *_recipient(target, outcome)]
    return ("\r\n".join(lines) + "\r\n").encode("ascii")


def _recipient(target: Target, outcome: Outcome) -> Sequence[str]:
    """One block of the machine's part. The parts of an ORCPT are already decoded."""
    fields = []
    if target.orcpt:
        kind, _, address = target.orcpt.partition(";")
        fields.append(f"Original-Recipient: {_printable(kind)}; {_printable(address)}")
    fields.append(f"Final-Recipient: rfc822; {_printable(target.address)}")
    fields.append(f"Action: {outcome.action}")
    fields.append(f"Status: {target.status}")
    if target.remote:
        fields.append(f"Remote-MTA: dns; {_printable(target.remote)}")
    if target.diagnostic and target.remote:
        # Only what another server said is an SMTP diagnostic (RFC 3464 §2.3.6).
        fields.append("Diagnostic-Code: smtp;\r\n\t" + "\r\n\t".join(_wrapped(target.diagnostic)))
    if target.last_attempt_at is not None:
        fields.append(f"Last-Attempt-Date: {trace.date(target.last_attempt_at)}")
    if outcome.retry_until is not None:
        fields.append(f"Will-Retry-Until: {trace.date(outcome.retry_until)}")
    return fields


def _attachment_head(full: bool, envelope: Envelope, boundary: str) -> bytes:
    kind = "message/rfc822" if full else "text/rfc822-headers"
    encoding = "7bit" if envelope.body == "7BIT" else "8bit"
    lines = [
        f"\r\n--{boundary}",
        f"Content-Type: {kind}",
        f"Content-Transfer-Encoding: {encoding}",
        "",
        "",
    ]
    return "\r\n".join(lines).encode("ascii")


def _printable(text: str) -> str:
    return _UNPRINTABLE.sub(" ", text).strip()
