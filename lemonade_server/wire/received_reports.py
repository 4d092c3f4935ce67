"""Reading the reports that other servers and other readers send back.

Delivery status notifications (RFC 3464) and message disposition notifications (RFC 8098), with
their UTF-8 forms (RFC 6533). What is not there is empty; nothing raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lemonade_server.wire import headers
from lemonade_server.wire.text import guess

MOST_RECIPIENTS = 100
"""Blocks of one report that are read."""

_BLANK_LINE = re.compile(rb"(?:\r\n|\n)[ \t]*(?:\r\n|\n)")
_COMMENT = re.compile(r"\([^()]*\)")
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ACTIONS = ("failed", "delayed", "delivered", "relayed", "expanded")


@dataclass(slots=True)
class RecipientStatus:
    """What became of one recipient. ``original`` is the address that the sender gave."""

    final: str
    original: str
    action: str
    status: str
    host: str
    words: str


@dataclass(slots=True)
class StatusReport:
    """A delivery status notification: whose, and what became of the recipients."""

    envid: str
    reporter: str
    fates: list[RecipientStatus] = field(default_factory=list)


@dataclass(slots=True)
class Disposition:
    """A reader's receipt. ``kind`` is displayed, deleted, dispatched or processed."""

    message_id: str
    final: str
    original: str
    kind: str


def is_report(header: bytes) -> bool:
    """Whether a header says multipart/report; cheap for the many that do not."""
    if b"multipart/report" not in header.lower():
        return False
    value = headers.value(header, b"Content-Type") or b""
    return value.lower().lstrip().startswith(b"multipart/report")


def delivery_status(body: bytes) -> StatusReport:
    """The body of a ``message/delivery-status`` part (RFC 3464 §2.1)."""
    first, *others = [_block(text) for text in _BLANK_LINE.split(body.lstrip(b"\r\n"))]
    report = StatusReport(
        _word(first, "original-envelope-id"), _typed_value(first, "reporting-mta")
    )
    for block in others[:MOST_RECIPIENTS]:
        action = _plain(block.get("action", "")).lower()
        if action not in _ACTIONS:
            continue
        status = _STATUS.search(block.get("status", ""))
        report.fates.append(
            RecipientStatus(
                final=_typed_value(block, "final-recipient"),
                original=_typed_value(block, "original-recipient"),
                action=action,
                status=status[0] if status else "",
                host=_typed_value(block, "remote-mta"),
                words=_typed_value(block, "diagnostic-code"),
            )
        )
    return report


def disposition(body: bytes) -> Disposition | None:
    """The body of a ``message/disposition-notification`` part (RFC 8098 §3.1)."""
    block = _block(body.lstrip(b"\r\n"))
    kind = block.get("disposition", "").partition(";")[2].strip().partition("/")[0].strip().lower()
    if not kind.isalpha():
        return None
    return Disposition(
        message_id=_plain(block.get("original-message-id", "")),
        final=_typed_value(block, "final-recipient"),
        original=_typed_value(block, "original-recipient"),
        kind=kind[:20],
    )


def _block(text: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in headers.unfolded_fields(text + b"\r\n\r\n"):
        fields.setdefault(name.decode("ascii", "replace").lower(), guess(value).strip())
    return fields


def _word(block: dict[str, str], name: str) -> str:
    return block.get(name, "")[:100]


def _typed_value(block: dict[str, str], name: str) -> str:
    """``type; value``: only the value."""
    kind, semicolon, value = block.get(name, "").partition(";")
    return (value if semicolon else kind).strip().strip("<>")


def _plain(text: str) -> str:
    return _COMMENT.sub("", text).strip()
