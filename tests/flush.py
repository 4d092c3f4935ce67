"""How the tables are emptied between tests that commit.

Django would write the rows of content types and permissions anew each time, 0.3 s of processor
time. No test changes them, so they stay as the migrations have made them.
"""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db.backends.base.introspection import BaseDatabaseIntrospection
from django.test import TransactionTestCase

THAT_STAY = ("auth_permission", "django_content_type")


def keep_permissions(patch: pytest.MonkeyPatch) -> None:
    """From now on a flush leaves them alone."""
    table_names = BaseDatabaseIntrospection.django_table_names

    def without_those(self: BaseDatabaseIntrospection, *args: bool, **named: bool) -> list[str]:
        return [name for name in table_names(self, *args, **named) if name not in THAT_STAY]

    def flush(_: TransactionTestCase) -> None:
        call_command(
            "flush",
            verbosity=0,
            interactive=False,
            reset_sequences=False,
            inhibit_post_migrate=True,
        )

    patch.setattr(BaseDatabaseIntrospection, "django_table_names", without_those)
    patch.setattr(TransactionTestCase, "_fixture_teardown", flush)
