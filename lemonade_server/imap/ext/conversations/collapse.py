"""COLLAPSE: of each conversation, a result has its first message only."""

from __future__ import annotations

from collections.abc import Sequence

from lemonade_server.imap.ext.esearch import Option, nothing, return_option
from lemonade_server.imap.session import Session
from lemonade_server.store.conversations import CollapsedMailboxes, first_messages
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import MailboxId, Uid
from lemonade_server.store.search_tree import Node
from lemonade_server.store.sort_order import Key


def _choose(
    session: Session,
    tx: Tx,
    mailbox: MailboxId,
    node: Node,
    keys: Sequence[Key],
    upto: int,
    scores: dict[int, int] | None,
) -> Sequence[Uid]:
    """What is left of a result. Raises Gone, LimitReached."""
    service = session.service
    kept = service.shared(CollapsedMailboxes)
    return first_messages(tx, mailbox, node, keys, upto, scores, kept, service.sort_orders)


return_option(b"COLLAPSE", lambda _: Option(nothing, choose=_choose))
