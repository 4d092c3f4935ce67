"""The threads of some messages of a mailbox, from keys made on arrival (RFC 5256).

What a message is threaded by never changes. So the threads of a whole mailbox, which clients ask
for again and again, are kept as they are told: about eight octets a message. The keys of messages
are not kept, nor read for more of them at once than is needed.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from lemonade_server.wire import thread_tree
from lemonade_server.wire.thread_keys import is_reply
from lemonade_server.wire.thread_tree import Links, ThreadNode

from .ids import MailboxId, Modseq
from .lasting import LastingOfMailboxes
from .mailbox_rows import MailboxRow
from .ranges import ranges_of
from .sql import messages as sql_messages
from .sql import search as sql
from .tx import Tx

CHUNK = 1_000
REFERENCES_LIMIT = 100  # of one message: the last ones are the nearest
MANY = 50_000
"""Messages of which so many objects are made that looking for garbage among them takes long."""

Keys: TypeAlias = tuple[int, int, str, bool, str, tuple[str, ...]]
"""Sent and arrived, base subject, whether it is a reply, its identifier, its references."""


def threads(
    tx: Tx, mailbox: MailboxId, uids: Sequence[int], numbers: Sequence[int], algorithm: str
) -> list[ThreadNode]:
    """Threads of the messages with ascending ``uids``, told by ``numbers``.

    ``algorithm`` is ORDEREDSUBJECT, REFERENCES or REFS.
    """
    replies = algorithm == "REFERENCES"  # no other one asks which they are
    found = _with_numbers(_read(tx, mailbox, uids, replies=replies), uids, numbers)
    if algorithm == "ORDEREDSUBJECT":
        return thread_tree.ordered_subject(ThreadNode(number, *key[:4]) for number, key in found)
    links = Links()
    for number, (sent, arrived, base, reply, message_id, references) in found:
        links.add(ThreadNode(number, sent, arrived, base, reply), message_id, references)
    return thread_tree.references(links) if algorithm == "REFERENCES" else thread_tree.refs(links)


@dataclass(frozen=True, slots=True)
class ThreadedMailbox:
    """All messages of a mailbox as threads, as UID THREAD tells them."""

    told: bytes
    modseq: Modseq
    upto: int
    gone: frozenset[int] = frozenset()

    @property
    def octets(self) -> int:
        """The memory that it takes."""
        return len(self.told)


class ThreadedMailboxes:
    """The threads of the mailboxes that were asked for last, of all that this process serves."""

    KEPT_OCTETS = 16 << 20

    def __init__(self) -> None:
        self._kept = LastingOfMailboxes[ThreadedMailbox](self.KEPT_OCTETS)

    def find(self, tx: Tx, mailbox: MailboxRow, algorithm: str) -> bytes:
        """All messages of a mailbox as threads, by UID: ``(2)(3 6 (4 23)(44 7 96))``."""
        upto = mailbox.uidnext - 1

        def read() -> ThreadedMailbox:
            uids = tx.integers(sql_messages.UIDS, (mailbox.id, mailbox.id))
            with _without_garbage(len(uids)):
                told = thread_tree.render(threads(tx, mailbox.id, uids, uids, algorithm))
            return ThreadedMailbox(told, mailbox.modseq, upto)

        def follow(
            known: ThreadedMailbox, new: list[int], gone: frozenset[int]
        ) -> ThreadedMailbox | None:
            return None if new or gone else replace(known, modseq=mailbox.modseq, upto=upto)

        return self._kept.current(tx, mailbox, algorithm, read, follow).told


@contextmanager
def _without_garbage(messages: int) -> Iterator[None]:
    """Look for no garbage among the objects of very many messages while they are made."""
    if messages < MANY or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _with_numbers(
    found: Iterator[tuple[int, Keys]], uids: Sequence[int], numbers: Sequence[int]
) -> Iterator[tuple[int, Keys]]:
    """The keys with the numbers of their messages; both come in the order of UIDs."""
    pairs = zip(uids, numbers, strict=True)
    for uid, keys in found:
        for each, number in pairs:
            if each == uid:
                yield number, keys
                break


def _read(
    tx: Tx, mailbox: MailboxId, uids: Sequence[int], *, replies: bool
) -> Iterator[tuple[int, Keys]]:
    """The keys of those that are there, by UID; without ``replies`` none counts as one."""
    for start in range(0, len(uids), CHUNK):
        chunk = uids[start : start + CHUNK]
        bounds: tuple[object, ...]
        if len(ranges_of(chunk)) == 1:  # which is read faster
            form, bounds = sql.THREADS_BETWEEN, (chunk[0], chunk[-1])
        else:
            form, bounds = sql.THREADS, (list(chunk),)
        statement = form.format(**(sql.WITH_SUBJECT if replies else sql.WITHOUT_SUBJECT))
        rows = tx.rows(statement, [mailbox, *bounds])
        for uid, arrived, sent, base, subject, message_id, references in rows:
            reply = subject is not None and subject != base and is_reply(subject)
            when = arrived if sent is None else sent
            yield uid, (when, arrived, base, reply, message_id, _last(references))


def _last(references: str) -> tuple[str, ...]:
    """The last identifiers; the first one may have been cut in two."""
    found = references.split(" ") if references else []
    if len(references) >= sql.LAST_REFERENCES:
        del found[0]
    return tuple(found[-REFERENCES_LIMIT:])
