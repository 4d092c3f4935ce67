"""What the list and an opened message say of mail that is out of sight, and the form that puts it
there.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from webmail.mail import Folder, Row
from webmail.pages.dates import long_date
from webmail.pages.folders import mail_of
from webmail.people.identities import account_of
from webmail.snooze import snoozes
from webmail.snooze.times import moment_of

from .outcomes import ActionResult, undo_form

NOW = "now"


def snooze(request: HttpRequest, name: str, validity: int | None, uids: list[int]) -> ActionResult:
    """What the form's button of Snooze does to some messages. Raises NotFound, Refused."""
    wanted, typed = request.POST.get("snooze", ""), request.POST.get("snooze_at", "")
    session, account = mail_of(request), account_of(request).pk
    place = (name, session.state(name).uidvalidity if validity is None else validity)
    if wanted == NOW:
        count = snoozes.return_now(session, account, place, uids)
        words = ngettext("Message is back.", "%(number)d messages are back.", count)
        return ActionResult(words % {"number": count})
    until = moment_of(wanted, typed)
    moved = snoozes.set_aside(session, account, place, uids, until)
    said = gettext("Snoozed until %(when)s.") % {"when": long_date(timezone.localtime(until))}
    back: dict[str, list[Any]] = {"to": [moved.source], "validity": [moved.uidvalidity]}
    return ActionResult(said, undo_form(moved.target, back, list(moved.uids.values())))


def returns_of(
    request: HttpRequest, folder: Folder, uidvalidity: int, uids: Iterable[int]
) -> dict[int, datetime]:
    """When messages of the folder for snoozed mail are back, by UID; {} for other folders."""
    if folder.role != "snoozed":
        return {}
    rows = snoozes.rows_of(account_of(request).pk, folder.name, uidvalidity)
    return dict(rows.filter(uid__in=list(uids)).values_list("uid", "until"))


def mark_returns(
    request: HttpRequest, folder: Folder, uidvalidity: int, rows: Iterable[Row]
) -> None:
    """Rows of the folder for snoozed mail say when they are back."""
    every = list(rows)
    found = returns_of(request, folder, uidvalidity, [row.uid for row in every])
    for row in every:
        row.returns_at = found.get(row.uid)


def snoozed_context(
    request: HttpRequest, folder: Folder, uidvalidity: int, uids: list[int]
) -> dict[str, Any]:
    """What the page of an opened message says in the folder for snoozed mail."""
    if folder.role != "snoozed":
        return {}
    found = returns_of(request, folder, uidvalidity, uids)
    return {"snoozed": True, "returns_at": min(found.values(), default=None)}


def late_words(request: HttpRequest, folder: Folder) -> str:
    """That mail should be back and is not; "" while all is well, and in other folders."""
    if folder.role not in ("snoozed", "inbox"):
        return ""
    count = snoozes.late_count(account_of(request).pk)
    if not count:
        return ""
    return ngettext(
        "%(number)d snoozed message should be back by now. It is in Snoozed; nothing is lost.",
        "%(number)d snoozed messages should be back by now. They are in Snoozed; nothing is lost.",
        count,
    ) % {"number": count}
