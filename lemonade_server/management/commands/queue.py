"""``manage.py queue list|show|hold|release|retry|cancel|reroute``."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db.models import QuerySet

from lemonade_server.delivery.queue import destination_names, operator_actions
from lemonade_server.management.store_command import StoreCommand
from lemonade_server.models import Recipient, Submission
from lemonade_server.store.db import Tx, transaction
from lemonade_server.wire import dates

WAITING = (Recipient.State.QUEUED, Recipient.State.HELD)
BY = "by command"
Act = Callable[[Tx, int], bool]


class Command(StoreCommand):
    help = (
        "Mail that waits: what, where to, and why; and how it goes on. A NUMBER is a recipient's, "
        "as `list` shows it; or a submission's with an s before it, as s12, for all its recipients."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        listing = actions.add_parser("list", help="recipients that wait")
        listing.add_argument("--all", action="store_true", help="finished ones too")
        listing.add_argument("--place", help="only what goes to a domain, or * for the relay")
        actions.add_parser("show", help="all about a submission and its tries").add_argument(
            "numbers", nargs="+", metavar="NUMBER"
        )
        for action, text in (
            ("hold", "keep until released"),
            ("release", "let go on what is held"),
            ("retry", "try now, also what has failed"),
            ("cancel", "never send; the sender is not told"),
        ):
            actions.add_parser(action, help=text).add_argument(
                "numbers", nargs="+", metavar="NUMBER"
            )
        reroute = actions.add_parser("reroute", help="send to another host")
        reroute.add_argument("place", metavar="HOST", help="smtp://host[:port], a domain or *")
        reroute.add_argument("numbers", nargs="+", metavar="NUMBER")

    def handle(self, *args: Any, **options: Any) -> None:
        action: str = options["action"]
        if action == "list":
            self._list(options["all"], options["place"])
        elif action == "show":
            for submission in {row.submission_id for row in self._rows(options["numbers"])}:
                self._show(Submission.objects.get(pk=submission))
        elif action == "reroute":
            self._reroute(options["place"], options["numbers"])
        else:
            acts = {
                "hold": operator_actions.hold, "release": operator_actions.release,
                "retry": operator_actions.retry, "cancel": operator_actions.cancel,
            }  # fmt: skip
            act = acts[action]
            self._each(options["numbers"], lambda tx, row: act(tx, row, BY))

    def _list(self, everything: bool, destination: str | None) -> None:
        rows = Recipient.objects.select_related("submission").order_by("id")
        if not everything:
            rows = rows.filter(state__in=WAITING)
        if destination is not None:
            rows = rows.filter(place=destination)
        for row in rows.iterator(chunk_size=500):
            words = " ".join(filter(None, (row.status, row.diagnostic))) or "not tried yet"
            self.stdout.write(
                f"{row.pk}\ts{row.submission_id}\t{_state(row)}\t<{row.submission.sender}>\t"
                f"<{row.address}>\t{destination_names.label(row.place)}\t{row.attempts} tries"
                f"\t{words}"
            )

    def _show(self, submission: Submission) -> None:
        self.stdout.write(
            f"s{submission.pk}\t<{submission.sender}>\t{submission.size} octets\t"
            f"{submission.message_id}\taccepted {dates.rfc5322(submission.arrived_at)}"
        )
        for row in Recipient.objects.filter(submission=submission).order_by("id"):
            self.stdout.write(f"  {row.pk}\t{_state(row)}\t<{row.address}>\t{row.attempts} tries")
        for event in submission.events.all():
            text = " ".join(filter(None, (event.action, event.status, event.host, event.words)))
            self.stdout.write(
                f"  {dates.rfc5322(event.at)}\t{event.recipient_id or ''}\t{event.kind}\t{text}"
            )

    def _reroute(self, text: str, numbers: list[str]) -> None:
        try:
            destination = destination_names.parse(text)
        except ValueError as error:
            raise CommandError(str(error)) from None
        self._each(numbers, lambda tx, row: operator_actions.reroute(tx, row, destination, BY))

    def _each(self, numbers: list[str], act: Act) -> None:
        rows = list(self._rows(numbers))
        with transaction() as tx:
            done = [row.pk for row in rows if act(tx, row.pk)]
        for row in rows:
            note = "done" if row.pk in done else f"not done: {_reason(row)}"
            self.stdout.write(f"{row.pk}\t<{row.address}>\t{note}")
        if len(done) < len(rows):
            raise CommandError("Not all could be changed.")

    def _rows(self, numbers: list[str]) -> QuerySet[Recipient]:
        recipients = [int(text) for text in numbers if text.isdecimal()]
        submissions = [
            int(text[1:]) for text in numbers if text[:1] == "s" and text[1:].isdecimal()
        ]
        if len(recipients) + len(submissions) < len(numbers):
            raise CommandError("A number is needed, as 12 or s12. `queue list` shows them.")
        rows = Recipient.objects.filter(pk__in=recipients) | Recipient.objects.filter(
            submission_id__in=submissions
        )
        if not rows.exists():
            raise CommandError("There is no such recipient. `queue list --all` shows them.")
        return rows.order_by("id")


def _reason(row: Recipient) -> str:
    """Why something can't be done to a recipient: its state, and what is told of that."""
    if row.state == Recipient.State.QUEUED:
        return "being sent" if row.lease_owner else "it waits for its next attempt"
    return f"it is {row.state}" + (f" ({row.diagnostic})" if row.diagnostic else "")


def _state(row: Recipient) -> str:
    if row.state != Recipient.State.QUEUED:
        return str(row.state)
    now = int(time.time())
    if row.lease_until > now:
        return "being sent"
    if row.next_attempt_at <= now:
        return "due"
    return f"until {dates.rfc5322(row.next_attempt_at)}"
