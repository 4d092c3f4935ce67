"""Signing in to the web: ``alice`` is enough for the default domain, and guessing is braked."""

from __future__ import annotations

from time import monotonic
from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from lemonade_server.accounts import LONGEST_LOGIN, canonical
from lemonade_server.models import Account
from lemonade_server.throttle import Throttle
from lemonade_server.wire.peer import household

_throttle = Throttle()


class AddressBackend(ModelBackend):
    """Django's check of the password, by canonical address and behind the throttle."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **fields: Any,
    ) -> Account | None:
        login = username if username is not None else fields.get("email")
        if not login or password is None:
            return None
        name = canonical(str(login))[:LONGEST_LOGIN]
        peer = household(request.META.get("REMOTE_ADDR", "")) if request is not None else ""
        if _throttle.blocked(peer, name, monotonic()):
            raise PermissionDenied
        account = super().authenticate(request, username=name, password=password)
        if not isinstance(account, Account) or account.role != Account.Role.USER:
            _throttle.failed(peer, name, monotonic())
            return None
        _throttle.passed(peer, name)
        return account
