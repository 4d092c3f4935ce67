"""FETCH of FLAGS for many messages in a row, from what is packed in memory."""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left
from collections.abc import Sequence

from lemonade_server.imap.fetch.flag_arrays import PackedFlags, packed_flags
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store import flags

LINES_AT_ONCE = 1_000
FEWEST = 500  # messages for which it is worth while
MOST_MESSAGES = 500_000

TEMPLATES = {
    (b"FLAGS",): b"* %d FETCH (FLAGS (%b))\r\n",
    (b"UID", b"FLAGS"): b"* %d FETCH (UID %d FLAGS (%b))\r\n",
}


async def send_flags(
    session: Session, view: View, names: Sequence[bytes], uids: array[int]
) -> bool:
    """Answer a FETCH of ``names`` for many messages in a row; False when it can't be done so."""
    template = TEMPLATES.get(tuple(names))
    if template is None or len(uids) < FEWEST or not view.dialect.numbers:
        return False
    first = bisect_left(view.uids, uids[0])
    if view.uids[first : first + len(uids)] != uids:
        return False
    packed = await _current(session, view)
    if packed is None:
        return False
    words = [flags.render(*kind) for kind in packed.kinds]
    recent = [flags.render(*kind, True) for kind in packed.kinds]
    for at in range(0, len(uids), LINES_AT_ONCE):
        part = uids[at : at + LINES_AT_ONCE]
        codes = packed.codes[first + at : first + at + len(part)]
        if view.recent:
            said = [
                (recent if view.is_recent(uid) else words)[code]
                for uid, code in zip(part, codes, strict=True)
            ]
        else:
            said = [words[code] for code in codes]
        numbers = range(first + at + 1, first + at + 1 + len(part))
        columns = (numbers, said) if len(names) == 1 else (numbers, part, said)
        await session.send(b"".join([template % row for row in zip(*columns, strict=True)]))
        await asyncio.sleep(0)  # others run between two parts of a long answer
    return True


async def _current(session: Session, view: View) -> PackedFlags | None:
    """The flags of all messages of the view as they are now. None when the view is behind."""
    if view.expunged or len(view.uids) > MOST_MESSAGES:
        return None
    arrays = session.service.flags
    known = arrays.find(view.mailbox)
    read = session.db.read if known is not None else session.db.read_long
    packed = await read(lambda tx: packed_flags(tx, view, known))
    if packed is not None:
        arrays.keep(view.mailbox, packed)
    return packed
