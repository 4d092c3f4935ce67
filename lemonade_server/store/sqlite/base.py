"""Django's backend for SQLite, whose writing transactions take turns."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from .turns import WritingTurn


class DatabaseWrapper(base.DatabaseWrapper):
    """A transaction of ``atomic()`` holds the turn from its BEGIN to the end of its COMMIT.

    A single statement outside of one takes none: SQLite's lock is enough for it. (The types that
    are known of Django leave out what is overridden here.)
    """

    turn: WritingTurn | None = None
    hurries = False
    """Whether it waits for nobody: the connection of an event loop."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Open the database; one in memory has no other writers."""
        path = Path(conn_params["database"])
        self.turn = WritingTurn(path) if path.is_absolute() else None
        return super().get_new_connection(conn_params)

    def _start_transaction_under_autocommit(self) -> None:
        if self.turn is None:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
            return
        self.turn.take()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self.turn.give_back()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self._give_back()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._give_back()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if self.turn is not None:
                self.turn.close()

    def _give_back(self) -> None:
        """After the end of a transaction: what could not be committed is still to be undone."""
        if self.turn is not None and not _is_open(self.connection):
            self.turn.give_back()


def _is_open(connection: Any) -> bool:
    try:
        return connection is not None and bool(connection.in_transaction)
    except sqlite3.Error:  # closed
        return False
