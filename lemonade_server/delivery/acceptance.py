"""Taking responsibility for a message: after this commit, 250 may be said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial

from lemonade_server.store import contents, muting, queue
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import OverQuota, Refused
from lemonade_server.store.ids import AccountId, ContentId
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.queue import Envelope, Target
from lemonade_server.store.stored_columns import StoredColumns
from lemonade_server.wire import dsn
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.thread_keys import thread_number

from . import forwarding
from .copies import Copies, Ready
from .local import final_delivery, target_mailbox
from .queue import destination_names
from .queue.wakeups import wake
from .reports import returned_reports, status_notification
from .reports.status_notification import ReportedOutcome
from .route import Leg, Route, route, routes


@dataclass(slots=True)
class Acceptance:
    """What became of the recipients at once. ``submission`` is the id of the queue's row, 0 when
    there is none; ``legs`` the rows of each recipient.
    """

    submission: int = 0
    delivered: int = 0
    queued: int = 0
    failed: int = 0
    legs: list[list[Target]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a message is taken.

    ``answered``: each recipient is answered for itself, so that one which failed is not reported
    (LMTP). ``recorded``: a row of the queue shows it even when nothing is left to do. ``junk``:
    a filter took it for spam. ``vouched``: the sender is who it says, so that reports reach who
    wrote. Anybody can name the victim of a report as the sender: where nothing speaks for it there
    is none (RFC 5321 §6.2).
    """

    answered: bool = False
    recorded: bool = True
    junk: bool = False
    vouched: bool = False


SUBMITTED = Terms(vouched=True)
NONE_READY: Ready = {}


def accept(
    tx: Tx,
    envelope: Envelope,
    message: PreparedMessage,
    added: bytes = b"",
    terms: Terms = SUBMITTED,
    ready: Ready = NONE_READY,
) -> Acceptance:
    """Deliver to the accounts here and queue the rest, all in this transaction.

    ``added`` are header lines to put in front of the message, such as Received; ``ready`` what
    ``copies.likely_copies`` has made of both. One recipient's
    failure undoes only that recipient. Raises Reply when no recipient at all could be served, and
    it is not answered for itself: nothing is kept. So too when one could not, and its sender can't
    be told otherwise.
    """
    if envelope.release_at > envelope.arrived_at:
        return _put_aside(tx, envelope, message, added, terms)
    delivery = AcceptedDelivery(tx, envelope, message, added, terms, ready)
    result = Acceptance(legs=delivery.run())
    lost = [legs for legs in result.legs if all(leg.state == queue.FAILED for leg in legs)]
    result.failed = len(lost)
    if len(lost) == len(result.legs):
        first = lost[0][0]
        if terms.answered:
            return result
        raise Reply(552 if first.status == "5.2.2" else 550, first.status, first.diagnostic)
    if not (terms.answered or terms.vouched):
        _take_what_failed(delivery, lost)
        result.failed = sum(all(leg.state == queue.FAILED for leg in legs) for legs in lost)
    kept = [legs for legs in result.legs if legs not in lost] if terms.answered else result.legs
    _settle(tx, delivery, [leg for legs in kept for leg in legs], result)
    return result


def _take_what_failed(delivery: AcceptedDelivery, lost: list[list[Target]]) -> None:
    """There is one answer for all, and no report: no recipient may fail without a word.

    Raises Reply when one has no room: nobody gets it, until it is sent again. RCPT refuses a full
    mailbox, so that mostly such a message was sent without its size.
    """
    delivery.take_refused()
    full = [leg for legs in lost for leg in legs if leg.status == "5.2.2"]
    if full:
        raise Reply(452, "4.2.2", f"The mailbox of <{full[0].address}> has no room for it")


def _settle(tx: Tx, delivery: AcceptedDelivery, targets: list[Target], result: Acceptance) -> None:
    """Record and report those recipients for which this server is responsible now."""
    result.queued = sum(target.state == queue.QUEUED for target in targets)
    wake_for(tx, targets)
    delivery.forward()
    targets = [target for target in targets if not delivery.is_forwarded(target)]
    envelope = replace(delivery.envelope, recipients=targets)
    failed = [target for target in targets if target.state == queue.FAILED]
    delivered = [target for target in targets if target.state == queue.DELIVERED]
    result.delivered = len(delivered)
    queued = any(target.state == queue.QUEUED for target in targets)
    copies = delivery.copies
    if queued or delivery.terms.recorded:
        content = copies.to_pass_on() if queued else copies.shared()
        result.submission = queue.submit(tx, envelope, content)
    if not delivery.terms.vouched:
        return
    outcomes = [
        ReportedOutcome(dsn.FAILED, failed, envelope.arrived_at),
        ReportedOutcome(dsn.DELIVERED, delivered, envelope.arrived_at),
        ReportedOutcome(dsn.EXPANDED, delivery.expanded, envelope.arrived_at),
    ]
    outcomes = [
        outcome for outcome in outcomes if status_notification.select_wanted(envelope, outcome)
    ]
    if outcomes and not (queued or delivery.terms.recorded):
        envelope.content = copies.shared()
    for outcome in outcomes:
        tell(tx, envelope, outcome)


