"""Annotations of messages are set: what STORE and APPEND have in common, and STORE itself
(RFC 5257 §4.5, §4.7).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from lemonade_server.imap.big_writes import PIECE, turn
from lemonade_server.imap.fetch.flag_lines import modseq_lines
from lemonade_server.store import message_annotations, messages
from lemonade_server.store.ids import AccountId, Uid
from lemonade_server.store.message_annotations import SHARED, AnnotationResult
from lemonade_server.store.message_fields import MessageField
from lemonade_server.wire.annotations import Setting, check_parts, parts_of
from lemonade_server.wire.errors import No

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.db import Tx

PARTS_AT_ONCE = 200  # part tables that are read together

Values = dict[tuple[AccountId, str], bytes | None]


@dataclass(slots=True)
class AnnotationChange:
    """What a STORE asks for: all of ``settings``, of messages that did not change since."""

    settings: list[Setting]
    unchanged_since: int | None = None

    async def store(
        self, session: Session, view: View, uids: Sequence[int]
    ) -> tuple[list[Uid], int]:
        """As ``annotate``."""
        return await annotate(session, view, uids, self)


def values(settings: Sequence[Setting], account: AccountId, rights: str) -> Values:
    """Values by who sees them, the last one of an entry. Raises No NOPERM.

    What all see needs ``n``, what is for oneself ``r`` (§3.4).
    """
    for setting in settings:
        if ("n" if setting.shared else "r") not in rights:
            raise No("you may not set these annotations in this mailbox", b"NOPERM")
    return {
        (SHARED if setting.shared else account, setting.entry): setting.value
        for setting in settings
    }


async def annotate(
    session: Session, view: View, uids: Sequence[int], asked: AnnotationChange
) -> tuple[list[Uid], int]:
    """Set annotations of messages: which UNCHANGEDSINCE held back, and how many are gone.

    Nothing is told but MODSEQ where that is told (§4.5). Raises Bad when one of the
    messages has not the part that is annotated, No.
    """
    if view.examined:
        raise No("the mailbox was opened read-only", b"READ-ONLY")
    wanted = values(asked.settings, session.account, view.rights)
    if asked.unchanged_since is not None:
        session.count_modseqs()
    await _check_parts(session, view, uids, parts_of(asked.settings))
    modified: list[Uid] = []
    missing = 0
    for start in range(0, len(uids), PIECE):
        chunk = uids[start : start + PIECE]
        job = partial(_apply, view, chunk, wanted, asked.unchanged_since)
        async with turn(session.service, len(uids)):
            outcome = await session.write(job)
        for uid, modseq in outcome.changed:
            before = outcome.untold.get(uid)  # flags, perhaps, which the change feed tells
            if before is None or view.reported.get(uid) == before:
                session.reported(uid, modseq)
        if session.dialect.modseqs:
            await session.send(b"".join(modseq_lines(view, outcome.changed)))
        modified += outcome.modified
        missing += len(chunk) - len(outcome.changed) - outcome.unchanged - len(outcome.modified)
    return modified, missing


def _apply(
    view: View, uids: Sequence[int], wanted: Values, since: int | None, tx: Tx
) -> AnnotationResult:
    return message_annotations.annotate(tx, view.mailbox, uids, wanted, since, told=view.modseq)


async def _check_parts(session: Session, view: View, uids: Sequence[int], parts: set[str]) -> None:
    """Look at all messages before the first one is changed. Raises Bad."""
    if not parts:
        return

    def check(tx: Tx, chunk: Sequence[int]) -> None:
        for _, packed in messages.rows(tx, view.mailbox, chunk, (MessageField.PART_TABLE,)):
            check_parts(bytes(packed), parts)

    for start in range(0, len(uids), PARTS_AT_ONCE):
        await session.read(partial(check, chunk=uids[start : start + PARTS_AT_ONCE]))
