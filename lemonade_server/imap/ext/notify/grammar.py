"""The grammar of NOTIFY: which events of which mailboxes a client asks for (RFC 5465 §8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Flag, auto

from lemonade_server.imap.fetch.plan import Plan, attribute_plan
from lemonade_server.imap.mailboxes.filters import MailboxFilter, mailbox_names
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No

MOST_GROUPS = 100


class Event(Flag):
    """What can be told; NONE is what a client asks for who wants nothing."""

    NONE = 0
    NEW = auto()
    EXPUNGE = auto()
    FLAGS = auto()
    NAME = auto()
    SUBSCRIPTION = auto()
    METADATA = auto()
    SERVER_METADATA = auto()
    ANNOTATIONS = auto()
    CHANGES = FLAGS | ANNOTATIONS
    OF_MESSAGES = NEW | EXPUNGE | CHANGES


EVENTS = {
    b"MessageNew": Event.NEW,
    b"MessageExpunge": Event.EXPUNGE,
    b"FlagChange": Event.FLAGS,
    b"AnnotationChange": Event.ANNOTATIONS,
    b"MailboxName": Event.NAME,
    b"SubscriptionChange": Event.SUBSCRIPTION,
    b"MailboxMetadataChange": Event.METADATA,
    b"ServerMetadataChange": Event.SERVER_METADATA,
}
_BY_NAME = {name.upper(): event for name, event in EVENTS.items()}


@dataclass(slots=True)
class SelectedRule:
    """What is told of the selected mailbox; ``immediate`` lets EXPUNGE come at any time (§6.1)."""

    events: Event
    immediate: bool
    plan: Plan | None


@dataclass(slots=True)
class Group(MailboxFilter):
    """Events of some other mailboxes (§6.2-6.6)."""

    events: Event


@dataclass(slots=True)
class NotifyRequest:
    """A NOTIFY SET. ``status``: the client wants to know first where the mailboxes stand."""

    status: bool = False
    selected: SelectedRule | None = None
    groups: list[Group] = field(default_factory=list)


@dataclass(slots=True)
class _Events:
    found: Event = Event.NONE
    plan: Plan | None = None
    unknown: bool = False


def notify_set(args: Cursor) -> NotifyRequest:
    """All behind ``NOTIFY SET``, to the end of the command.

    Raises Bad, and No BADEVENT with the names of all events that there are (§3.1).
    """
    asked = NotifyRequest(status=args.maybe(b" STATUS"))
    unknown = False
    count = 0
    while not args.at_end():
        count += 1
        args.sp().expect(b"(")
        kind = args.keyword().decode("ascii").lower()
        names = mailbox_names(args.sp()) if kind in ("subtree", "mailboxes") else frozenset[str]()
        events = _events(args.sp())
        args.expect(b")")
        _add(asked, kind, names, events)
        unknown |= events.unknown
    if not 0 < count <= MOST_GROUPS:
        raise Bad(f"NOTIFY SET has from 1 to {MOST_GROUPS} groups of events")
    if unknown:
        raise No("there is no such event here", b"BADEVENT (%b)" % b" ".join(EVENTS))
    return asked


def _add(asked: NotifyRequest, kind: str, names: frozenset[str], events: _Events) -> None:
    """One group more. Raises Bad for a filter that is unknown or can't have such events."""
    if kind in ("selected", "selected-delayed"):
        if asked.selected is not None:
            raise Bad("the selected mailbox can be named once")
        if events.found & ~Event.OF_MESSAGES:
            raise Bad("of the selected mailbox only messages can be told")
        asked.selected = SelectedRule(events.found, kind == "selected", events.plan)
        return
    if kind not in ("inboxes", "personal", "subscribed", "subtree", "mailboxes"):
        raise Bad("an unknown mailbox filter")
    if events.plan is not None:
        raise Bad("only for the selected mailbox can FETCH items be given")
    asked.groups.append(Group(kind, names, events.found))


def _events(args: Cursor) -> _Events:
    """``NONE`` or a list in parentheses. Raises Bad for events that need others (§5)."""
    events = _Events()
    if args.word(b"NONE"):
        return events

    def one(cursor: Cursor) -> None:
        event = _BY_NAME.get(cursor.keyword())
        events.unknown |= event is None
        if event is not None:
            events.found |= event
        if event is Event.NEW and cursor.peek(2) == b" (":
            events.plan = attribute_plan(cursor.sp())

    args.expect(b"(").all(one)
    args.expect(b")")
    both = Event.NEW | Event.EXPUNGE
    if events.found & Event.OF_MESSAGES and events.found & both != both:
        raise Bad("MessageNew and MessageExpunge need each other, and changes need both")
    return events
