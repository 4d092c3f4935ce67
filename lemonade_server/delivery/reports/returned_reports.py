"""Reports about our own mail that come back: matched with what was submitted, for its timeline.

By the ENVID that the sender chose (RFC 3461 §4.4), else by Message-ID. Only a submission of the
account that gets the report is touched: nobody else can have been meant. Anybody may forge one, so
a report is written down as what somebody said, and changes nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable

from lemonade_server.store import contents, events, queue
from lemonade_server.store.db import Tx
from lemonade_server.store.events import QueueEvent
from lemonade_server.store.ids import AccountId, ContentId
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.store.sql import contents as sql
from lemonade_server.wire import headers, part_table, received_reports
from lemonade_server.wire.text import transfer_decode

from .status_notification import SOURCE

LARGEST = 262_144
LONGEST_WORDS = 1000
MOST_EVENTS = 1000
"""Events of one submission beyond which no report is written down any more."""

STATUS = ("delivery-status", "global-delivery-status")
RECEIPT = ("disposition-notification", "global-disposition-notification")


def observe(
    tx: Tx, account: AccountId, content: ContentId, envelope: Envelope, header: bytes
) -> None:
    """Note what a message that was put into an account's mailbox reports of the account's mail.

    ``header`` is that of the message. Reports of this server are in its queue's rows already.
    """
    if envelope.source == SOURCE or not received_reports.is_report(header):
        return
    row = tx.row(sql.SIZE_AND_PARTS, (content,))
    if row is None:
        return
    _Report(tx, account, content, int(row[0]), bytes(row[1]), envelope.arrived_at).note()


class _Report:
    """One report and its parts."""

    def __init__(
        self, tx: Tx, account: AccountId, content: ContentId, size: int, parts: bytes, when: int
    ) -> None:
        self._tx = tx
        self._account = account
        self._content = content
        self._size = size
        self._parts = parts
        self._when = when

    def note(self) -> None:
        status, receipt = self._leaf(STATUS), self._leaf(RECEIPT)
        if status is not None:
            self._note_status(received_reports.delivery_status(status))
        elif receipt is not None:
            self._note_receipt(received_reports.disposition(receipt))

    def _note_status(self, report: received_reports.StatusReport) -> None:
        submission = self._submission(report.envid, self._returned_id())
        if submission is None:
            return
        targets = self._targets(submission)
        self._add(
            QueueEvent(
                submission, _whose(targets, fate.final, fate.original), self._when,
                events.REPORTED, fate.action, fate.status,
                (fate.host or report.reporter)[:300], fate.words[:LONGEST_WORDS],
            )
            for fate in report.fates
        )  # fmt: skip

    def _note_receipt(self, receipt: received_reports.Disposition | None) -> None:
        if receipt is None:
            return
        submission = self._submission("", receipt.message_id or self._returned_id())
        if submission is None:
            return
        recipient = _whose(self._targets(submission), receipt.final, receipt.original)
        event = QueueEvent(submission, recipient, self._when, events.READ, receipt.kind)
        event.words = "" if recipient else receipt.final[:LONGEST_WORDS]
        self._add([event])

    def _add(self, found: Iterable[QueueEvent]) -> None:
        events.add(self._tx, *found)

    def _submission(self, envid: str, message_id: str) -> int | None:
        message_id = message_id.strip().strip("<>")
        found = events.submission_of(self._tx, self._account, envid, message_id)
        if found is None or events.count(self._tx, found) >= MOST_EVENTS:
            return None
        return found

    def _targets(self, submission: int) -> list[Target]:
        envelope = queue.envelope(self._tx, submission)
        return envelope.recipients if envelope is not None else []

    def _leaf(self, subtypes: tuple[str, ...]) -> bytes | None:
        """The body of the first part of one of these subtypes of ``message``."""
        for part in part_table.leaves(self._parts):
            if part.type == "message" and part.subtype in subtypes:
                octets = self._read(part.start, part.stop)
                return transfer_decode(octets, part.encoding)
        return None

    def _returned_id(self) -> str:
        """The Message-ID of the message, or header, that the report returns in its third part."""
        for section in ("3.HEADER", "3"):
            span = part_table.locate(self._parts, self._size, section)
            if span is not None:
                block = self._read(*span)
                return (headers.value(block, b"Message-ID") or b"").decode("ascii", "replace")
        return ""

    def _read(self, start: int, stop: int) -> bytes:
        return contents.read(self._tx, self._content, start, min(stop, start + LARGEST))


def _whose(targets: list[Target], *addresses: str) -> int | None:
    """The recipient that an address of a report means."""
    wanted = {address.lower() for address in addresses if address}
    for target in targets:
        if {target.address.lower(), target.orcpt.partition(";")[2].lower()} & wanted:
            return target.id
    return targets[0].id if len(targets) == 1 else None
