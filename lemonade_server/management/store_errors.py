"""What a command says when the store can't do what was asked for."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import DatabaseError

from lemonade_server.store import vendor
from lemonade_server.store.errors import DATABASE, StoreError, StoreFull, Unavailable, is_full

TEXTS: dict[type[StoreError], str] = {
    StoreFull: "There is no room left to store this. Make room and try again",
    Unavailable: "The mail store is unavailable, try again later",
}
"""Where a command has other words than the store's."""


def refusal(error: StoreError, progress: str = "") -> CommandError:
    """What the command ends with. ``progress`` is a sentence on what was done before."""
    text = next((TEXTS[kind] for kind in type(error).__mro__ if kind in TEXTS), error.text)
    return CommandError(f"{text}. {progress}" if progress else f"{text}.")


def store_error_of(error: DatabaseError) -> StoreError | None:
    """What an error of Django's own statements means for the store; None for a bug."""
    if is_full(error):
        return StoreFull()
    return Unavailable(DATABASE, error) if vendor.is_away(error) else None
