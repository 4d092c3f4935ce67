"""What somebody has chosen for all of their devices."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from webmail.models import Preferences

KEPT = "preferences"


def preferences_of(request: HttpRequest) -> Preferences:
    """Those of who has signed in; asked for once a request."""
    kept = vars(request)
    if KEPT not in kept:
        account = request.user
        assert isinstance(account, AbstractBaseUser)  # ``mail_page`` lets nobody else in
        own = Preferences.objects.filter(account_id=account.pk).first()
        kept[KEPT] = own or Preferences(account_id=account.pk)
    found: Preferences = kept[KEPT]
    return found
