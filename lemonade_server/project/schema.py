"""The tables: made or brought up to date by whichever command comes first."""

from __future__ import annotations

import fcntl
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from lemonade_server.store import vendor
from lemonade_server.store.reserve import reserve

from .data_folder import tighten


def bring_up_to_date() -> None:
    """Apply the migrations that are missing, and close to others what was made open to them.

    Commands that start at once take turns. Raises django.db.Error when the database can't be had.
    """
    reserve().make_room()
    with (settings.LEMONADE.data / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        is_sqlite = connection.vendor == "sqlite"
        tighten(
            settings.LEMONADE.data, *([Path(connection.settings_dict["NAME"])] if is_sqlite else [])
        )
        with vendor.upgrading(connection):
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
