"""Annotations of messages (RFC 5257): what all see of one, and what each reader notes for himself.

An annotation that is changed gives its message a new mod-sequence. One that is removed leaves a row
without a value, so that others are told which entry it was. What a mailbox holds of them is counted
in its row: where that is 0, no statement looks for any.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from lemonade_server.wire.text import casemap

from . import quota
from .errors import Gone, LimitReached, OverQuota, TooLarge
from .ids import AccountId, MailboxId, Modseq, Uid
from .mailbox_rows import MailboxRow, lock, next_modseq
from .search_tree import WithAnnotation
from .sql import message_annotations as sql
from .tx import Tx

SHARED = AccountId(0)
"""Whose annotations all see."""

LONGEST_VALUE = 16_384
MOST = 25
"""Annotations of one message that all see, and as many that one reader sees."""

MOST_OF_GUEST = 1_048_576
"""Octets that a reader may note for himself in a mailbox that is not his."""

AT_ONCE = 500

Values: TypeAlias = Mapping[tuple[AccountId, str], bytes | None]
"""Values by who sees them and the entry's name; None removes one."""

StoredAnnotations: TypeAlias = dict[str, tuple[bytes | None, bytes | None]]
"""Of one message: the private and the shared value of each entry, by name."""


@dataclass(slots=True)
class AnnotationResult:
    """Messages as (UID, mod-sequence): those with other annotations now, and how many had them
    already; UIDs that UNCHANGEDSINCE held back. ``untold`` are those of the changed that were
    changed before, too, since the client was last told, with the mod-sequence of that change.
    """

    changed: list[tuple[Uid, Modseq]] = field(default_factory=list)
    unchanged: int = 0
    modified: list[Uid] = field(default_factory=list)
    untold: dict[Uid, Modseq] = field(default_factory=dict)


def of(
    tx: Tx, mailbox: MailboxId, reader: AccountId, uids: Sequence[int]
) -> dict[int, StoredAnnotations]:
    """What a reader sees, by UID; a message without any is not named."""
    found: dict[int, StoredAnnotations] = {}
    for uid, entry, account, value in tx.rows(sql.SEEN, (mailbox, list(uids), reader)):
        kept = found.setdefault(uid, {})
        private, shared = kept.get(entry, (None, None))
        octets = bytes(value)
        kept[entry] = (private, octets) if account == SHARED else (octets, shared)
    return found


def entries_changed_since(
    tx: Tx, mailbox: MailboxId, reader: AccountId, uids: Sequence[int], since: int
) -> dict[int, list[tuple[str, Modseq]]]:
    """The entries that a reader sees and that changed after a mod-sequence, and when, by UID."""
    found: dict[int, list[tuple[str, Modseq]]] = defaultdict(list)
    for start in range(0, len(uids), AT_ONCE):
        part = list(uids[start : start + AT_ONCE])
        for uid, entry, modseq in tx.rows(sql.CHANGED, (mailbox, part, reader, since)):
            found[uid].append((entry, modseq))
    return found


def annotate(
    tx: Tx,
    mailbox_id: MailboxId,
    uids: Sequence[int],
    values: Values,
    unchangedsince: int | None = None,
    told: Modseq | None = None,
) -> AnnotationResult:
    """Set values of messages, all of them or none. UIDs that are gone are passed over (B-03).

    A message whose values stay as they are keeps its mod-sequence. ``told`` is up to where the
    client knows of changes; None: it does not matter. Raises Gone, TooLarge,
    LimitReached or OverQuota.
    """
    mailbox = lock(tx, mailbox_id)
    before = _current_values(tx, mailbox, uids, values)
    outcome = AnnotationResult()
    writes: list[tuple[Uid, Values]] = []
    for uid, modseq in tx.rows(sql.MODSEQS, (mailbox_id, list(uids))):
        if unchangedsince is not None and modseq > unchangedsince:
            outcome.modified.append(uid)
            continue
        held = before.get(uid, {})
        different = {key: value for key, value in values.items() if held.get(key) != value}
        if different:
            writes.append((uid, different))
            if told is not None and modseq > told:
                outcome.untold[uid] = modseq
        else:
            outcome.unchanged += 1
    if writes:
        modseq, _ = next_modseq(tx, mailbox_id)
        put(tx, mailbox, writes, modseq)
        changed = [uid for uid, _ in writes]
        tx.execute(sql.SET_MODSEQ, (modseq, mailbox_id, changed))
        outcome.changed = [(uid, modseq) for uid in changed]
        tx.hint(mailbox_id, modseq)
    return outcome


def _current_values(
    tx: Tx, mailbox: MailboxRow, uids: Sequence[int], values: Values
) -> dict[int, dict[tuple[AccountId, str], bytes]]:
    """The values that are there, of those who are named in ``values``."""
    if not mailbox.annotation_octets:
        return {}
    accounts = sorted({account for account, _ in values})
    found: dict[int, dict[tuple[AccountId, str], bytes]] = defaultdict(dict)
    for uid, account, entry, value in tx.rows(sql.CARRIED_OF, (mailbox.id, list(uids), accounts)):
        found[uid][account, entry] = bytes(value)
    return found


def put(tx: Tx, mailbox: MailboxRow, writes: Sequence[tuple[Uid, Values]], modseq: Modseq) -> None:
    """Write values of messages of a mailbox that is locked, within its quota. Raises Refused."""
    if _write(tx, mailbox, writes, modseq) > 0:
        root = quota.root_of(tx, mailbox.account)
        if root is not None and root.octets_allowed and root.octets > root.octets_allowed:
            raise OverQuota("storage")