def _put_aside(
    tx: Tx, envelope: Envelope, message: PreparedMessage, added: bytes, terms: Terms
) -> Acceptance:
    """Queue a message for later, also for those who live here (RFC 4865 §4.2)."""
    targets = [
        replace(target, place=destination_names.destination_of(tx, target.address))
        for target in envelope.recipients
    ]
    kept = replace(envelope, recipients=targets)
    content = Copies(tx, envelope.sender, message, added, NONE_READY).to_pass_on()
    submission = queue.submit(tx, kept, content)
    return Acceptance(submission, queued=len(targets), legs=[[target] for target in targets])


def wake_for(tx: Tx, targets: Iterable[Target]) -> None:
    """Have the queued ones worked on once this is committed."""
    for place in {target.place for target in targets if target.state == queue.QUEUED}:
        tx.after_commit(partial(wake, place))


def tell(tx: Tx, envelope: Envelope, outcome: ReportedOutcome) -> bool:
    """Send the sender a report of those recipients of which one is wanted; whether one was sent.

    A report that can't be delivered is dropped: reports are from <> (RFC 3461 §6.3).
    """
    heard = status_notification.select_wanted(envelope, outcome)
    if heard is None:
        return False
    try:
        with tx.savepoint() as inner:
            accept(inner, *status_notification.compose(inner, envelope, heard))
    except Reply:
        return False
    return True


