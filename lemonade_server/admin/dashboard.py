"""The state of the system in a dozen figures, each with the list that explains it."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.db.models import Count, F, Q, Sum
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext, gettext_lazy, ngettext

from lemonade_server.models import Account, Blob, Mailbox, Recipient, UrlauthTicket
from lemonade_server.project import health

from . import recipient_states, tickets
from .accounts import NEARLY_FULL, with_use
from .charts import Chart, Column, columns, rows
from .display import moment, number, octets

HOUR, DAY = 3_600, 86_400
HOURS = 24
DAYS = 14
FAILURES = 6
PROCESSES = {
    "web": gettext_lazy("web"),
    "mail": gettext_lazy("mail"),
    "worker": gettext_lazy("worker"),
    "scheduler": gettext_lazy("scheduler"),
    "sweeps": gettext_lazy("sweeps"),
}


@dataclass(slots=True)
class Figure:
    """A number with its name; ``url`` leads to what it counts. ``kind`` bad: look here first."""

    name: str
    value: str
    url: str = ""
    kind: str = ""


@dataclass(slots=True)
class Panel:
    """One subject."""

    title: str
    help: str
    figures: list[Figure]
    chart: Chart | None = None


@dataclass(slots=True)
class FailedRecipient:
    """A recipient that could not be served."""

    submission: int
    address: str
    sender: str
    when: str
    words: str


@dataclass(slots=True)
class Dashboard:
    """The front page."""

    panels: list[Panel]
    processes: list[Figure]
    failures: list[FailedRecipient]
    more_failures: str


def current_dashboard() -> Dashboard:
    """All of it, in about ten queries."""
    now = int(time.time())
    return Dashboard(
        panels=[_queue(now), _tickets(now), _storage(), _accounts()],
        processes=[_process(name, up) for name, up in health.processes().items()],
        failures=_failures(),
        more_failures=_list("recipient", state="failed"),
    )


def _failures() -> list[FailedRecipient]:
    failed = (
        Recipient.objects.filter(state=Recipient.State.FAILED)
        .select_related("submission")
        .order_by("-finished_at")[:FAILURES]
    )
    return [
        FailedRecipient(
            row.submission_id,
            row.address,
            row.submission.sender or "<>",
            moment(row.finished_at),
            f"{row.status} {row.diagnostic}".strip(),
        )
        for row in failed
    ]


def _list(model: str, **filters: str) -> str:
    url = reverse(f"admin:lemonade_server_{model}_changelist")
    return f"{url}?{urlencode(filters)}" if filters else url


def _process(name: str, up: bool) -> Figure:
    return Figure(
        str(PROCESSES.get(name, name)),
        gettext("up") if up else gettext("down"),
        kind="good" if up else "bad",
    )


def _queue(now: int) -> Panel:
    names = ("due", "waiting", "working", "passed", "failed")
    counts = Recipient.objects.aggregate(
        **{name: Count("pk", filter=recipient_states.condition(name, now)) for name in names}
    )
    words = {
        "due": gettext("due now"), "waiting": gettext("waiting"), "working": gettext("being sent"),
        "passed": gettext("passed on today"), "failed": gettext("failed today"),
    }  # fmt: skip
    return Panel(
        gettext("Queue"),
        gettext("Recipients of submitted mail. Today is the last 24 hours."),
        [
            Figure(
                words[name],
                number(counts[name]),
                _list("recipient", stage=name),
                "bad" if name == "failed" and counts[name] else "",
            )
            for name in names
        ],
        _hourly(now),
    )


def _hourly(now: int) -> Chart:
    """What was finished in each of the last 24 hours."""
    this = now // HOUR
    found: dict[int, dict[str, int]] = defaultdict(lambda: {"good": 0, "bad": 0})
    served = (
        Recipient.objects.filter(
            finished_at__gte=(this - HOURS + 1) * HOUR, state__in=("delivered", "relayed", "failed")
        )
        .annotate(hour=F("finished_at") / HOUR)
        .values_list("hour", "state")
        .annotate(count=Count("pk"))
        .order_by()
    )
    for hour, state, count in served:
        found[int(hour)]["bad" if state == "failed" else "good"] += count
    data = [
        Column(
            f"{hour % 24:02}:00 UTC", [("good", found[hour]["good"]), ("bad", found[hour]["bad"])]
        )
        for hour in range(this - HOURS + 1, this + 1)
    ]
    return columns(
        gettext("Recipients served and failed, by hour"),
        data,
        gettext("24 hours ago"),
        gettext("now"),
    )


def _tickets(now: int) -> Panel:
    totals = UrlauthTicket.objects.aggregate(
        live=Count("pk", filter=tickets.condition("live", now)),
        ending=Count("pk", filter=tickets.condition("live", now) & Q(expires_at__lt=now + DAY)),
        used=Count("pk", filter=Q(last_used_at__gte=now - DAY)),
        octets=Sum("octets"),
    )
    return Panel(
        gettext("Tickets"),
        gettext(
            "URLs signed by GENURLAUTH. Octets handed out did not travel to a client and back."
        ),
        [
            Figure(
                gettext("live"),
                number(totals["live"]),
                _list("urlauthticket", state="live"),
            ),
            Figure(
                gettext("end within a day"),
                number(totals["ending"]),
                _list("urlauthticket", state="live"),
            ),
            Figure(
                gettext("used today"),
                number(totals["used"]),
                _list("urlauthticket", used="day"),
            ),
            Figure(gettext("handed out in all"), octets(totals["octets"]), _list("urlauthticket")),
        ],
        _daily(now),
    )


def _daily(now: int) -> Chart:
    """Tickets issued on each of the last days."""
    today = now // DAY
    issued = (
        UrlauthTicket.objects.filter(issued_at__gte=(today - DAYS + 1) * DAY)
        .annotate(day=F("issued_at") / DAY)
        .values_list("day")
        .annotate(count=Count("pk"))
        .order_by()
    )
    found = {int(day): count for day, count in issued}
    data = [
        Column(
            formats.date_format(datetime.fromtimestamp(day * DAY, UTC), "MONTH_DAY_FORMAT"),
            [("good", found.get(day, 0))],
        )
        for day in range(today - DAYS + 1, today + 1)
    ]
    return columns(
        gettext("Tickets issued, by day"),
        data,
        ngettext("%(count)s day ago", "%(count)s days ago", DAYS) % {"count": DAYS},
        gettext("today"),
    )


def _storage() -> Panel:
    logical = Mailbox.objects.aggregate(sum=Sum("octets"))["sum"] or 0
    blobs = Blob.objects.aggregate(
        stored=Sum("size"),
        waiting=Count("pk", filter=Q(refs=0)),
        going=Sum("size", filter=Q(refs=0)),
    )
    stored = blobs["stored"] or 0
    saved = max(0, logical - stored)
    share = round(100 * saved / logical) if logical else 0
    return Panel(
        gettext("Storage"),
        gettext(
            "Messages are ropes over shared blobs: a forward or a copy in Sent adds almost nothing."
        ),
        [
            Figure(gettext("in mailboxes"), octets(logical), _list("mailbox", o="-6")),
            Figure(gettext("stored"), octets(stored)),
            Figure(
                gettext("saved by sharing"),
                gettext("%(octets)s (%(share)s%%)") % {"octets": octets(saved), "share": share},
            ),
            Figure(
                gettext("blobs to erase, %(octets)s") % {"octets": octets(blobs["going"])},
                number(blobs["waiting"]),
            ),
        ],
        rows(
            gettext("What sharing saves"),
            [
                (
                    "soft",
                    gettext("in mailboxes: %(octets)s") % {"octets": octets(logical)},
                    logical,
                ),
                ("good", gettext("stored: %(octets)s") % {"octets": octets(stored)}, stored),
            ],
            gettext("above: in mailboxes"),
            gettext("below: stored"),
        ),
    )


def _accounts() -> Panel:
    counts = Account.objects.exclude(role=Account.Role.SHARED).aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        disabled=Count("pk", filter=Q(is_active=False)),
        staff=Count("pk", filter=Q(is_staff=True)),
    )
    full = with_use(Account.objects.filter(quota__gt=0)).filter(used__gte=F("quota") * NEARLY_FULL)
    nearly = full.count()
    return Panel(
        gettext("Accounts"),
        gettext("Who may log in to IMAP, submission and the web."),
        [
            Figure(
                gettext("active"),
                number(counts["active"]),
                _list("account", is_active__exact="1"),
            ),
            Figure(
                gettext("disabled"),
                number(counts["disabled"]),
                _list("account", is_active__exact="0"),
            ),
            Figure(
                gettext("may use the admin"),
                number(counts["staff"]),
                _list("account", is_staff__exact="1"),
            ),
            Figure(
                gettext("nearly full"),
                number(nearly),
                _list("account", full="nearly"),
                "bad" if nearly else "",
            ),
        ],
    )
