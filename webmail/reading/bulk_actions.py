"""Actions on very many messages, the worker's part: each is a row, taken by a lease."""

from __future__ import annotations

import logging
import uuid
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone, translation
from django.utils.translation import gettext

from webmail.mail import MailError, NotFound, Refused, Survey, Unreachable, own_session
from webmail.models import BulkAction

from .outcomes import summary
from .steps import StepResult, StepRunner, read_result, read_step

log = logging.getLogger(__name__)
State = BulkAction.State
LEASE = timedelta(seconds=90)  # without a sign of progress, until another worker takes it up
AGAIN = timedelta(seconds=5)  # after the mail server was away
ATTEMPTS = 3
KEPT = timedelta(days=1)


def due() -> list[uuid.UUID]:
    """Those that nobody works on."""
    return list(_claimable().values_list("pk", flat=True)[:20])


def _claimable() -> QuerySet[BulkAction]:
    now = timezone.now()
    left = Q(state=State.WORKING, lease_until__lt=now)
    # Nobody holds one for so long: the clock was set back meanwhile.
    ahead = Q(state=State.WORKING, lease_until__gt=now + 2 * LEASE)
    return BulkAction.objects.filter(Q(state=State.WAITING) | left | ahead)


def run(pk: uuid.UUID) -> None:
    """Do one, if it is still to be done. Never raises for what a server or a network does."""
    lease = timezone.now() + LEASE
    taken = _claimable().filter(pk=pk)
    if not taken.update(state=State.WORKING, attempts=F("attempts") + 1, lease_until=lease):
        return
    row = BulkAction.objects.select_related("account").get(pk=pk)
    with translation.override(row.language):
        try:
            if row.attempts > ATTEMPTS or "steps" not in row.selection:
                raise Refused(gettext("This was interrupted again and again. Do it once more."))
            outcome = summary(_Work(row).results())
        except Unreachable:
            log.warning("bulk action of %s: %s, interrupted", row.account.email, row.what)
            BulkAction.objects.filter(pk=row.pk).update(lease_until=timezone.now() + AGAIN)
        except MailError as error:
            _settle(row, State.FAILED, str(error), None)
        else:
            _settle(row, State.DONE, outcome.text, outcome.undo)


class _Work:
    """The steps of one action. The row has how things stood before each, and what came of it."""

    def __init__(self, row: BulkAction) -> None:
        self._row = row
        self._entries: list[dict[str, Any]] = row.selection["steps"]
        self._before_this = 0  # messages of the steps that are done

    def results(self) -> list[StepResult]:
        """Do what is not done yet. A step that can't be done leaves the others to be done; raises
        what the first one raised when none can.
        """
        results: list[StepResult] = []
        problems: list[MailError] = []
        with own_session(self._row.account.email, self._tell) as session:
            runner = StepRunner(session)
            for entry in self._entries:
                try:
                    results.append(self._result(runner, entry))
                except (NotFound, Refused) as error:
                    problems.append(error)
                else:
                    self._before_this += results[-1].asked
        if problems and not results:
            raise problems[0]
        return results

    def _result(self, runner: StepRunner, entry: dict[str, Any]) -> StepResult:
        if "result" in entry:
            return read_result(entry["result"])
        step = read_step(entry["step"])
        if "before" in entry:  # an attempt was begun, and nobody knows what it did
            result = runner.perform(step, few=False, before=Survey(**entry["before"]))
        else:
            entry["before"] = asdict(runner.survey(step))
            self._save()
            result = runner.perform(step, few=False)
        entry["result"] = asdict(result)
        self._save()
        return result

    def _save(self) -> None:
        lease = timezone.now() + LEASE
        kept = {"steps": self._entries}
        BulkAction.objects.filter(pk=self._row.pk).update(selection=kept, lease_until=lease)

    def _tell(self, done: int, total: int) -> None:
        lease = timezone.now() + LEASE
        BulkAction.objects.filter(pk=self._row.pk).update(
            done=self._before_this + done,
            total=Greatest(F("total"), self._before_this + total),
            lease_until=lease,
        )


def _settle(row: BulkAction, state: str, text: str, undo: dict[str, Any] | None) -> None:
    BulkAction.objects.filter(pk=row.pk).update(state=state, text=text, undo=undo, lease_until=None)
    log.info("bulk action of %s: %s, %s", row.account.email, row.what, state)


def forget() -> None:
    """Delete what nobody will ask for any more."""
    BulkAction.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
