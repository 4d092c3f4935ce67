"""The threads of some messages of a mailbox, from keys made on arrival (RFC 5256)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lemonade_server.wire import thread_tree
from lemonade_server.wire.thread_tree import Links, Node
from lemonade_server.wire.threading import is_reply

from .ids import MailboxId, Uid
from .sql import search as sql
from .tx import Tx

CHUNK = 1_000
REFERENCES_LIMIT = 100  # of one message: the last ones are the nearest

Row = tuple[Node, str, list[str]]


def threads(
    tx: Tx, mailbox: MailboxId, uids: Sequence[Uid], numbers: Sequence[int], algorithm: str
) -> list[Node]:
    """Threads of the messages with ascending ``uids``, told by ``numbers``.

    ``algorithm`` is ORDEREDSUBJECT, REFERENCES or REFS.
    """
    rows = _rows(tx, mailbox, uids, numbers)
    if algorithm == "ORDEREDSUBJECT":
        return thread_tree.ordered_subject(node for node, _, _ in rows)
    links = Links()
    for row in rows:
        links.add(*row)
    return thread_tree.references(links) if algorithm == "REFERENCES" else thread_tree.refs(links)


def _rows(tx: Tx, mailbox: MailboxId, uids: Sequence[Uid], numbers: Sequence[int]) -> Iterator[Row]:
    for start in range(0, len(uids), CHUNK):
        chunk = uids[start : start + CHUNK]
        number = dict(zip(chunk, numbers[start : start + CHUNK], strict=True))
        for row in tx.rows(sql.THREADS, (mailbox, list(chunk))):
            uid, arrived, sent, base, subject, message_id, references = row
            node = Node(
                number[uid],
                arrived if sent is None else sent,
                arrived,
                base,
                subject != base and is_reply(subject),
            )
            yield node, message_id, _last(references)


def _last(references: str) -> list[str]:
    """The last identifiers; the first one may have been cut in two."""
    found = references.split(" ") if references else []
    if len(references) >= sql.LAST_REFERENCES:
        del found[0]
    return found[-REFERENCES_LIMIT:]
