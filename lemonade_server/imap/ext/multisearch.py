"""MULTISEARCH: ESEARCH looks into many mailboxes, selected or not (RFC 7377).

esearch = "ESEARCH" [SP "IN" SP "(" filter-mailboxes … ")"] [SP RETURN options] SP program
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lemonade_server.imap import states
from lemonade_server.imap.ext.esearch import (
    Choose,
    Matches,
    Options,
    Result,
    all_of_it,
    check_options,
    choice,
    esearch_line,
    is_silent,
    keep_up,
    reported_uids,
    return_options,
    save_uids,
    wants_saving,
    wants_updates,
)
from lemonade_server.imap.ext.filters import nowhere, read_program
from lemonade_server.imap.ext.fuzzy import check_relevancy
from lemonade_server.imap.ext.inprogress import read_long
from lemonade_server.imap.ext.search import highest
from lemonade_server.imap.mailboxes.filters import MailboxFilter, mailbox_names
from lemonade_server.imap.mailboxes.listing import Tree, order
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.search.program import Program, program, refuse_charset
from lemonade_server.imap.session import Session
from lemonade_server.imap.uid_arrays import current_uids
from lemonade_server.imap.view import View
from lemonade_server.store import mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import Gone, StoreError
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.search import search
from lemonade_server.store.search_tree import Node, reads_text
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No

NEEDS = ("esearch", "filters", "fuzzy", "inprogress", "search")

MULTISEARCH = Capability(b"MULTISEARCH", 7377, states.LOGGED_IN)

MOST = 1_000
"""Mailboxes of one search."""

KINDS = ("inboxes", "personal", "subscribed", "subtree", "subtree-one", "mailboxes")


@dataclass(slots=True)
class Sources:
    """The mailboxes that are meant: the selected one, and those of some filters."""

    selected: bool = False
    groups: list[MailboxFilter] = field(default_factory=list)


@command(b"ESEARCH", states=states.LOGGED_IN, capability=MULTISEARCH)
async def esearch(session: Session, cursor: Cursor) -> Ok:
    """One ESEARCH response for each mailbox in which something is found, always of UIDs."""
    sources = _sources(cursor)
    options = return_options(cursor.sp())
    if options is None:
        options = all_of_it()
    else:
        cursor.sp()
    _check(session, sources, options)
    refuse_charset(session.dialect, cursor)
    try:
        await _answer(session, cursor, sources, options)
    except (No, StoreError):
        if session.view is not None:
            save_uids(session.view, options, [])
        raise
    return Ok(b"ESEARCH completed")


async def _answer(session: Session, cursor: Cursor, sources: Sources, options: Options) -> None:
    """Read the program, find the mailboxes, and search one after another."""
    again = cursor.fork()
    reading, node = await read_program(session, session.view or nowhere(session.account), cursor)
    if reading.modseq:
        session.count_modseqs()
    check_relevancy(reading, options)
    places = await session.db.read(lambda tx: _source_mailboxes(session, tx, sources))
    here = session.view.mailbox if session.view is not None else None
    if here not in [row.id for row in places]:
        for option in options.values():
            if option.refuse is not None:
                option.refuse(session)
    for row in places:
        await _look_into(session, row, options, _Search(reading, node, again, choice(options)))


def _sources(cursor: Cursor) -> Sources:
    """esearch-source-opts; the selected mailbox without. Raises Bad."""
    if not cursor.maybe(b" IN ("):
        return Sources(selected=True)
    sources = Sources()
    while True:
        kind = cursor.keyword().decode("ascii").lower()
        if kind == "selected":
            sources.selected = True
        elif kind in KINDS:
            named = kind in ("subtree", "subtree-one", "mailboxes")
            names = mailbox_names(cursor.sp()) if named else frozenset[str]()
            sources.groups.append(MailboxFilter(kind, names))
        else:
            raise Bad("an unknown mailbox filter")
        if cursor.maybe(b")"):
            return sources
        cursor.sp()


def _check(session: Session, sources: Sources, options: Options) -> None:
    """Raises Bad for what can't be asked here (RFC 7377 §2.2)."""
    if session.view is None and (sources.selected or wants_updates(options)):
        raise Bad("no mailbox is selected")
    if wants_saving(options) and sources.groups:
        raise Bad("only a result in the selected mailbox can be saved")
    check_options(session, options)


