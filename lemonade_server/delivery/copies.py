"""The contents that one message becomes: each recipient's own copy, and what goes on elsewhere."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lemonade_server.directory.addresses import complete
from lemonade_server.store import ingest, stored_columns
from lemonade_server.store.copies import commit_copies
from lemonade_server.store.db import Tx
from lemonade_server.store.header_edits import with_header, without_fields
from lemonade_server.store.ids import ContentId
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.queue import Target
from lemonade_server.store.stored_columns import StoredColumns
from lemonade_server.wire import headers

from . import trace

Ready = Mapping[bytes, PreparedMessage]
"""Copies that were made before the transaction, by the header lines in front of them."""


def likely_copies(
    sender: str, recipients: Sequence[Target], message: PreparedMessage, added: bytes
) -> Ready:
    """The copy of the only recipient, if the address leads where it says, as most do."""
    if len(recipients) != 1:
        return {}
    address = complete(recipients[0].address)
    head = trace.return_path(sender) + trace.delivered_to(address) + added
    return {head: with_header(_final(message), head)}


def _final(message: PreparedMessage) -> PreparedMessage:
    """Without a Return-Path: whoever sent it can't know (RFC 5321 §4.4)."""
    if headers.value(message.rendering.header, b"Return-Path") is None:
        return message
    return without_fields(message, (b"Return-Path",))


class Copies:
    """Made outside the recipients' savepoints, so that one full mailbox undoes none of them.

    ``added`` are header lines to put in front of the message, such as Received.
    """

    def __init__(
        self, tx: Tx, sender: str, message: PreparedMessage, added: bytes, ready: Ready
    ) -> None:
        self._tx = tx
        self._ready = ready
        self._sender = sender
        self._message = message
        self._added = added
        self._shared: ContentId | None = None
        self._own: dict[str, ContentId] = {}
        self._counted: StoredColumns | None = None

    def mark(self, addresses: Collection[str], counted: bool = False) -> None:
        """Give each of these addresses a copy that names it, and none of the others.

        ``counted``: the one copy is stored with one use, for the first who takes it.
        """
        if not addresses:
            return
        heads = [self._path() + trace.delivered_to(address) for address in addresses]
        if len(heads) == 1:
            head = heads[0] + self._added
            whole = self._ready.get(head) or with_header(_final(self._message), head)
            made = [ingest.commit(self._tx, whole, uses=int(counted))]
            self._counted = stored_columns.of_rendering(whole.rendering) if counted else None
        else:
            message = self._with_added(_final(self._message))
            made = commit_copies(self._tx, message, heads)
        self._own = dict(zip(addresses, made, strict=True))

    def take_counted(self) -> StoredColumns | None:
        """That of the copy whose use is counted already; None without one, and from then on."""
        repeated, self._counted = self._counted, None
        return repeated

    def of(self, address: str) -> ContentId:
        """What is put into the mailbox behind an address: its own copy, else the shared one."""
        return self._own.get(address) or self.shared()

    def shared(self) -> ContentId:
        """The copy that names no recipient."""
        if self._shared is None:
            whole = with_header(_final(self._message), self._path() + self._added)
            self._shared = ingest.commit(self._tx, whole)
        return self._shared

    def to_pass_on(self) -> ContentId:
        """What other hosts are given: only a final delivery writes Return-Path."""
        return ingest.commit(self._tx, self._with_added(self._message))

    def _path(self) -> bytes:
        return trace.return_path(self._sender)

    def _with_added(self, message: PreparedMessage) -> PreparedMessage:
        return with_header(message, self._added) if self._added else message
