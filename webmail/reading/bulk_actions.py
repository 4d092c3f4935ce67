"""Actions on very many messages, the worker's part: each is a row, taken by a lease."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone, translation
from django.utils.translation import gettext

from webmail.mail import MailError, Refused, Selection, own_session
from webmail.models import BulkAction
from webmail.search.parser import parse

from .effects import perform_all

log = logging.getLogger(__name__)
State = BulkAction.State
LEASE = timedelta(seconds=90)  # without a sign of progress, until another worker takes it up
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
            if row.attempts > ATTEMPTS:
                raise Refused(gettext("This was interrupted again and again. Do it once more."))
            text, undo = _perform(row)
        except MailError as error:
            _settle(row, State.FAILED, str(error), None)
        else:
            _settle(row, State.DONE, text, undo)


def _perform(row: BulkAction) -> tuple[str, dict[str, Any] | None]:
    kept = row.selection
    selection = Selection(kept["uids"], parse(kept["query"]), kept["upto"], tuple(kept["changed"]))
    with own_session(row.account.email, _teller(row)) as session:
        session.select(row.folder, row.uidvalidity)
        outcome = perform_all(
            session, row.folder, row.uidvalidity, selection, row.what, row.target, few=False
        )
    return outcome.text, outcome.undo


def _teller(row: BulkAction) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        lease = timezone.now() + LEASE
        BulkAction.objects.filter(pk=row.pk).update(done=done, total=total, lease_until=lease)

    return tell


def _settle(row: BulkAction, state: str, text: str, undo: dict[str, Any] | None) -> None:
    BulkAction.objects.filter(pk=row.pk).update(state=state, text=text, undo=undo, lease_until=None)
    log.info("bulk action of %s: %s, %s", row.account.email, row.what, state)


def forget() -> None:
    """Delete what nobody will ask for any more."""
    BulkAction.objects.filter(created_at__lt=timezone.now() - KEPT).delete()
