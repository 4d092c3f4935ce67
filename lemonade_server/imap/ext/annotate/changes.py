"""Which annotations of messages changed, for a client that wants to be told (RFC 5257 §4.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lemonade_server.imap.hooks import change_items
from lemonade_server.imap.modes import Mode, mode
from lemonade_server.imap.session import Session
from lemonade_server.store.message_annotations import entries_changed_since
from lemonade_server.wire.annotations import name_list

if TYPE_CHECKING:
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed


MODE = mode(Mode(b"SELECT=ANNOTATE", selection=True))
"""There while the selected mailbox tells of annotations."""


def tells_annotations(session: Session) -> bool:
    """Whether the client wants to hear which entries changed, as SELECT or NOTIFY says."""
    for state in session.extension_states:
        if state.tells_annotations is not None:
            return state.tells_annotations
    return MODE.name in session.enabled


async def annotation_changes(
    session: Session, view: View, rows: Sequence[Changed], since: int
) -> Mapping[int, bytes]:
    """The data item of each message that others annotated after a mod-sequence, by UID.

    Costs nothing for a client that does not want to be told.
    """
    if not rows or not tells_annotations(session):
        return {}
    uids = [row[0] for row in rows]
    found = await session.read(
        lambda tx: entries_changed_since(tx, view.mailbox, session.account, uids, since)
    )
    told: dict[int, bytes] = {}
    for uid, entries in found.items():
        own = view.reported.get(uid)
        names = dict.fromkeys(entry for entry, modseq in entries if modseq != own)
        if names:
            told[uid] = name_list(names)
    return told


change_items.append(annotation_changes)