def _source_mailboxes(session: Session, tx: Tx, sources: Sources) -> list[MailboxRow]:
    """The mailboxes to look into, each once; those that the user may not read are left out.

    A mailbox that is not named must be one that he may list, too: the tree holds no other ones.
    """
    found: dict[int, MailboxRow] = {}
    if sources.selected and session.view is not None:
        row = mailboxes.get(tx, session.view.mailbox)
        if row is not None:
            row.name = mailboxes.fold(session.view.name)
            found[row.id] = row
    tree = Tree.read(tx, session.account) if sources.groups else Tree({}, set(), set())
    for group in sources.groups:
        if group.kind == "mailboxes":
            rows = [mailboxes.find(tx, session.account, name) for name in sorted(group.names)]
        else:
            rows = [
                tree.rows[name]
                for name in sorted(tree.rows, key=order)
                if group.matches(name, name in tree.subscribed) and tree.may(name, "r")
            ]
        for each in rows:
            if each is not None and not each.noselect:
                found.setdefault(each.id, each)
    if len(found) > MOST:
        raise No(f"at most {MOST} mailboxes can be searched at once", b"LIMIT")
    return list(found.values())


@dataclass(slots=True)
class _Search:
    """What is looked for: read once, and once more where its meaning depends on the mailbox."""

    reading: Program
    node: Node
    again: Cursor
    choose: Choose | None

    def run(self, session: Session, tx: Tx, row: MailboxRow) -> tuple[Node, Matches]:
        """What is found; in the selected mailbox of what its session knows. Raises Gone, No."""
        view = session.view
        scores: dict[int, int] | None = {} if self.reading.fuzzy else None
        node, upto = self.node, row.uidnext - 1
        if view is not None and view.mailbox == row.id:
            upto = view.uidnext - 1
        elif self.reading.local:
            other = _unselected_view(session, tx, row)
            _, node = program(other, self.again.fork(), filters=self.reading.filters)
        if self.choose is not None:
            uids = list(self.choose(session, tx, row.id, node, (), upto, scores))
        else:
            memory = session.service.search_memory
            uids = search(tx, row.id, node, upto, scores=scores, memory=memory)
        return node, Matches(uids, uids, scores or {})


def _unselected_view(session: Session, tx: Tx, row: MailboxRow) -> View:
    """What numbers, ``*`` and \\Recent mean in a mailbox that is not selected."""
    uids = current_uids(tx, session.service.arrays, row)
    view = View(
        row.id, row.account, row.name, row.uidvalidity, uids, row.modseq, row.uidnext, True, ""
    )
    view.reader = session.account
    view.recent = [(int(row.recent_from), int(row.uidnext))]
    return view


async def _look_into(session: Session, row: MailboxRow, options: Options, wanted: _Search) -> None:
    """Search one mailbox, and answer if there is something."""

    def job(tx: Tx) -> tuple[Node, Matches]:
        return wanted.run(session, tx, row)

    slow = reads_text(wanted.node)
    try:
        node, found = await (read_long(session, job) if slow else session.db.read(job))
    except Gone:
        return
    correlators = b" MAILBOX %b UIDVALIDITY %d" % (
        session.dialect.mailbox(row.name),
        row.uidvalidity,
    )
    view = session.view
    if wants_saving(options) and view is not None:
        save_uids(view, options, reported_uids(options, found))
    if found.uids and not is_silent(options):
        newest = 0
        if wanted.reading.modseq:
            newest = await highest(session, row.id, reported_uids(options, found))
        line = esearch_line(session.call.tag, True, options, found, newest, correlators)
        await session.send(line)
    if view is not None and view.mailbox == row.id:
        keep_up(session, view, options, Result(node, None, found.uids, True, correlators))
