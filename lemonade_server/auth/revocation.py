"""Tells all processes of an account whose logins may have ended: disabled, deleted, new password,
an app password that is revoked.

Whoever saves or deletes the row in whichever process, it is told once that is committed.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save

from lemonade_server.models import Account, AppPassword
from lemonade_server.store import hints
from lemonade_server.store.ids import AccountId

ENDING = {"password", "is_active", "login_epoch"}
"""Columns whose change may end logins."""


def connect() -> None:
    """From now on, in this process."""
    post_save.connect(_on_save, sender=Account, dispatch_uid="lemonade.revocation.saved")
    post_delete.connect(_on_delete, sender=Account, dispatch_uid="lemonade.revocation.deleted")
    post_delete.connect(_on_revoke, sender=AppPassword, dispatch_uid="lemonade.revocation.revoked")


def _on_save(
    instance: Account, created: bool, update_fields: frozenset[str] | None, **_: Any
) -> None:
    if not created and (update_fields is None or ENDING & update_fields):
        _tell(instance.pk)


def _on_delete(instance: Account, **_: Any) -> None:
    _tell(instance.pk)


def _on_revoke(instance: AppPassword, **_: Any) -> None:
    _tell(instance.account_id)


def _tell(account: int) -> None:
    transaction.on_commit(partial(hints.publish_accounts, [AccountId(account)]))
