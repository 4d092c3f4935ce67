"""The connection that a mail session works with, while it has one."""

from __future__ import annotations

import contextlib

from ..imap.client import LemonadeClient
from ..imap.pool import connections


class LentConnection:
    """It comes out of the pool with the first question and goes back when the session is closed, so
    that a page that asks nothing costs nothing. Not to be shared between threads.
    """

    def __init__(self, email: str, own: LemonadeClient | None = None) -> None:
        """``own``: a connection that is not the pool's; who made it closes it."""
        self.email = email
        self.has_stored = False  # a message, or has begun to
        self._lent = own
        self._before = own.octets if own is not None else 0
        self._stack = contextlib.ExitStack()

    @property
    def _client(self) -> LemonadeClient:
        if self._lent is None:
            self._lent = self._stack.enter_context(connections.session(self.email))
            self._before = self._lent.octets
        return self._lent

    def close(self) -> None:
        """Give the connection back; the next question takes it anew."""
        self._stack.close()
        self._lent = None

    def hold(self) -> None:
        """Take the connection now: until ``close`` no other request of this person in this process
        comes between what is looked up and what is stored.
        """
        assert self._client is not None

    @property
    def octets(self) -> int:
        """What the IMAP socket carried for this session so far, both ways."""
        return self._lent.octets - self._before if self._lent is not None else 0
