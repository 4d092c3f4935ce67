"""What became of a sent message, told in order: for all of it, and for each recipient."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol, TypedDict

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from webmail.models import Outbox

from .delivery_status import deliveries
from .saying import say

State = Outbox.State
ENDED = {"delivered", "relayed", "failed", "cancelled", "read"}
LABELS = {
    "queued": gettext_lazy("waiting"),
    "held": gettext_lazy("held"),
    "delivered": gettext_lazy("delivered"),
    "relayed": gettext_lazy("passed on"),
    "failed": gettext_lazy("failed"),
    "cancelled": gettext_lazy("cancelled"),
    "read": gettext_lazy("read"),
    "delayed": gettext_lazy("waiting"),
    "expanded": gettext_lazy("distributed"),
    "deleted": gettext_lazy("deleted unread"),
    "dispatched": gettext_lazy("passed on by its reader"),
    "processed": gettext_lazy("processed"),
}
GOOD = {"delivered", "relayed", "read", "expanded"}
TRIED = {
    "delivered": gettext_lazy("Put into the mailbox"),
    "relayed": gettext_lazy("Taken by the next server"),
    "delayed": gettext_lazy("Not taken yet"),
    "failed": gettext_lazy("Refused for good"),
}
STEERED = {
    "retried": gettext_lazy("Retried by %(who)s"),
    "released": gettext_lazy("Released by %(who)s"),
    "held": gettext_lazy("Held by %(who)s"),
    "cancelled": gettext_lazy("Cancelled by %(who)s"),
    "rerouted": gettext_lazy("Rerouted by %(who)s"),
}
READ = {
    "displayed": gettext_lazy("Opened by its reader"),
    "deleted": gettext_lazy("Deleted without being opened"),
    "dispatched": gettext_lazy("Sent on by its reader"),
    "processed": gettext_lazy("Processed"),
}


class Moment(TypedDict):
    """What ``settings.WEBMAIL_TIMELINE`` tells: see ``project/timeline.py`` for the fields."""

    at: int
    kind: str
    address: str
    action: str
    status: str
    host: str
    words: str


class History(Protocol):
    def __call__(self, envid: str, owner: str, message_id: str = "") -> list[Moment]: ...


@dataclass(slots=True)
class TimelineEntry:
    """One thing that happened, or will. ``tone``: good, bad or "". ``quote``: another's words."""

    at: datetime
    words: str
    tone: str = ""
    quote: str = ""


@dataclass(slots=True)
class Person:
    """One recipient; ``state`` is a key of ``LABELS``."""

    address: str
    state: str
    lines: list[TimelineEntry] = field(default_factory=list)

    @property
    def label(self) -> str:
        return str(LABELS.get(self.state, self.state))

    @property
    def tone(self) -> str:
        if self.state in GOOD:
            return "good"
        return "bad" if self.state == "failed" else ""


@dataclass(slots=True)
class Way:
    """All of it; two that are equal show the same. ``key`` is what the page asks for news by;
    ``receipt``: the outbox's row.
    """

    key: str
    lines: list[TimelineEntry]
    people: list[Person]
    receipt: str = ""
    release_at: datetime | None = None

    @property
    def headline(self) -> str:
        """How it stands, in a few words."""
        if self.release_at is not None and not any(p.state in ENDED for p in self.people):
            return gettext("To be sent later")
        counts: dict[str, int] = {}
        for person in self.people:
            counts[person.label] = counts.get(person.label, 0) + 1
        if not counts:
            return gettext("On its way")
        if len(counts) == 1:
            return next(iter(counts)).capitalize()
        return ", ".join(f"{count} {label}" for label, count in counts.items()).capitalize()

    @property
    def tone(self) -> str:
        tones = {person.tone for person in self.people}
        return "bad" if "bad" in tones else "good" if tones == {"good"} else ""

    @property
    def ended(self) -> bool:
        """Whether nothing but a reader's receipt can still come."""
        return bool(self.people) and all(person.state in ENDED for person in self.people)


def of_message(email: str, message_id: str) -> Way | None:
    """The way of a message that somebody sent, by its Message-ID; None when it is not known."""
    if not message_id or "\0" in message_id:  # which PostgreSQL refuses even to look for
        return None
    rows = Outbox.objects.filter(account__email=email, message_id=message_id)
    return _way(email, message_id, rows.select_related("account").first())


def of_row(row: Outbox) -> Way:
    """The way of a message in the outbox."""
    return _way(row.account.email, row.message_id, row) or Way(row.message_id, [], [])


