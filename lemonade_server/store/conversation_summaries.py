"""What a row of a list says of a conversation: counts, flags, people, of its messages in a mailbox.

It is counted from the narrow rows of its messages, by an index; of their contents a few are read,
whatever the size of the conversation. What was counted is kept for the conversations shown last,
and stays true until one of their messages comes, changes or goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from lemonade_server.wire.envelope import Authorship, Person, authorship

from .flags import ANSWERED, DRAFT, FLAGGED
from .ids import MailboxId, Modseq
from .mailbox_rows import MailboxRow, get
from .muting import MUTED, is_muting
from .sql import conversations as sql
from .tx import Tx

MOST_UIDS = 50
MOST_AUTHORS = 16
"""Messages of a conversation, the newest ones, whose UIDs and whose authors are told; of authors
that of the first message, too.
"""

MOST_PEOPLE = 8
CUT = 8_192
"""Octets of an envelope that are read: enough for all but the longest subjects."""

MOST_LONG = 20
"""Envelopes that are read to their end."""

MOST_CHANGES = 1_000
"""Changed messages that are looked at to know which conversations are as they were."""


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation in a mailbox. ``bits`` and ``muted`` are of any of its messages; ``arrived``
    in seconds UTC and ``zone`` in minutes east are those of the newest. ``uids`` ascend: those of
    the newest messages. ``people`` are in the order in which they first wrote.
    """

    count: int = 0
    unseen: int = 0
    bits: int = 0
    muted: bool = False
    attachments: int = 0
    arrived: int = 0
    zone: int = 0
    uids: tuple[int, ...] = ()
    people: tuple[Person, ...] = ()
    subject: str = ""


NOTHING = ConversationSummary()
"""A conversation that has no message here."""

_Key = tuple[MailboxId, int, int]


