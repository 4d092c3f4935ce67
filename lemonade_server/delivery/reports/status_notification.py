"""Delivery status notifications: what became of a message, told to its sender (RFC 3461 §5, §6)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace

from django.conf import settings

from lemonade_server.store import contents
from lemonade_server.store.contents import Piece
from lemonade_server.store.db import Tx
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.wire import dsn, headers
from lemonade_server.wire.dsn import DELAYED, DELIVERED, EXPANDED, FAILED, RELAYED
from lemonade_server.wire.text import decode_words

from .. import trace
from ..reader_language import reader_language
from ..tls_requirement import header_field, tls_of_reply
from .wording import wording

SOURCE = "report"
EVENT = {
    FAILED: "FAILURE", DELAYED: "DELAY",
    DELIVERED: "SUCCESS", RELAYED: "SUCCESS", EXPANDED: "SUCCESS",
}  # fmt: skip


@dataclass(slots=True)
class ReportedOutcome:
    """What a report says: one action for all its recipients.

    ``always``: also to those who did not ask for it, unless they never want a report.
    """

    action: str
    recipients: list[Target]
    now: int
    retry_until: int | None = None
    always: bool = False


def select_wanted(envelope: Envelope, outcome: ReportedOutcome) -> ReportedOutcome | None:
    """The outcome cut down to those recipients of which the sender wants to hear; None when
    there are none. Nobody is told about a message from <> (RFC 3461 §4.1, RFC 5321 §4.5.5).
    """
    event = EVENT[outcome.action]
    heard = [
        target
        for target in outcome.recipients
        if target.wants(event) or (outcome.always and target.notify != "NEVER")
    ]
    if not envelope.sender or not heard:
        return None
    return replace(outcome, recipients=heard)


def compose(
    tx: Tx, envelope: Envelope, outcome: ReportedOutcome
) -> tuple[Envelope, PreparedMessage]:
    """The report as a message of its own, from <> to the sender of the reported message.

    The original is attached as its rope: a report about 25 MB stores about 2 kB.
    """
    header = trace.header_of(tx, envelope.content)
    language = reader_language(tx, envelope.sender, writer=envelope.account, header=header)
    report = _report(envelope, outcome, header, language)
    head, tail = dsn.frame(report)
    tls = tls_of_reply(envelope)
    original: list[bytes | Piece] = [header]
    if report.full:
        original = list(contents.pieces(tx, envelope.content))
    message = contents.prepare_rope(tx, [header_field(tls) + head, *original, tail])
    eight_bit = report.eight_bit or report.utf8_header or not head.isascii()
    return (
        Envelope(
            account=None,
            sender="",
            recipients=[Target(envelope.sender, notify="NEVER")],
            body="8BITMIME" if eight_bit else "7BIT",
            smtputf8=report.utf8_header or not envelope.sender.isascii(),
            source=SOURCE,
            arrived_at=outcome.now,
            priority=envelope.priority,
            tls=tls,
        ),
        message,
    )


def _report(
    envelope: Envelope, outcome: ReportedOutcome, header: bytes, language: str
) -> dsn.Report:
    env = settings.LEMONADE
    return dsn.Report(
        action=outcome.action,
        recipients=[_recipient(target) for target in outcome.recipients],
        host=env.hostname,
        sender=f"postmaster@{env.domain}",
        to=envelope.sender,
        message_id=trace.message_id(env.hostname),
        boundary=f"=_{secrets.token_hex(16)}",
        now=outcome.now,
        arrived=envelope.arrived_at,
        wording=wording(outcome.action, outcome.retry_until, language),
        envid=envelope.envid,
        in_reply_to=envelope.message_id,
        retry_until=outcome.retry_until,
        full=envelope.ret == "FULL" and outcome.action == FAILED and _may_be_returned(envelope),
        eight_bit=envelope.body != "7BIT",
        utf8_header=not header.isascii(),
        hold=envelope.hold,
        deliver_by=envelope.by_at,
        subject=decode_words(headers.value(header, b"Subject") or b""),
        redirected=_find_redirector(envelope, header),
    )


def _may_be_returned(envelope: Envelope) -> bool:
    """Binary can't stand in a report without being encoded, and what requires TLS may have to go
    back without (RFC 8689 §5): the header has to do.
    """
    return envelope.body != "BINARYMIME" and not envelope.wants_tls


def _find_redirector(envelope: Envelope, header: bytes) -> str:
    """Whose filter has sent the message on, if the report goes there."""
    found = (headers.value(header, b"X-Sieve-Redirected-From") or b"").strip()
    own = envelope.source == "sieve" and found == envelope.sender.encode()
    return envelope.sender if own else ""


def _recipient(target: Target) -> dsn.ReportedRecipient:
    return dsn.ReportedRecipient(
        address=target.address,
        status=target.status,
        original=target.orcpt,
        remote=target.remote,
        diagnostic=target.diagnostic,
        last_attempt=target.last_attempt_at,
    )
