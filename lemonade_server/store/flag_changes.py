"""STORE: flags of whole sets of messages (RFC 3501 §6.4.6, RFC 7162 §3.1.3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from . import keywords as words
from .flags import ALL, SEEN, Within
from .ids import MailboxId, Modseq, Uid
from .mailbox_rows import lock, next_modseq
from .sql import messages as sql
from .tx import Tx

Mode: TypeAlias = Literal["+", "-", "="]
Marked: TypeAlias = tuple[Uid, int, str, Modseq]


@dataclass(slots=True)
class FlagChanges:
    """Messages as (UID, bits, keywords, mod-sequence): those whose flags changed, those that had
    them already; UIDs that UNCHANGEDSINCE held back. ``modseq`` is 0 when nothing changed;
    ``before`` is that of the mailbox when it was locked.

    ``untold`` are those of the changed that were changed before, too, since the client was last
    told, with the mod-sequence of that change.
    """

    changed: list[Marked] = field(default_factory=list)
    unchanged: list[Marked] = field(default_factory=list)
    modified: list[Uid] = field(default_factory=list)
    untold: dict[Uid, Modseq] = field(default_factory=dict)
    modseq: Modseq = Modseq(0)  # noqa: RUF009
    before: Modseq = Modseq(0)  # noqa: RUF009


def store_flags(
    tx: Tx,
    mailbox_id: MailboxId,
    uids: Sequence[int],
    mode: Mode,
    bits: int,
    keywords: Sequence[str],
    unchangedsince: int | None = None,
    within: Within = ALL,
    told: Modseq | None = None,
) -> FlagChanges:
    """Add, remove or replace flags. UIDs that are gone are passed over (B-03).

    What is not ``within`` stays as it is. A message whose flags stay as they are keeps its
    mod-sequence. ``told`` is up to where the client knows of changes; None: it does not matter.
    Raises Gone, LimitReached.
    """
    mailbox = lock(tx, mailbox_id)
    bits, keywords = within.allowed(bits, list(keywords))
    lower = {word.lower() for word in keywords}
    if mode != "-":
        admitted = words.admit(tx, mailbox_id, mailbox.keywords, [keywords])[0]
    else:
        admitted = " ".join(word for word in mailbox.keywords.split() if word.lower() in lower)
    wanted = set(admitted.split())
    firm = bool(unchangedsince) or (mode == "+" and not bits)  # 0: system flags exist (§3.1.3)
    stored = FlagChanges(before=mailbox.modseq)
    groups: dict[tuple[int, str], list[Uid]] = defaultdict(list)
    unseen = 0
    for uid, old_bits, old_keywords, modseq in tx.rows(sql.FLAGS, (mailbox_id, list(uids))):
        if (
            unchangedsince is not None
            and modseq > unchangedsince
            and not (firm and _is_untouched(mode, old_bits, old_keywords, bits, lower))
        ):
            stored.modified.append(uid)
            continue
        new = _after(mode, old_bits, old_keywords, bits, wanted)
        if mode == "=" and not within.is_all:
            kept = new[1] if within.keywords else old_keywords
            new = old_bits & ~within.bits | new[0], kept
        if new == (old_bits, old_keywords):
            stored.unchanged.append((uid, old_bits, old_keywords, modseq))
        else:
            groups[new].append(uid)
            if told is not None and modseq > told:
                stored.untold[uid] = modseq
            unseen += bool(old_bits & SEEN) - bool(new[0] & SEEN)
    if groups:
        _write(tx, mailbox_id, groups, unseen, stored)
    return stored


def _is_untouched(
    mode: Mode, old_bits: int, old_keywords: str, bits: int, keywords: set[str]
) -> bool:
    """Whether all that +FLAGS names is missing, or all that -FLAGS names is there.

    So they stand as the client thinks, and it was some other flag that was changed since: there is
    one mod-sequence for all of a message's flags (RFC 7162 §3.1.12).
    """
    present = set(old_keywords.lower().split())
    if mode == "+":
        return not old_bits & bits and present.isdisjoint(keywords)
    return mode == "-" and old_bits & bits == bits and keywords <= present


def _after(
    mode: Mode, old_bits: int, old_keywords: str, bits: int, keywords: set[str]
) -> tuple[int, str]:
    if mode == "+":
        if not keywords:
            return old_bits | bits, old_keywords
        return old_bits | bits, " ".join(sorted(keywords.union(old_keywords.split())))
    if mode == "-":
        if not keywords or not old_keywords:
            return old_bits & ~bits, old_keywords
        left = [word for word in old_keywords.split() if word not in keywords]
        return old_bits & ~bits, " ".join(left)
    return bits, " ".join(sorted(keywords))


def _write(
    tx: Tx,
    mailbox_id: MailboxId,
    groups: dict[tuple[int, str], list[Uid]],
    unseen: int,
    stored: FlagChanges,
) -> None:
    modseq, _ = next_modseq(tx, mailbox_id)
    for (bits, keywords), uids in groups.items():
        tx.execute(sql.SET_FLAGS, (bits, keywords, modseq, mailbox_id, uids))
        stored.changed += [(uid, bits, keywords, modseq) for uid in uids]
    stored.changed.sort()
    stored.modseq = modseq
    if unseen:
        tx.execute(sql.COUNT_UNSEEN, (unseen, mailbox_id))
    tx.hint(mailbox_id, modseq)
