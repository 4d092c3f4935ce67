"""App passwords are made, listed and revoked: by the pages, the command and the admin."""

from __future__ import annotations

import time
from collections.abc import Collection

import structlog
from django.utils.translation import gettext

from lemonade_server.models import Account, AppPassword
from lemonade_server.models.app_passwords import Scope
from lemonade_server.store.tx import transaction

from .app_passwords import digest_of, new_secret

log = structlog.get_logger()
MOST = 50
"""App passwords of one account."""
DAY = 86_400  # seconds
LONGEST_NAME = 100
MOST_DAYS = 3_650


class InvalidAppPassword(ValueError):
    """It can't be made; the text says why."""


class AppPasswordStore:
    """Of all accounts, which are named by their numbers."""

    @staticmethod
    def scopes() -> list[tuple[str, str]]:
        """What each can be for, in words."""
        return [(scope.value, str(scope.label)) for scope in Scope]

    @staticmethod
    def of(account: int) -> list[AppPassword]:
        """Those of an account, the oldest first; what has run out is among them."""
        return list(AppPassword.objects.filter(account_id=account))

    @staticmethod
    def issue(account: int, name: str, scopes: Collection[str], days: int | None = None) -> str:
        """Make one that lasts ``days``, None for ever; the secret, which is kept nowhere.

        Raises InvalidAppPassword.
        """
        name = " ".join(name.split())
        chosen = [scope.value for scope in Scope if scope.value in scopes]
        if not name or len(name) > LONGEST_NAME or not name.isprintable():
            raise InvalidAppPassword(
                gettext("Give it a name of at most %(count)d characters, such as the program's.")
                % {"count": LONGEST_NAME}
            )
        if not chosen or len(chosen) != len(set(scopes)):
            raise InvalidAppPassword(gettext("Choose what it is for."))
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise InvalidAppPassword(
                gettext("It may last from 1 to %(count)d days.") % {"count": MOST_DAYS}
            )
        secret, now = new_secret(), int(time.time())
        with transaction():
            # The account's row is locked, so that two requests count one after the other.
            owner = Account.objects.select_for_update().get(pk=account)
            if AppPassword.objects.filter(account=owner).count() >= MOST:
                raise InvalidAppPassword(
                    gettext("There are %(count)d app passwords already: revoke one first.")
                    % {"count": MOST}
                )
            row = AppPassword.objects.create(
                account=owner,
                name=name,
                digest=digest_of(secret),
                scopes=" ".join(chosen),
                created_at=now,
                expires_at=None if days is None else now + days * DAY,
            )
        log.info("app password made", account=owner.email, number=row.pk, scopes=row.scopes)
        return secret

    @staticmethod
    def revoke(account: int, number: int) -> bool:
        """End it and the connections that it opened. False when the account has no such."""
        row = AppPassword.objects.filter(account_id=account, pk=number).first()
        if row is None:
            return False
        row.delete()
        log.info("app password revoked", account=account, number=number)
        return True