def _write(
    tx: Tx, mailbox: MailboxRow, writes: Sequence[tuple[Uid, Values]], modseq: Modseq
) -> int:
    """Write values and count them; how many octets more there are. Raises Refused."""
    for _, values in writes:
        if any(len(value or b"") > LONGEST_VALUE for value in values.values()):
            raise TooLarge(
                "message annotation",
                LONGEST_VALUE,
                f"the value of an annotation has at most {LONGEST_VALUE} octets",
            )
    uids = [uid for uid, _ in writes]
    before = tx.value(sql.OCTETS, (mailbox.id, uids))
    tx.many(
        sql.SET,
        [
            (mailbox.id, uid, account, entry, value, modseq)
            for uid, values in writes
            for (account, entry), value in values.items()
        ],
    )
    if tx.row(sql.CROWDED, (mailbox.id, uids, MOST)) is not None:
        raise LimitReached("message annotations", MOST, f"a message has at most {MOST} annotations")
    for uid, account in tx.rows(sql.LITTERED, (mailbox.id, uids, MOST)):
        tx.execute(sql.TIDY, (mailbox.id, uid, account, modseq))
    more: int = tx.value(sql.OCTETS, (mailbox.id, uids)) - before
    tx.execute(sql.COUNT_OCTETS, (more, mailbox.id))
    if more > 0:
        _check_guests(tx, mailbox, {account for _, values in writes for account, _ in values})
    return more


def _check_guests(tx: Tx, mailbox: MailboxRow, accounts: set[AccountId]) -> None:
    for guest in accounts - {SHARED, mailbox.account}:
        if tx.value(sql.OF_GUEST, (guest, mailbox.id)) > MOST_OF_GUEST:
            raise LimitReached(
                "message annotations", MOST_OF_GUEST, "you have noted too much in this mailbox"
            )


def carry(
    tx: Tx,
    source: MailboxRow,
    pairs: Sequence[tuple[Uid, Uid]],
    target: MailboxId,
    modseq: Modseq,
    whose: Collection[AccountId] | None,
) -> None:
    """Copy annotations to copies of their messages, (old, new) UID; None is everybody's (§4.6).

    The quota is the caller's to check: of a MOVE the old ones are still there. Raises Refused.
    """
    if not source.annotation_octets or (whose is not None and not whose):
        return
    mailbox = lock(tx, target)
    for start in range(0, len(pairs), AT_ONCE):
        part = dict(pairs[start : start + AT_ONCE])
        args: list[object] = [source.id, list(part)]
        if whose is not None:
            args.append(sorted(whose))
        found: dict[Uid, dict[tuple[AccountId, str], bytes | None]] = defaultdict(dict)
        for uid, account, entry, value in tx.rows(
            sql.CARRIED if whose is None else sql.CARRIED_OF, args
        ):
            found[part[uid]][account, entry] = bytes(value)
        if found:
            _write(tx, mailbox, list(found.items()), modseq)


def forget(tx: Tx, mailbox: MailboxRow, uids: Sequence[int]) -> None:
    """Messages of a locked mailbox are gone, and so is what was noted on them."""
    if mailbox.annotation_octets:
        octets = tx.value(sql.OCTETS, (mailbox.id, list(uids)))
        if octets:
            tx.execute(sql.FORGET, (mailbox.id, list(uids)))
            tx.execute(sql.COUNT_OCTETS, (-octets, mailbox.id))


def forget_account(tx: Tx, account: AccountId) -> None:
    """Remove what an account noted for itself in mailboxes of others, before it goes."""
    for (number,) in sorted(tx.rows(sql.ANNOTATED_BY, (account,))):
        try:
            lock(tx, number)
        except Gone:  # deleted since, and what was noted in it, too
            continue
        octets = tx.value(sql.OF_GUEST, (account, number))
        tx.execute(sql.FORGET_ACCOUNT, (account, number))
        tx.execute(sql.COUNT_OCTETS, (-octets, number))


def matching(
    tx: Tx, mailbox: MailboxRow, key: WithAnnotation, within: Sequence[int] | None
) -> list[int]:
    """UIDs of messages with an annotation in which the text stands; of ``within`` alone."""
    found: dict[int, None] = {}
    for uid, entry, value in _values(tx, mailbox, key.accounts, within):
        if uid in found or not key.pattern.matches(entry):
            continue
        if not key.value or key.value in fold(value):
            found[uid] = None
    return list(found)


def _values(
    tx: Tx, mailbox: MailboxRow, accounts: Sequence[int], within: Sequence[int] | None
) -> Iterator[tuple[int, str, bytes]]:
    """All values of a mailbox. So many are read at once that those of one message fit in."""
    if not mailbox.annotation_octets:
        return
    few: list[object] = [] if within is None else [list(within)]
    statement = sql.FIND.format(few=sql.FEW if few else "")
    after = 0
    while True:
        rows = tx.rows(statement, (mailbox.id, after, list(accounts), *few, AT_ONCE))
        full = len(rows) == AT_ONCE
        last = rows[-1][0] if rows else 0
        for uid, entry, value in rows:
            if not full or uid < last:  # the last one may go on
                yield uid, entry, bytes(value)
        if not full:
            return
        after = last - 1


def sorted_by(tx: Tx, mailbox: MailboxId, account: AccountId, entry: str) -> dict[int, str]:
    """What messages are sorted by that have a value of an entry, by UID."""
    rows = tx.rows(sql.SORTED_BY, (account, mailbox, entry))
    return {uid: fold(bytes(value)) for uid, value in rows}


def fold(value: bytes) -> str:
    """A value as text that can be compared (§7): UTF-8 if it can be that, else Latin-1."""
    try:
        return casemap(value.decode())
    except UnicodeDecodeError:
        return casemap(value.decode("latin-1"))
