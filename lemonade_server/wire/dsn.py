"""Delivery status notifications: `multipart/report` for people and for programs.

RFC 3464 (what became of each recipient), RFC 6522 (the container), RFC 6533 (its UTF-8 forms, used
only where an address or the returned header needs them), RFC 3461 §6 (what is returned). The
report is written around the message it returns, which may be large and need not pass through here.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from email.header import Header

from lemonade_server.wire import dates

FAILED, DELAYED, DELIVERED, RELAYED, EXPANDED = (
    "failed", "delayed", "delivered", "relayed", "expanded",
)  # fmt: skip
"""The actions of RFC 3464 §2.3.3 that this server takes."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_BEYOND_ASCII = re.compile(r"[^ -~]+")
_LINE = 72
_WIDTH = 78
_MOST_LINES = 20
_MOST_SUBJECT = 3


@dataclass(slots=True)
class ReportedRecipient:
    """What became of one recipient.

    `original` is the decoded ORCPT, `type;address`. `status` is the code of RFC 3463. `diagnostic`
    are the words of `remote`, the host that was asked, or our own when there was none.
    """

    address: str
    status: str
    original: str = ""
    remote: str = ""
    diagnostic: str = ""
    last_attempt: int | None = None


@dataclass(frozen=True, slots=True)
class Wording:
    """What a report says to people. ``language`` is a tag of RFC 5646; ``sender`` names who writes,
    ``about`` stands before the subject of the message that it is about.
    """

    language: str
    sender: str
    subject: str
    opening: str
    about: str


@dataclass(slots=True)
class Report:
    """One action for all its recipients. Instants are seconds since 1970 UTC.

    `full` returns the whole message, else its header only. `eight_bit`: the message holds
    8-bit octets; `utf8_header`: its header does, which only RFC 6533 allows. `boundary` must not
    occur in it. `hold` is the request of RFC 4865 §5.1.2, `deliver_by` the time of RFC 2852 §5.
    `subject` is that of the message, decoded, so that people know which one is meant. `redirected`
    is whose filter had sent it on and gets the report: it is not to send that on, too.
    """

    action: str
    recipients: Sequence[ReportedRecipient]
    host: str
    sender: str
    to: str
    message_id: str
    boundary: str
    now: int
    arrived: int
    wording: Wording
    envid: str = ""
    in_reply_to: str = ""
    retry_until: int | None = None
    full: bool = False
    eight_bit: bool = False
    utf8_header: bool = False
    hold: str = ""
    deliver_by: int | None = None
    subject: str = ""
    redirected: str = ""


def frame(report: Report) -> tuple[bytes, bytes]:
    """What stands before and behind the message, or header, that the report returns."""
    head = _header(report) + _text(report) + _status(report) + _returned_part(report)
    return head.encode("utf-8"), f"\r\n--{report.boundary}--\r\n".encode("ascii")


def _header(report: Report) -> str:
    lines = [
        f"From: {_words('From', report.wording.sender)} <{_clean(report.sender)}>",
        f"To: <{_clean(report.to)}>",
        f"Subject: {_words('Subject', report.wording.subject)}",
        f"Date: {dates.rfc5322(report.now)}",
        f"Message-ID: {_clean(report.message_id)}",
    ]
    thread = _ascii(report.in_reply_to).strip("<>")
    if thread:  # keeps the report in the conversation of the message that it is about
        lines += [f"In-Reply-To: <{thread}>", f"References: <{thread}>"]
    lines += [
        *([f"X-Sieve-Redirected-From: {_clean(report.redirected)}"] if report.redirected else []),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        f'\tboundary="{report.boundary}"',
    ]
    return _lines(*lines, "")


