"""The threads of some messages of a mailbox, from keys made on arrival (RFC 5256).

What a message is threaded by never changes. So it is kept in memory once it was read: clients ask
for the threads of the same mailbox again and again, and only what has come meanwhile is read then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

from lemonade_server.wire import thread_tree
from lemonade_server.wire.thread_keys import is_reply
from lemonade_server.wire.thread_tree import Links, ThreadNode

from .ids import MailboxId, Uid
from .ranges import ranges_of
from .sql import search as sql
from .tx import Tx

CHUNK = 1_000
A_MESSAGE, A_REFERENCE = 600, 100
"""About how many octets of memory keys take."""

REFERENCES_LIMIT = 100  # of one message: the last ones are the nearest

Keys = tuple[int, int, str, bool, str, tuple[str, ...]]
"""Sent and arrived, base subject, whether it is a reply, its identifier, its references."""


def threads(
    tx: Tx,
    mailbox: MailboxId,
    uids: Sequence[Uid],
    numbers: Sequence[int],
    algorithm: str,
    kept: ThreadKeys,
) -> list[ThreadNode]:
    """Threads of the messages with ascending ``uids``, told by ``numbers``.

    ``algorithm`` is ORDEREDSUBJECT, REFERENCES or REFS.
    """
    keys = kept.of(tx, mailbox, uids)
    found = [(number, keys[uid]) for uid, number in zip(uids, numbers, strict=True) if uid in keys]
    if algorithm == "ORDEREDSUBJECT":
        return thread_tree.ordered_subject(ThreadNode(number, *key[:4]) for number, key in found)
    links = Links()
    for number, (sent, arrived, base, reply, message_id, references) in found:
        links.add(ThreadNode(number, sent, arrived, base, reply), message_id, references)
    return thread_tree.references(links) if algorithm == "REFERENCES" else thread_tree.refs(links)


@dataclass(slots=True)
class _Mailbox:
    keys: dict[int, Keys] = field(default_factory=dict)
    octets: int = 0


class ThreadKeys:
    """The keys of the mailboxes that were threaded last. For several threads at once."""

    KEPT_OCTETS = 32 << 20

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[MailboxId, _Mailbox] = {}  # the one that was used last is the last one

    def of(self, tx: Tx, mailbox: MailboxId, uids: Sequence[Uid]) -> dict[int, Keys]:
        """The keys of these messages by UID, maybe those of others too. Not to be changed."""
        with self._lock:
            kept = self._kept.get(mailbox)
        known = {} if kept is None else kept.keys
        missing = [uid for uid in uids if uid not in known]
        fresh = _read(tx, mailbox, missing)
        with self._lock:
            kept = self._kept.pop(mailbox, None) or _Mailbox()
            if fresh:
                new = {uid: key for uid, key in fresh.items() if uid not in kept.keys}
                octets = kept.octets + sum(
                    A_MESSAGE + A_REFERENCE * len(keys[-1]) for keys in new.values()
                )
                kept = _Mailbox(kept.keys | new, octets)
            self._kept[mailbox] = kept
            self._drop()
        return kept.keys

    def _drop(self) -> None:
        """Forget those that were not used for longest, until the rest is small enough."""
        octets = sum(kept.octets for kept in self._kept.values())
        for mailbox, kept in list(self._kept.items()):
            if octets <= self.KEPT_OCTETS:
                break
            del self._kept[mailbox]
            octets -= kept.octets


def _read(tx: Tx, mailbox: MailboxId, uids: Sequence[int]) -> dict[int, Keys]:
    found: dict[int, Keys] = {}
    for start in range(0, len(uids), CHUNK):
        chunk = uids[start : start + CHUNK]
        if len(ranges_of(chunk)) == 1:  # which is read faster
            rows = tx.rows(sql.THREADS_BETWEEN, (mailbox, chunk[0], chunk[-1]))
        else:
            rows = tx.rows(sql.THREADS, (mailbox, list(chunk)))
        for uid, arrived, sent, base, subject, message_id, references in rows:
            reply = subject != base and is_reply(subject)
            when = arrived if sent is None else sent
            found[uid] = when, arrived, base, reply, message_id, _last(references)
    return found


def _last(references: str) -> tuple[str, ...]:
    """The last identifiers; the first one may have been cut in two."""
    found = references.split(" ") if references else []
    if len(references) >= sql.LAST_REFERENCES:
        del found[0]
    return tuple(found[-REFERENCES_LIMIT:])
