"""What a row of a list says of a conversation: counts, flags, people.

Counts and flags are those of its messages in one mailbox; beside them stands what there is of it in
the other mailboxes of who reads (`conversation_elsewhere`), and people are those of all. It is
counted from the narrow rows of its messages, by an index; of their contents a few are read,
whatever the size of the conversation. What was counted is kept for the conversations shown last,
and stays true until one of their messages comes, changes or goes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock

from lemonade_server.wire.envelope import Authorship, Person

from .authorships import Authorships
from .conversation_elsewhere import ElsewhereCounts, OtherMailboxes, find_elsewhere, other_mailboxes
from .conversation_members import Member, newest_members, to_name
from .flags import ANSWERED, DRAFT, FLAGGED
from .ids import AccountId, MailboxId, Modseq
from .mailbox_rows import MailboxRow, get
from .muting import MUTED, is_muting
from .sql import conversations as sql
from .tx import Tx

MOST_PEOPLE = 8
MOST_CHANGES = 1_000
"""Changed messages that are looked at to know which conversations are as they were."""


@dataclass(frozen=True, slots=True)
class ConversationSummary:
    """A conversation in a mailbox. ``bits`` and ``muted`` are of any of its messages; ``arrived``
    in seconds UTC and ``zone`` in minutes east are those of the newest. ``uids`` ascend: those of
    the newest messages. ``people`` are in the order in which they first wrote, here or elsewhere;
    ``subject`` is that of the first message, wherever it is.
    """

    count: int = 0
    unseen: int = 0
    bits: int = 0
    muted: bool = False
    attachments: int = 0
    arrived: int = 0
    zone: int = 0
    uids: tuple[int, ...] = ()
    elsewhere: ElsewhereCounts | None = None
    people: tuple[Person, ...] = ()
    subject: str = ""


NOTHING = ConversationSummary()
"""A conversation that has no message here."""


@dataclass(frozen=True, slots=True)
class _MailboxPart:
    """What is known of a conversation in one mailbox: ``named`` are the messages whose authors may
    be told, the first one first.
    """

    summary: ConversationSummary
    named: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class _WholeConversation:
    """With what is elsewhere, as it was at some state of the other mailboxes."""

    counted: _MailboxPart
    others: OtherMailboxes
    summary: ConversationSummary


_Key = tuple[MailboxId, int, int]


class ConversationSummaries:
    """The summaries asked for last, of all mailboxes that this process serves."""

    MOST = 4_000
    """Up to three kilobytes each."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[_Key, tuple[Modseq, _MailboxPart]] = {}
        self._completed: dict[tuple[AccountId, _Key], _WholeConversation] = {}
        self._authorships = Authorships()

    def of(
        self,
        tx: Tx,
        mailbox_id: MailboxId,
        threads: Collection[int],
        upto: int,
        reader: AccountId,
    ) -> Mapping[int, ConversationSummary]:
        """Those of some conversations, of their messages up to a UID, by number of thread.

        ``reader`` is whose other mailboxes count. A conversation that is not there is left out.
        """
        mailbox = get(tx, mailbox_id)
        if mailbox is None:
            return {}
        if upto < mailbox.uidnext - 1:  # who asks was not told of all yet
            counted = _count(tx, mailbox, list(threads), upto)
        else:
            counted = self._current(tx, mailbox, threads)
        others = other_mailboxes(tx, reader, mailbox.id)
        with self._lock:
            kept = {
                thread: self._completed.get((reader, _key(mailbox, thread))) for thread in counted
            }
        found = {
            thread: each.summary
            for thread, each in kept.items()
            if each is not None and each.counted is counted[thread] and each.others == others
        }
        missing = {thread: each for thread, each in counted.items() if thread not in found}
        if not missing:
            return found
        completed = self._complete(tx, missing, others)
        with self._lock:
            for thread, each in completed.items():
                key = reader, _key(mailbox, thread)
                self._completed.pop(key, None)
                self._completed[key] = each
            while len(self._completed) > self.MOST:
                del self._completed[next(iter(self._completed))]
        return found | {thread: each.summary for thread, each in completed.items()}

    def _current(
        self, tx: Tx, mailbox: MailboxRow, threads: Collection[int]
    ) -> dict[int, _MailboxPart]:
        known = self._valid(tx, mailbox, threads)
        missing = [thread for thread in threads if thread not in known]
        if missing:
            known = {**known, **_count(tx, mailbox, missing, mailbox.uidnext - 1)}
        self._keep(mailbox, known)
        return known

    def _complete(
        self, tx: Tx, counted: Mapping[int, _MailboxPart], others: OtherMailboxes
    ) -> dict[int, _WholeConversation]:
        """Add what is in other mailboxes, and the people of all."""
        outside = find_elsewhere(tx, others, list(counted))
        named = {
            thread: to_name(each.named, outside[thread].named) if thread in outside else each.named
            for thread, each in counted.items()
        }
        authors = self._authorships.of(
            tx,
            {member.content for members in named.values() for member in members},
            {members[0].content for members in named.values()},
        )
        return {
            thread: _WholeConversation(
                each,
                others,
                replace(
                    each.summary,
                    elsewhere=outside.get(thread),
                    people=_people(named[thread], authors),
                    subject=authors.get(named[thread][0].content, Authorship()).subject or "",
                ),
            )
            for thread, each in counted.items()
        }

    def _valid(
        self, tx: Tx, mailbox: MailboxRow, threads: Iterable[int]
    ) -> dict[int, _MailboxPart]:
        """Those that are kept and still true."""
        with self._lock:
            found = {thread: self._kept.get(_key(mailbox, thread)) for thread in threads}
        kept = {thread: each for thread, each in found.items() if each is not None}
        older = {thread for thread, each in kept.items() if each[0] < mailbox.modseq}
        if older:
            since = min(kept[thread][0] for thread in older)
            for thread in older - _find_unchanged(tx, mailbox, older, since, kept):
                del kept[thread]
        return {thread: counted for thread, (_, counted) in kept.items()}

    def _keep(self, mailbox: MailboxRow, known: Mapping[int, _MailboxPart]) -> None:
        with self._lock:
            for thread, counted in known.items():
                key = _key(mailbox, thread)
                modseq = max(mailbox.modseq, self._kept.pop(key, (mailbox.modseq, counted))[0])
                if modseq == mailbox.modseq:  # or somebody knows something newer
                    self._kept[key] = modseq, counted
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
    kept: Mapping[int, tuple[Modseq, _MailboxPart]],
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
        if thread not in touched and counts.get(thread, 0) == kept[thread][1].summary.count
    }