class AcceptedDelivery:
    """One run over the recipients of a message.

    ``expanded`` are those that became several addresses and whose sender wants to hear of success.
    """

    def __init__(
        self,
        tx: Tx,
        envelope: Envelope,
        message: PreparedMessage,
        added: bytes,
        terms: Terms,
        ready: Ready = NONE_READY,
    ) -> None:
        self._tx = tx
        self.envelope = envelope
        self.terms = terms
        self._message = message
        self._added = added
        self._past = forwarding.EarlierDeliveries(message.rendering.header)
        self.copies = Copies(tx, envelope.sender, message, added, ready)
        self._served: dict[str, Target] = {}
        self._forwards: dict[str, list[Target]] = {}
        self._refused: list[tuple[Target, AccountId]] = []
        self.expanded: list[Target] = []

    def run(self) -> list[list[Target]]:
        """The rows to write: for each recipient one for each of its legs.

        What comes from elsewhere is marked with the address that it is delivered for.
        """
        recipients = self.envelope.recipients
        found = routes(self._tx, [target.address for target in recipients])
        ways = [(one, self._unvisited(way)) for one, way in zip(recipients, found, strict=True)]
        if not self.terms.recorded:
            here = [leg for _, legs in ways for leg in legs if leg.account is not None]
            ends = list(dict.fromkeys(leg.address for leg in here))
            to_inbox = not (
                self.terms.junk or any(leg.script or leg.detail or leg.mutes for leg in here)
            )
            self.copies.mark(ends, counted=len(ends) == 1 and to_inbox)
        return [self._serve_all(target, legs) for target, legs in ways]

    def serve(self, target: Target) -> list[Target]:
        """The rows of one recipient."""
        return self._serve_all(target, self._unvisited(route(self._tx, target.address)))

    def _unvisited(self, found: Route) -> list[Leg]:
        """Where it leads. From elsewhere nothing goes where it has been before.

        Of a leg it is known afterwards whether its account has muted this conversation.
        """
        rendering = self._message.rendering
        for leg in found.legs:
            if leg.mutes and leg.account is not None:
                thread = thread_number(rendering.message_id, rendering.references)
                leg.mutes = muting.is_muted(self._tx, leg.account, thread)
        if not self.terms.recorded:
            for leg in found.legs:
                self._past.judge(leg)
        return found.legs

    def _serve_all(self, target: Target, legs: list[Leg]) -> list[Target]:
        """The rows of one recipient. What became several addresses is one success for the sender,
        who is told of it and not of each address (RFC 3461 §5.2.7.3 c).
        """
        if len(legs) > 1 and target.wants("SUCCESS"):
            self.expanded.append(replace(target, status="2.0.0"))
            left = [event for event in target.notify.split(",") if event != "SUCCESS"]
            target = replace(target, notify=",".join(left) or "NEVER")
        return [self._serve(target, leg) for leg in legs]

    def _serve(self, target: Target, leg: Leg) -> Target:
        """The row of one leg. A mailbox that two recipients lead to gets the message once."""
        row = replace(target, address=leg.address)
        if not row.orcpt and leg.address != target.address:
            # An alias: reports name the address that the sender knows (RFC 3461 §5.2.7.2).
            row.orcpt = f"rfc822;{target.address}"
        key = leg.address
        if leg.account is not None:
            place = (
                target_mailbox.find_target(self._tx, leg.account, leg.detail, False)
                if leg.detail
                else None
            )
            key = f"{leg.account}/{place}" if place is not None else str(leg.account)
        first = self._served.setdefault(key, row)
        if first is not row:
            if first.state == queue.QUEUED:
                row.state = queue.CANCELLED
                row.diagnostic = "The same message is already on its way to this address"
            else:
                row.state, row.status, row.diagnostic = first.state, first.status, first.diagnostic
        elif leg.account is not None:
            self._deliver(row, leg, target.address)
        elif leg.status:
            row.state, row.status, row.diagnostic = queue.FAILED, leg.status, leg.reason
        else:
            row.state, row.place = (
                queue.QUEUED,
                destination_names.destination_of(self._tx, leg.address),
            )
            if leg.alias and not self.terms.recorded:
                self._forwards.setdefault(leg.alias, []).append(row)
        return row

    def is_forwarded(self, row: Target) -> bool:
        """Whether the row goes out under a sender of ours, in a submission of its own."""
        return any(row is other for rows in self._forwards.values() for other in rows)

    def forward(self) -> None:
        """Queue what aliases send elsewhere, each alias on its own."""
        for alias, rows in self._forwards.items():
            forwarding.submit(
                self._tx, self.envelope, alias, rows, self._message, self._added,
                self.terms.vouched,
            )  # fmt: skip

    def _deliver(self, row: Target, leg: Leg, recipient: str) -> None:
        assert leg.account is not None, leg
        content, counted = self.copies.of(leg.address), self.copies.take_counted()
        try:
            with self._tx.savepoint() as inner:
                refusal = self._put(inner, leg, content, counted, recipient)
        except Refused as trouble:
            if counted is not None:
                contents.release(self._tx, content)
            full = isinstance(trouble, OverQuota)
            row.state, row.status = queue.FAILED, "5.2.2" if full else "5.2.0"
            row.diagnostic = "The mailbox is full" if full else trouble.text
        else:
            row.state, row.status = queue.DELIVERED, "2.0.0"
            if refusal:
                row.state, row.status, row.diagnostic = queue.FAILED, "5.7.1", refusal
                self._refused.append((row, leg.account))
            header = self._message.rendering.header
            returned_reports.observe(self._tx, leg.account, content, self.envelope, header)

    def _put(
        self, tx: Tx, leg: Leg, content: ContentId, counted: StoredColumns | None, recipient: str
    ) -> str:
        """Why the filter refuses it, empty when it is in a mailbox; ``counted`` is of a copy that
        is stored for it.
        """
        assert leg.account is not None, leg
        if counted is not None:
            when = self.envelope.arrived_at
            final_delivery.deliver_to_inbox(tx, leg.account, content, counted, when)
            return ""
        return final_delivery.deliver(
            tx, leg.account, content, self.envelope, recipient, self._send,
            leg.detail, self.terms.junk, self.terms.vouched, leg.mutes,
        )  # fmt: skip

    def _send(
        self, tx: Tx, envelope: Envelope, message: PreparedMessage, added: bytes
    ) -> Acceptance:
        """Accept what a filter makes of the message, for whose sender nobody vouches more."""
        return accept(tx, envelope, message, added, Terms(vouched=self.terms.vouched))

    def take_refused(self) -> None:
        """Deliver what filters refused after all, as spam where the account has a place for that.

        Others have the message, so it can't be refused any more, and a report might reach a
        stranger.
        """
        for row, account in self._refused:
            content = self.copies.of(row.address)
            try:
                with self._tx.savepoint() as inner:
                    final_delivery.put_as_junk(inner, account, content, self.envelope.arrived_at)
            except Refused as trouble:
                row.status, row.diagnostic = "5.2.2", trouble.text
            else:
                row.state, row.status, row.diagnostic = queue.DELIVERED, "2.0.0", ""
