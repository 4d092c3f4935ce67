"""Where the passwords of single programs are kept, as the page of security uses it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class StoredAppPassword(Protocol):
    """As the store gives it. Times are seconds since 1970, UTC."""

    pk: int
    name: str
    scopes: str
    created_at: int
    expires_at: int | None
    last_used_at: int | None
    last_used_from: str


class AppPasswordStore(Protocol):
    """What ``settings.WEBMAIL_APP_PASSWORDS`` names; accounts go by number."""

    def scopes(self) -> Sequence[tuple[str, str]]:
        """What each can be for: values, and their words."""
        ...

    def of(self, account: int) -> Sequence[StoredAppPassword]:
        """Those of an account, the oldest first."""
        ...

    def issue(self, account: int, name: str, scopes: Collection[str], days: int | None) -> str:
        """Make one; the secret. Raises ValueError, whose text says what can't be."""
        ...

    def revoke(self, account: int, number: int) -> bool:
        """End it; False when there is none."""
        ...


@dataclass(frozen=True, slots=True)
class AppPassword:
    """One line of the page."""

    number: int
    name: str
    scopes: list[str]
    created: datetime
    expires: datetime | None
    is_over: bool
    used: datetime | None
    used_from: str


def app_password_store() -> AppPasswordStore | None:
    """None where the mail server has no such passwords."""
    path = getattr(settings, "WEBMAIL_APP_PASSWORDS", "")
    store: AppPasswordStore | None = import_string(path) if path else None
    return store


def app_passwords_of(store: AppPasswordStore, account: int) -> list[AppPassword]:
    """Those of an account, the newest first."""
    now, labels = datetime.now(UTC), dict(store.scopes())
    found = []
    for row in reversed(store.of(account)):
        expires = _moment(row.expires_at)
        names = [labels[scope] for scope in row.scopes.split() if scope in labels]
        found.append(
            AppPassword(
                row.pk,
                row.name,
                names,
                datetime.fromtimestamp(row.created_at, UTC),
                expires,
                expires is not None and expires <= now,
                _moment(row.last_used_at),
                row.last_used_from,
            )
        )
    return found


def _moment(seconds: int | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