def _count(
    tx: Tx, mailbox: MailboxRow, threads: Sequence[int], upto: int
) -> dict[int, _MailboxPart]:
    """What there is of some conversations in a mailbox."""
    muted = next(filter(is_muting, mailbox.keywords.split()), MUTED)
    newest = newest_members(tx, mailbox.id, threads, upto, is_here=True)
    found: dict[int, _MailboxPart] = {}
    for thread, count, unseen, answered, flagged, draft, attachments, is_muted in tx.rows(
        sql.TOTALS, (f" {muted} ", mailbox.id, list(newest), upto)
    ):
        uids, named = newest[thread]
        last = named[-1]
        summary = ConversationSummary(
            int(count),
            int(unseen),
            answered & ANSWERED | flagged & FLAGGED | draft & DRAFT,
            bool(is_muted),
            int(attachments),
            last.arrived,
            last.zone,
            tuple(sorted(uids)),
        )
        found[thread] = _MailboxPart(summary, named)
    return found


def _people(named: Sequence[Member], authors: Mapping[int, Authorship]) -> tuple[Person, ...]:
    """Who wrote these messages: each once, of many the first one and the last ones."""
    known = [authors.get(member.content, Authorship()).author for member in named]
    people = list(dict.fromkeys(author for author in known if author is not None))
    if len(people) > MOST_PEOPLE:
        people = [people[0], *people[1 - MOST_PEOPLE :]]
    return tuple(people)
