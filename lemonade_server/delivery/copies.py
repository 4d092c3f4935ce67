"""The contents that one message becomes: each recipient's own copy, and what goes on elsewhere."""

from __future__ import annotations

from collections.abc import Collection

from lemonade_server.store import ingest
from lemonade_server.store.copies import commit_copies
from lemonade_server.store.db import Tx
from lemonade_server.store.header_edits import with_header, without_fields
from lemonade_server.store.ids import ContentId
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.wire import headers

from . import trace


class Copies:
    """Made outside the recipients' savepoints, so that one full mailbox undoes none of them.

    ``added`` are header lines to put in front of the message, such as Received.
    """

    def __init__(self, tx: Tx, sender: str, message: PreparedMessage, added: bytes) -> None:
        self._tx = tx
        self._sender = sender
        self._message = message
        self._added = added
        self._shared: ContentId | None = None
        self._own: dict[str, ContentId] = {}

    def mark(self, addresses: Collection[str]) -> None:
        """Give each of these addresses a copy that names it, and none of the others."""
        if not addresses:
            return
        heads = [self._path() + trace.delivered_to(address) for address in addresses]
        message = self._final()
        if len(heads) == 1:
            made = [ingest.commit(self._tx, with_header(message, heads[0] + self._added))]
        else:
            made = commit_copies(self._tx, self._with_added(message), heads)
        self._own = dict(zip(addresses, made, strict=True))

    def of(self, address: str) -> ContentId:
        """What is put into the mailbox behind an address: its own copy, else the shared one."""
        return self._own.get(address) or self.shared()

    def shared(self) -> ContentId:
        """The copy that names no recipient."""
        if self._shared is None:
            whole = with_header(self._final(), self._path() + self._added)
            self._shared = ingest.commit(self._tx, whole)
        return self._shared

    def to_pass_on(self) -> ContentId:
        """What other hosts are given: only a final delivery writes Return-Path."""
        return ingest.commit(self._tx, self._with_added(self._message))

    def _path(self) -> bytes:
        return trace.return_path(self._sender)

    def _final(self) -> PreparedMessage:
        """Without a Return-Path: whoever sent it can't know (RFC 5321 §4.4)."""
        if headers.value(self._message.rendering.header, b"Return-Path") is None:
            return self._message
        return without_fields(self._message, (b"Return-Path",))

    def _with_added(self, message: PreparedMessage) -> PreparedMessage:
        return with_header(message, self._added) if self._added else message