class ConversationSummaries:
    """The summaries asked for last, of all mailboxes that this process serves."""

    MOST = 4_000
    """Up to two kilobytes each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[_Key, tuple[Modseq, ConversationSummary]] = {}

    def of(
        self, tx: Tx, mailbox_id: MailboxId, threads: Collection[int], upto: int
    ) -> Mapping[int, ConversationSummary]:
        """Those of some conversations, of their messages up to a UID, by number of thread.

        A conversation that is not there is left out.
        """
        mailbox = get(tx, mailbox_id)
        if mailbox is None:
            return {}
        if upto < mailbox.uidnext - 1:  # who asks was not named of all yet
            return summarize(tx, mailbox, list(threads), upto)
        known = self._valid(tx, mailbox, threads)
        missing = [thread for thread in threads if thread not in known]
        if missing:
            known = {**known, **summarize(tx, mailbox, missing, upto)}
        self._keep(mailbox, known)
        return known

    def _valid(
        self, tx: Tx, mailbox: MailboxRow, threads: Iterable[int]
    ) -> dict[int, ConversationSummary]:
        """Those that are kept and still true."""
        with self._lock:
            found = {thread: self._kept.get(_key(mailbox, thread)) for thread in threads}
        kept = {thread: each for thread, each in found.items() if each is not None}
        older = {thread for thread, each in kept.items() if each[0] < mailbox.modseq}
        if older:
            since = min(kept[thread][0] for thread in older)
            for thread in older - _find_unchanged(tx, mailbox, older, since, kept):
                del kept[thread]
        return {thread: summary for thread, (_, summary) in kept.items()}

    def _keep(self, mailbox: MailboxRow, known: Mapping[int, ConversationSummary]) -> None:
        with self._lock:
            for thread, summary in known.items():
                key = _key(mailbox, thread)
                modseq = max(mailbox.modseq, self._kept.pop(key, (mailbox.modseq, summary))[0])
                if modseq == mailbox.modseq:  # or somebody knows something newer
                    self._kept[key] = modseq, summary
            while len(self._kept) > self.MOST:
                del self._kept[next(iter(self._kept))]


def threads_of(tx: Tx, mailbox: MailboxId, uids: Sequence[int]) -> set[int]:
    """The numbers of the threads of some messages, of those that are there."""
    return {thread for _, thread, _ in tx.rows(sql.THREADS, (mailbox, list(uids)))}


def _key(mailbox: MailboxRow, thread: int) -> _Key:
    return mailbox.id, mailbox.uidvalidity, thread


def _find_unchanged(
    tx: Tx,
    mailbox: MailboxRow,
    threads: Collection[int],
    since: Modseq,
    kept: Mapping[int, tuple[Modseq, ConversationSummary]],
) -> set[int]:
    """The threads of which no message has come, changed or gone since a mod-sequence.

    Where none has come or changed, as many as before say that none has gone.
    """
    upto = mailbox.uidnext - 1
    changed = tx.rows(sql.CHANGED, (mailbox.id, since, upto, MOST_CHANGES))
    if len(changed) == MOST_CHANGES:
        return set()
    touched = {thread for thread, modseq in changed if thread in kept and modseq > kept[thread][0]}
    counts = dict(tx.rows(sql.COUNTS, (mailbox.id, list(threads), upto)))
    return {
        thread
        for thread in threads
        if thread not in touched and counts.get(thread, 0) == kept[thread][1].count
    }


def summarize(
    tx: Tx, mailbox: MailboxRow, threads: Sequence[int], upto: int
) -> dict[int, ConversationSummary]:
    """The summaries of some conversations, counted."""
    muted = next(filter(is_muting, mailbox.keywords.split()), MUTED)
    bounds = mailbox.id, list(threads), upto
    found: dict[int, ConversationSummary] = {}
    for thread, count, unseen, answered, flagged, draft, attachments, is_muted in tx.rows(
        sql.TOTALS, (f" {muted} ", *bounds)
    ):
        bits = answered & ANSWERED | flagged & FLAGGED | draft & DRAFT
        found[thread] = ConversationSummary(
            int(count), int(unseen), bits, bool(is_muted), int(attachments)
        )
    newest: dict[int, list[_Member]] = {}
    for thread, *member in tx.rows(sql.NEWEST, (*bounds, MOST_UIDS)):
        newest.setdefault(thread, []).append(_Member(*member))
    wanted = {thread: _to_name(members) for thread, members in newest.items()}
    authors = _authorships(
        tx, {member.content for members in wanted.values() for member in members}
    )
    return {
        thread: _add_members(found[thread], members, wanted[thread], authors)
        for thread, members in newest.items()
        if thread in found
    }


@dataclass(frozen=True, slots=True)
class _Member:
    """A message of a conversation."""

    uid: int
    content: int
    arrived: int
    zone: int


def _to_name(members: Sequence[_Member]) -> list[_Member]:
    """Those whose authors are named, of messages from the newest to the first one: that comes
    first.
    """
    newest = members[: min(MOST_AUTHORS, len(members) - 1)]
    return [members[-1], *reversed(newest)]


def _add_members(
    summary: ConversationSummary,
    members: Sequence[_Member],
    named: Sequence[_Member],
    authors: Mapping[int, Authorship],
) -> ConversationSummary:
    known = [authors.get(member.content, Authorship()) for member in named]
    people = list(dict.fromkeys(each.author for each in known if each.author is not None))
    if len(people) > MOST_PEOPLE:
        people = [people[0], *people[1 - MOST_PEOPLE :]]
    return replace(
        summary,
        arrived=members[0].arrived,
        zone=members[0].zone,
        uids=tuple(sorted(member.uid for member in members[:MOST_UIDS])),
        people=tuple(people),
        subject=known[0].subject,
    )


def _authorships(tx: Tx, contents: Collection[int]) -> dict[int, Authorship]:
    """Subject and author of some contents."""
    if not contents:
        return {}
    rows = tx.rows(sql.ENVELOPES, (CUT, list(contents)))
    found = {content: authorship(bytes(envelope)) for content, envelope in rows}
    cut = [content for content, each in found.items() if each.is_cut][:MOST_LONG]
    if cut:
        rows = tx.rows(sql.ENVELOPES, (2**31 - 1, cut))
        found.update((content, authorship(bytes(envelope))) for content, envelope in rows)
    return found