def _way(email: str, message_id: str, row: Outbox | None) -> Way | None:
    envid = str(row.pk) if row else ""
    known = _history(envid, email, message_id)
    fates = deliveries(envid, email, message_id)
    if row is None and not known:
        return None
    way = Way(
        message_id, _first_entries(row), [Person(fate["address"], fate["state"]) for fate in fates]
    )
    if row is not None:
        _add_row(way, row)
    by_address = {person.address.lower(): person for person in way.people}
    for moment in known:
        _add(way, by_address.get(moment["address"].lower()), moment, row)
    for fate, person in zip(fates, way.people, strict=False):
        if fate["state"] == "queued" and person.lines and fate["due"] > timezone.now().timestamp():
            person.lines.append(TimelineEntry(_time(fate["due"]), gettext("Next try")))
    return way


def _first_entries(row: Outbox | None) -> list[TimelineEntry]:
    return [TimelineEntry(row.created_at, gettext("Written and put into Sent"))] if row else []


def _add_row(way: Way, row: Outbox) -> None:
    """What only the webmail knows: refusals when it was handed over, and waiting before that."""
    way.receipt = str(row.pk)
    if row.release_at is not None and row.release_at > timezone.now():
        way.release_at = row.release_at
    there = {person.address.lower() for person in way.people}
    for address in row.recipients:
        if address.lower() in there:
            continue
        refused = row.refused.get(address, "")
        failed = bool(refused) or row.state == State.FAILED
        person = Person(address, "failed" if failed else "queued")
        if refused:
            person.lines.append(
                TimelineEntry(row.updated_at, gettext("Refused by our server"), "bad", say(refused))
            )
        way.people.append(person)
    if row.accepted_at is None and row.trouble:
        tone = "bad" if row.state == State.FAILED else ""
        words = (
            gettext("Not handed over")
            if row.state == State.FAILED
            else gettext("Waiting to be handed over")
        )
        way.lines.append(TimelineEntry(row.updated_at, words, tone, say(row.trouble)))


def _add(way: Way, person: Person | None, moment: Moment, row: Outbox | None) -> None:
    line = _line(moment, row)
    if person is None:
        way.lines.append(line)
        return
    person.lines.append(line)
    if moment["kind"] == "read":
        person.state = "read" if moment["action"] == "displayed" else moment["action"]
    elif moment["kind"] == "reported" and person.state == "relayed":
        # Another server's word on what was passed on to it.
        person.state = moment["action"]


def _line(moment: Moment, row: Outbox | None) -> TimelineEntry:
    at, action, host = _time(moment["at"]), moment["action"], moment["host"]
    quote = " ".join(filter(None, (_code(moment), moment["words"])))
    tone = "bad" if action == "failed" else "good" if action in GOOD else ""
    match moment["kind"]:
        case "accepted":
            return TimelineEntry(
                at, gettext("Accepted by our server"), "good", row.reply if row else ""
            )
        case "released":
            return TimelineEntry(
                at, gettext("To be sent") if at > timezone.now() else gettext("Its time had come")
            )
        case "tried":
            words = str(TRIED.get(action, gettext("Tried")))
            return TimelineEntry(at, f"{words}: {host}" if host else words, tone, quote)
        case "reported":
            words = gettext("Reported as %(action)s") % {"action": LABELS.get(action, action)}
            return TimelineEntry(
                at,
                gettext("%(words)s by %(host)s") % {"words": words, "host": host}
                if host
                else words,
                tone,
                quote,
            )
        case "read":
            opened = action == "displayed"
            return TimelineEntry(
                at, str(READ.get(action, action)), "good" if opened else "", moment["words"]
            )
        case "steered":
            return TimelineEntry(at, _by_hand(moment["words"]))
        case state:
            words = str(TRIED.get(state) or capfirst(str(LABELS.get(state, state))))
            return TimelineEntry(at, words, tone, "" if state == "delivered" else quote)


def _by_hand(words: str) -> str:
    """What was done, and by whom: ``retried by alice@example.org``."""
    done, _, who = words.partition(" by ")
    text = STEERED.get(done)
    if text is None or not who:
        return capfirst(words)
    return str(text) % {"who": gettext("an administrator") if who == "an administrator" else who}


def _code(moment: Moment) -> str:
    """The status, unless the words have it already."""
    return "" if moment["status"] in moment["words"] else moment["status"]


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _history(envid: str, email: str, message_id: str) -> list[Moment]:
    path = getattr(settings, "WEBMAIL_TIMELINE", "")
    if not path:
        return []
    ask: History = import_string(path)
    return ask(envid, email, message_id)
