"""One message for many readers, each copy with header lines of its own in front.

The octets of the message are stored once, as pieces of all copies, and so is the text of its body
that SEARCH reads: the others name the content that has it, and are a use of it. The lines in front
stand together in one blob, of which each copy has its own piece.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import accumulate

from lemonade_server.wire.rendering import in_front, prepend_header

from .blobs import INLINE
from .ids import ContentId
from .ingest import PreparedMessage, Segment, rendering_columns, search_text, use_blobs
from .new_blobs import NewPiece, add_blobs, new_blob
from .ropes import Piece
from .sql import contents as sql
from .tx import Tx


def commit_copies(tx: Tx, message: PreparedMessage, heads: Sequence[bytes]) -> list[ContentId]:
    """Store a message once for each of ``heads``, whole header lines that go in front of it.

    None is used yet, as after ``ingest.commit``. Raises Conflict when a blob vanished meanwhile.
    """
    heads = [in_front(message.rendering, head) for head in heads]
    found: list[ContentId] = []
    while len(found) < len(heads):
        found += _commit(tx, message, _that_fit(heads[len(found) :]))
    return found


def _that_fit(heads: Sequence[bytes]) -> Sequence[bytes]:
    """As many of the first as fit into one small blob, one at least."""
    ends = accumulate(map(len, heads))
    return heads[: max(1, sum(end <= INLINE for end in ends))]


def _commit(tx: Tx, message: PreparedMessage, heads: Sequence[bytes]) -> list[ContentId]:
    fronts, rest = _ropes(tx, message, heads)
    copies = [prepend_header(message.rendering, head) for head in heads]
    ids = [ContentId(tx.value(sql.ADD_CONTENT, rendering_columns(copy))) for copy in copies]
    first, *others = ids
    now = int(time.time())
    tx.execute(sql.ADD_TEXT, (first, *search_text(copies[0])))
    for copy in copies:
        copy.body_text = ""
    borrowed = zip(others, copies[1:], strict=True)
    tx.many(sql.ADD_BORROWED_TEXT, [(one, *search_text(copy), first) for one, copy in borrowed])
    tx.execute(sql.ADD_USE, (first, len(others), None if others else now))
    tx.many(sql.ADD_USE, [(one, 0, now) for one in others])
    tx.many(
        sql.ADD_SEGMENT,
        [
            (content, pos, *one)
            for content, front in zip(ids, fronts, strict=True)
            for pos, one in enumerate([front, *rest])
        ],
    )
    return ids


def _ropes(
    tx: Tx, message: PreparedMessage, heads: Sequence[bytes]
) -> tuple[list[Segment], list[Segment]]:
    """The pieces that the copies begin with, and those that all of them go on with."""
    new = [item.blob for item in message.rope if isinstance(item, NewPiece)]
    front, *added = add_blobs(tx, [new_blob(b"".join(heads)), *new])
    old = [item.blob for item in message.rope if isinstance(item, Piece)]
    use_blobs(tx, old * len(heads) + [front, *added] * (len(heads) - 1))
    names = iter(added)
    rest = [
        (next(names) if isinstance(item, NewPiece) else item.blob, item.start, item.length)
        for item in message.rope
    ]
    lengths = [len(head) for head in heads]
    starts = accumulate(lengths[:-1], initial=0)
    return [(front, at, length) for at, length in zip(starts, lengths, strict=True)], rest
