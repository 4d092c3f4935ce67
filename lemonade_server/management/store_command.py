"""What all commands on the mail store have in common."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, Error

from lemonade_server.project.schema import bring_up_to_date
from lemonade_server.store.errors import StoreError

from .store_errors import refusal, store_error_of


class StoreCommand(BaseCommand):
    """Makes sure of the tables first; needs none of the web's checks."""

    requires_system_checks = []

    def execute(self, *args: Any, **options: Any) -> str | None:
        try:
            bring_up_to_date()
        except (Error, OSError) as error:
            raise CommandError(f"The database can't be used: {error}") from error
        try:
            return super().execute(*args, **options)
        except StoreError as error:
            raise refusal(error) from error
        except DatabaseError as error:
            found = store_error_of(error)
            if found is None:
                raise
            raise refusal(found) from error
