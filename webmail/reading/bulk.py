"""Actions on very many messages: a worker does them, and a page tells how far they are.

Each is a row. The page that asked waits a second for it; after that it, and any page that is opened
meanwhile, asks now and then. It goes on though all pages are closed.
"""

from __future__ import annotations

import time
import uuid
from dataclasses import asdict
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from webmail.mail import Refused
from webmail.models import BulkAction
from webmail.pages.folders import mail_of
from webmail.pages.page import flash, mail_page, pane
from webmail.people.identities import account_of

from . import tasks
from .outcomes import ActionResult, count_text, summary
from .steps import Step, perform_few

State = BulkAction.State
AT_ONCE = 1.0  # seconds that a page waits before it tells of progress
LOOK = 0.04  # seconds between looks at the row meanwhile
MOST = 5  # of one person at a time
FEW = 1_000  # messages that are acted on while somebody waits


def respond(request: HttpRequest, outcome: ActionResult, goal: str) -> HttpResponseBase:
    """What was done: JSON for the script, else said on the page at ``goal``."""
    if pane(request):
        return JsonResponse({"text": outcome.text, "undo": outcome.undo})
    flash(request, outcome.text, outcome.undo)
    return redirect(goal)


def act_on_all(request: HttpRequest, steps: list[Step], count: int, goal: str) -> HttpResponseBase:
    """Do steps that are about ``count`` messages: few at once, very many by a worker.

    Raises Refused, NotFound.
    """
    if count > FEW:
        return act_in_background(request, steps, count, goal)
    return respond(request, summary(perform_few(mail_of(request), steps)), goal)


def act_in_background(
    request: HttpRequest, steps: list[Step], count: int, goal: str
) -> HttpResponseBase:
    """Have it done; tells the outcome if it comes within a second. Raises Refused."""
    row = keep(request, steps, count)
    tasks.act.delay(str(row.pk))
    until = time.monotonic() + AT_ONCE
    while not row.final and time.monotonic() < until:
        time.sleep(LOOK)
        row.refresh_from_db()
    if pane(request):  # which says that it has heard of the end, if it is still there
        status = 409 if row.state == State.FAILED else 200
        return JsonResponse({**news_of(row), "heard": address_of(row)}, status=status)
    if row.final:
        BulkAction.objects.filter(pk=row.pk).update(seen=True)
    flash(request, row.text if row.final else under_way(row), row.undo)
    return redirect(goal)


@transaction.atomic
def keep(request: HttpRequest, steps: list[Step], count: int) -> BulkAction:
    """The row of an action. Raises Refused while as many go on as one may have."""
    account = account_of(request)
    # Whoever comes at the same time waits here, and counts this one, too.
    get_user_model().objects.select_for_update().get(pk=account.pk)
    going_on = BulkAction.objects.filter(account_id=account.pk).exclude(
        state__in=(State.DONE, State.FAILED)
    )
    if going_on.count() >= MOST:
        raise Refused(gettext("Other actions are still going on. Wait until one has ended."))
    return BulkAction.objects.create(
        account_id=account.pk,
        language=get_language() or "en",
        folder=steps[0].folder if len(steps) == 1 else "",
        uidvalidity=steps[0].validity if len(steps) == 1 else None,
        what=steps[0].what,
        target=steps[0].to,
        selection={"steps": [{"step": asdict(step)} for step in steps]},
        total=count,
    )


def under_way(row: BulkAction) -> str:
    """How far it is, in words."""
    values = {"done": count_text(row.done), "total": count_text(row.total)}
    return gettext("%(done)s of %(total)s messages…") % values


def news_of(row: BulkAction) -> dict[str, Any]:
    """What a page is told."""
    if row.final:
        return {"text": row.text, "undo": row.undo}
    return {
        "text": under_way(row),
        "undo": None,
        "follow": address_of(row),
        "done": row.done,
        "total": row.total,
    }


def address_of(row: BulkAction) -> str:
    """Where a page asks how far it is."""
    return reverse("webmail:bulk_action", args=[row.pk])


@mail_page
@require_safe
def bulk_action(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """How far one's own action is. Once one page has heard of the end, no other says it again."""
    row = BulkAction.objects.filter(pk=pk, account_id=account_of(request).pk).first()
    if row is None:
        raise Refused(gettext("Nothing is known of this action any more."))
    if row.final:
        BulkAction.objects.filter(pk=row.pk).update(seen=True)
    return JsonResponse(news_of(row))


def address_to_follow(request: HttpRequest) -> str:
    """The address that tells of an action which goes on, or whose end no page has told; ""."""
    row = BulkAction.objects.filter(account_id=account_of(request).pk, seen=False).first()
    return address_of(row) if row else ""
