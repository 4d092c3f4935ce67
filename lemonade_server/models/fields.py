"""Kinds of columns that Django does not have."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class SameKey(models.OneToOneField[Any, Any]):
    """The primary key of a table that continues another one: the same number in both.

    SQLite keeps a row under its key only if that is declared ``integer``; for Django's ``bigint``
    it would keep an index beside the table, one page more to write for each new row.
    """

    def __init__(self, to: Any, **options: Any) -> None:
        super().__init__(to, **{"primary_key": True, "db_constraint": False, **options})

    def db_type(self, connection: BaseDatabaseWrapper) -> str | None:
        """``integer`` on SQLite, where it holds 64 bits too."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)
