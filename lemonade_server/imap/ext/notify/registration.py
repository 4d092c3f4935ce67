"""A NOTIFY in force: what its client asked to be told, and what it knows (RFC 5465).

Of the mailboxes beside the selected one it is remembered what the client knows; what is different
is said whenever a hint came: a burst of changes is one line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from lemonade_server.imap.ext.notify.grammar import Event, Group, SelectedRule
from lemonade_server.imap.ext.notify.metadata_changes import (
    EntryDigests,
    changed_entries,
    digest,
    entry_digests,
)
from lemonade_server.imap.ext.notify.name_changes import NameChanges, name_changes
from lemonade_server.imap.extension_state import Arrivals, ExtensionState
from lemonade_server.imap.mailboxes.listing import Tree
from lemonade_server.imap.rights import NOTED_RIGHTS
from lemonade_server.store import mailboxes
from lemonade_server.store.access import ANYONE
from lemonade_server.store.ids import AccountId, MailboxId, Modseq, names_of
from lemonade_server.wire.errors import No
from lemonade_server.wire.rights import ALL

if TYPE_CHECKING:
    from lemonade_server.imap.dialect import Dialect
    from lemonade_server.imap.fetch.plan import Plan
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed
    from lemonade_server.store.db import Tx
    from lemonade_server.store.hints import Hints
    from lemonade_server.store.mailboxes import MailboxRow

MOST_WATCHED = 1_000
"""Mailboxes whose messages one session may watch; more are NOTIFICATIONOVERFLOW."""

OVERFLOW = b"that is more than can be told; nothing is from now on"

EXPUNGING = frozenset(
    (b"EXPUNGE", b"UID EXPUNGE", b"MOVE", b"UID MOVE", b"REPLACE", b"UID REPLACE")
)
"""Commands whose own answers are EXPUNGE responses: they are given whatever NOTIFY says."""


@dataclass(slots=True)
class EventReport:
    """What one look found: names to LIST (with the old name or ""), mailboxes to STATUS, entries
    of METADATA by the mailbox's name ("" is the server).

    ``denied`` are names of mailboxes that may not be read, or not even seen any more (§3.1, §5.9).
    """

    denied: list[str] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    counters: list[tuple[MailboxRow, list[bytes]]] = field(default_factory=list)
    entries: list[tuple[str, list[str]]] = field(default_factory=list)


Say: TypeAlias = Callable[["Tx", Tree, EventReport], bytes]


class OwedFlags(ExtensionState["Session"]):
    """Flags of the selected mailbox have changed since then, and the client was not told."""

    until_deselected: ClassVar[bool] = True
    follows_changes: ClassVar[bool] = False

    def __init__(self, since: Modseq) -> None:
        self._since = since

    @property
    def flags_owed(self) -> Modseq:
        return self._since


class Notifications(ExtensionState["Session"]):
    """One NOTIFY in force. ``own…`` is what this client did itself and need not be told (§5).

    ``own_names`` says of each name whether it should be there now, ``own_subscriptions`` whether
    it should be subscribed, ``own_entries`` what it made of annotations; ``known`` are the rows
    whose counters the client knows. ``text`` is what the client asked for, for a session that is
    resumed; empty when it was too long to be kept. ``say`` makes the responses.
    """

    def __init__(
        self,
        account: AccountId,
        selected: SelectedRule | None,
        groups: list[Group],
        say: Say,
    ) -> None:
        self.selected = selected
        self.groups = groups
        self._account = account
        self.text = ""
        self.dirty = False
        self.own_names: dict[str, bool] = {}
        self.own_subscriptions: dict[str, bool] = {}
        self.own_entries: dict[tuple[MailboxId, str], bytes | None] = {}
        self.known: dict[MailboxId, MailboxRow] = {}
        self._own: dict[MailboxId, set[Modseq]] = {}
        self._tree = Tree({}, set(), set())
        self._noted: EntryDigests = {}
        self._say = say
        self._watched: dict[MailboxId, Callable[[], None]] = {}

    # -- the selected mailbox -------------------------------------------------------------

    @property
    def asks_selected(self) -> bool:
        """Whether anything of the selected mailbox is asked for (§3.1)."""
        return self.selected is not None and bool(self.selected.events)

    def tells_selected(self, session: Session) -> bool:
        """Only if it is asked for; the answers of a command that expunges are given anyway."""
        return self.asks_selected or session.call.name in EXPUNGING

    @property
    def expunges_at_once(self) -> bool:
        return self.selected is not None and self.selected.immediate

    @property
    def tells_unasked(self) -> bool:
        return True

    @property
    def preserved(self) -> str:
        return self.text

    def dialect(self, dialect: Dialect) -> Dialect:
        """Each FETCH carries the UID (§5.1)."""
        return replace(dialect, uids=True)

    def deselected(self) -> None:
        self.dirty = True  # it is one of the other mailboxes from now on

    def named(self, name: str, exists: bool) -> None:
        self.own_names[name] = exists

    def subscribed(self, name: str, subscribed: bool) -> None:
        self.own_subscriptions[name] = subscribed

    def annotated(self, mailbox: MailboxId, values: Iterable[tuple[str, bytes | None]]) -> None:
        for name, value in values:
            self.own_entries[mailbox, name] = None if value is None else digest(value)

    async def arrivals(
        self, session: Session, view: View, changed: Sequence[Changed], known: int
    ) -> Arrivals:
        return Arrivals(self.own(view.mailbox), self.plan)

    async def tell(self, session: Session) -> None:
        """Say what is different from what the client knows of other mailboxes."""
        try:
            while self.dirty and self.groups:
                self.dirty = False
                look = partial(self.look, view=session.view, modseqs=session.dialect.modseqs)
                tree, noted, lines = await session.read(look)
                self.remember(tree, noted, session.view)
                await session.send(lines)
                self.watch(session.service.hints, session.conn.poke)
            self.forget_own()
        except TooMany:
            self.give_up(session)

    def give_up(self, session: Session) -> None:
        """Give up telling, as after NOTIFY NONE, and say so (§5.8)."""
        self.close()
        self.selected = None
        self.groups.clear()
        self.text = ""
        session.ok(b"NOTIFICATIONOVERFLOW", OVERFLOW)

    @property
    def tells_flags(self) -> bool:
        return self.selected is not None and bool(self.selected.events & Event.FLAGS)

    def flags_withheld(self, session: Session, since: Modseq) -> None:
        """They are owed, even to who asks for something else meanwhile (§5)."""
        if session.find(OwedFlags) is None:
            session.keep(OwedFlags(since))

    @property
    def tells_annotations(self) -> bool:
        return self.selected is not None and bool(self.selected.events & Event.ANNOTATIONS)

    def committed(self, session: Session, hinted: Mapping[MailboxId, Modseq]) -> None:
        """Note the mod-sequences that a command of this session took."""
        for mailbox, modseq in hinted.items():
            self._own.setdefault(mailbox, set()).add(modseq)

    def own(self, mailbox: MailboxId) -> set[Modseq]:
        """The mod-sequences that this session took in a mailbox, as far as they are not told."""
        return self._own.get(mailbox, set())

    @property
    def plan(self) -> Plan | None:
        """What is fetched of new messages (§5.2)."""
        return None if self.selected is None else self.selected.plan

    # -- the other mailboxes --------------------------------------------------------------

    def events(self, name: str, tree: Tree) -> Event:
        """What is told of a mailbox: the first group with message events decides about those.

        A later one may add other events; NONE ends the search (§6).
        """
        found = Event.NONE
        for group in self.groups:
            if not group.matches(name, name in tree.subscribed):
                continue
            if not group.events:
                break
            if found & Event.OF_MESSAGES:
                found |= group.events & ~Event.OF_MESSAGES
            else:
                found |= group.events
        return found

    def begin(
        self, tree: Tree, noted: EntryDigests, hints: Hints, wake: Callable[[], None]
    ) -> None:
        """Take these as what the client knows, and watch from now on. Raises TooMany."""
        self._tree = tree
        self._noted = noted
        self.known = {row.id: row for row in tree.rows.values()}
        self.watch(hints, wake)
        self.dirty = True  # what changed between reading and watching is asked for once

    def watched(self, tree: Tree) -> list[MailboxRow]:
        """The mailboxes whose messages are watched, the selected one too. Raises TooMany."""
        found = [
            row
            for row in tree.rows.values()
            if not row.noselect
            and tree.may(row.name, "r")
            and self.events(row.name, tree) & Event.OF_MESSAGES
        ]
        if len(found) > MOST_WATCHED:
            raise TooMany
        return found

    def watch(self, hints: Hints, wake: Callable[[], None]) -> None:
        """Watch exactly what matters now. What is new here is looked at once more. TooMany."""

        def changed(*_: object) -> None:
            self.dirty = True
            wake()

        wanted = {row.id for row in self.watched(self._tree)}
        if self.groups:
            owners = {self._tree.rows[name].account for name in self._tree.rights}
            wanted.update(names_of(owner) for owner in (self._account, ANYONE, *owners))
        for mailbox in self._watched.keys() - wanted:
            self._watched.pop(mailbox)()
        for mailbox in wanted - self._watched.keys():
            self._watched[mailbox] = hints.watch(mailbox, changed)
            self.dirty = True

    def close(self) -> None:
        """Watch nothing any more."""
        for unwatch in self._watched.values():
            unwatch()
        self._watched.clear()

    def look(self, tx: Tx, view: View | None, *, modseqs: bool) -> tuple[Tree, EntryDigests, bytes]:
        """How everything is, and the responses that say what is different. Raises TooMany."""
        tree = Tree.read(tx, self._account)
        noted = self.noted(tx, tree)
        changes = name_changes(self._tree, tree)
        denied = self._denied(tx, tree)
        for name in denied:
            changes.affected.pop(name, None)
        counters = self._counters(view, tree, changes.fresh, modseqs=modseqs)
        told = EventReport(denied, self._names(tree, changes), counters, self._entries(tree, noted))
        return tree, noted, self._say(tx, tree, told)

    def forget_own(self) -> None:
        """All is told: what this session did itself need not be known any more."""
        self._own.clear()

    def noted(self, tx: Tx, tree: Tree) -> EntryDigests:
        """The annotations that are watched: nothing is read unless they are asked for."""
        rows = [
            row
            for row in tree.rows.values()
            if self.events(row.name, tree) & Event.METADATA
            and NOTED_RIGHTS.intersection(tree.rights.get(row.name, ALL))
        ]
        server = any(group.events & Event.SERVER_METADATA for group in self.groups)
        return entry_digests(tx, self._account, rows, server=server)

    def _entries(self, tree: Tree, noted: EntryDigests) -> list[tuple[str, list[str]]]:
        """Annotations that were changed, by whomever but this client (§5.6, §5.7)."""
        names = {row.id: row.name for row in tree.rows.values()}
        changed = changed_entries(self._noted, noted, self.own_entries)
        return [(names.get(place, ""), entries) for place, entries in changed.items()]

    def denied(self, tree: Tree) -> list[str]:
        """Mailboxes that are seen, but not read, though their messages are asked for (§3.1)."""
        return [
            name
            for name, row in tree.rows.items()
            if not tree.may(name, "r")
            and not row.noselect
            and self.events(name, tree) & Event.OF_MESSAGES
        ]

    def _denied(self, tx: Tx, tree: Tree) -> list[str]:
        """Of which the right to read them, or to see them, was lost since the last look (§5.9)."""
        there = {row.id for row in tree.rows.values()}
        found = [name for name in self.denied(tree) if self._tree.may(name, "r")]
        for name in self._tree.rights:
            number = self._tree.rows[name].id
            lost = number not in there and self.events(name, self._tree)
            if lost and name not in tree.rows and mailboxes.get(tx, number) is not None:
                found.append(name)
        return found

    def _names(self, tree: Tree, changes: NameChanges) -> list[tuple[str, str]]:
        """Names to LIST: created, deleted, renamed, subscribed or not any more (§5.4, §5.5)."""
        changed = dict(changes.affected)
        for name in self.denied(self._tree):
            if name in tree.rows and tree.may(name, "r"):
                changed.setdefault(name, "")  # it may be read again
        for name, there in self.own_names.items():
            if there == (name in tree.rows):
                made = changed.pop(name, None) is not None
                parent = name.rpartition("/")[0]
                if made and changed.get(parent) == "" and parent in self._tree.rows:
                    del changed[parent]
            else:
                changed.setdefault(name, "")
        named = {
            name: old
            for name, old in changed.items()
            if self._asks(name, tree, Event.NAME)
            or (old and self._asks(old, tree, Event.NAME))
            or (self._granted(name, tree) and self.events(name, tree))
        }
        subscribed = self._tree.subscribed ^ tree.subscribed
        for name, so in self.own_subscriptions.items():
            if so == (name in tree.subscribed):
                subscribed.discard(name)
            else:
                subscribed.add(name)
        for name in sorted(subscribed):
            if self._asks(name, tree, Event.SUBSCRIPTION):
                named.setdefault(name, "")
        return list(named.items())

    def _granted(self, name: str, tree: Tree) -> bool:
        """Whether somebody else's mailbox can be seen, or read, only since the last look (§5.9)."""
        if name not in tree.rights:
            return False
        return name not in self._tree.rights or not self._tree.may(name, "r")

    def _asks(self, name: str, tree: Tree, event: Event) -> bool:
        """Whether the event is asked for of a name, as it is or as it was before."""
        return bool((self.events(name, tree) | self.events(name, self._tree)) & event)

    def _counters(
        self, view: View | None, tree: Tree, fresh: set[str], *, modseqs: bool
    ) -> list[tuple[MailboxRow, list[bytes]]]:
        """The mailboxes whose counters are told, and which of them (§5.1 to §5.3)."""
        found: list[tuple[MailboxRow, list[bytes]]] = []
        for row in self.watched(tree):
            if view is not None and view.mailbox == row.id:
                continue
            events = self.events(row.name, tree)
            if row.name in fresh:
                items = first_items(events, modseqs=modseqs)
            else:
                items = self._items(events, row, modseqs=modseqs)
            if items:
                found.append((row, items))
        return found

    def _items(self, events: Event, row: MailboxRow, *, modseqs: bool) -> list[bytes]:
        before = self.known.get(row.id)
        if before is None:
            return first_items(events, modseqs=modseqs) if row.uidnext > 1 else []
        asked = self.events(before.name, self._tree) & Event.OF_MESSAGES
        if not asked or not self._tree.may(before.name, "r"):
            return first_items(events, modseqs=modseqs)  # nothing of it was told until now
        if row.modseq == before.modseq or self._is_own(before, row):
            return []
        highest = [b"HIGHESTMODSEQ"] if modseqs else []
        unseen = [b"UNSEEN"] if events & Event.FLAGS and row.unseen != before.unseen else []
        if (row.messages, row.uidnext) != (before.messages, before.uidnext):
            return [b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY", *unseen, *highest]
        if events & Event.CHANGES and (unseen or highest):
            return [b"UIDVALIDITY", *unseen, *highest]
        return []

    def _is_own(self, before: MailboxRow, row: MailboxRow) -> bool:
        """Whether this session made every change since ``before``."""
        mine = sum(before.modseq < modseq <= row.modseq for modseq in self.own(row.id))
        return mine == row.modseq - before.modseq

    def remember(self, tree: Tree, noted: EntryDigests, view: View | None) -> None:
        """The client knows all of this now, but for what waits in the selected mailbox."""
        known = {row.id: row for row in tree.rows.values()}
        if view is not None and view.mailbox in known and view.mailbox in self.known:
            current = view.modseq >= known[view.mailbox].modseq and not view.expunged
            if not (current and self.asks_selected):
                known[view.mailbox] = self.known[view.mailbox]
        self.known = known
        self._tree = tree
        self._noted = noted
        self.own_names.clear()
        self.own_subscriptions.clear()
        self.own_entries.clear()


def first_items(events: Event, *, modseqs: bool) -> list[bytes]:
    """What a first STATUS holds (§3.1): UNSEEN too, since its later changes are told."""
    items = [b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY"]
    if events & Event.FLAGS:
        items.append(b"UNSEEN")
    if events & Event.CHANGES or modseqs:
        items.append(b"HIGHESTMODSEQ")
    return items


class TooMany(No):
    """More mailboxes would be watched than one session may watch."""

    def __init__(self) -> None:
        text = f"a session can watch at most {MOST_WATCHED} mailboxes"
        super().__init__(text, b"NOTIFICATIONOVERFLOW")