def _text(report: Report) -> str:
    """The part for people."""
    lines = [*textwrap.wrap(report.wording.opening, _WIDTH), ""]
    if subject := _wrap(report.subject)[:_MOST_SUBJECT]:
        first = f"{report.wording.about} {subject[0]}"
        lines += [first, *(f"    {more}" for more in subject[1:]), ""]
    for recipient in report.recipients:
        lines.append(f"<{_clean(recipient.address)}>")
        lines += [f"    {line}" for line in _wrap(recipient.diagnostic)]
    body = _lines(*lines)
    charset, encoding = ("us-ascii", "7bit") if body.isascii() else ("utf-8", "8bit")
    language = f"Content-Language: {report.wording.language}"
    return _part(report, f"text/plain; charset={charset}", encoding, language) + body


def _status(report: Report) -> str:
    """The part for programs: a block for the message, one for each recipient."""
    lines = [f"Reporting-MTA: dns; {_ascii(report.host)}"]
    if report.envid:
        lines.append(f"Original-Envelope-Id: {_ascii(report.envid)}")
    lines.append(f"Arrival-Date: {dates.rfc5322(report.arrived)}")
    if report.deliver_by is not None:
        lines.append(f"Deliver-By-Date: {dates.rfc5322(report.deliver_by)}")
    if report.hold:
        lines.append(f"Future-Release-Request: {_ascii(report.hold)}")
    for recipient in report.recipients:
        lines += ["", *_recipient(report, recipient)]
    body = _lines(*lines)
    if body.isascii():
        return _part(report, "message/delivery-status", "7bit") + body
    return _part(report, "message/global-delivery-status", "8bit") + body


def _recipient(report: Report, recipient: ReportedRecipient) -> list[str]:
    fields = []
    if recipient.original:
        kind, _, address = recipient.original.partition(";")
        shown = _clean(address) if kind.lower() == "utf-8" else _ascii(address)
        fields.append(f"Original-Recipient: {_ascii(kind)}; {shown}")
    kind = "rfc822" if recipient.address.isascii() else "utf-8"
    fields += [
        f"Final-Recipient: {kind}; {_clean(recipient.address)}",
        f"Action: {report.action}",
        f"Status: {_ascii(recipient.status)}",
    ]
    if recipient.remote:
        fields.append(f"Remote-MTA: dns; {_ascii(recipient.remote)}")
    if recipient.remote and recipient.diagnostic:
        # Only what another server said is an SMTP diagnostic (RFC 3464 §2.3.6).
        words = "\r\n\t".join(_wrap(_ascii(recipient.diagnostic)))
        fields.append(f"Diagnostic-Code: smtp;\r\n\t{words}")
    if recipient.last_attempt is not None:
        fields.append(f"Last-Attempt-Date: {dates.rfc5322(recipient.last_attempt)}")
    if report.retry_until is not None and report.action == DELAYED:
        fields.append(f"Will-Retry-Until: {dates.rfc5322(report.retry_until)}")
    return fields


def _returned_part(report: Report) -> str:
    """The head of the last part, whose body is the message or its header."""
    if report.utf8_header:
        kind = "message/global" if report.full else "message/global-headers"
    else:
        kind = "message/rfc822" if report.full else "text/rfc822-headers"
    eight_bit = report.utf8_header or (report.full and report.eight_bit)
    return _part(report, kind, "8bit" if eight_bit else "7bit")


def _part(report: Report, content_type: str, encoding: str, *fields: str) -> str:
    return _lines(
        f"\r\n--{report.boundary}",
        f"Content-Type: {content_type}",
        f"Content-Transfer-Encoding: {encoding}",
        *fields,
        "",
    )


def _lines(*lines: str) -> str:
    return "\r\n".join(lines) + "\r\n"


def _wrap(text: str) -> list[str]:
    text = _clean(text)
    return [text[at : at + _LINE] for at in range(0, len(text), _LINE)][:_MOST_LINES]


def _clean(text: str) -> str:
    """Without line breaks and other controls, which could make a field of their own."""
    return _CONTROL.sub(" ", text).strip()


def _words(field: str, text: str) -> str:
    """Words of a field, encoded where they are not in ASCII (RFC 2047)."""
    if text.isascii():
        return text
    return Header(text, "utf-8", header_name=field).encode(linesep="\r\n")


def _ascii(text: str) -> str:
    return _BEYOND_ASCII.sub(" ", text).strip()
