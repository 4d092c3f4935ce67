"""What somebody has chosen for all of their devices."""

from __future__ import annotations

from django.http import HttpRequest

from webmail.models import Preferences
from webmail.people.identities import account_of

KEPT = "preferences"


def preferences_of(request: HttpRequest) -> Preferences:
    """Those of who has signed in; asked for once a request."""
    kept = vars(request)
    if KEPT not in kept:
        account = account_of(request)
        own = Preferences.objects.filter(account_id=account.pk).first()
        kept[KEPT] = own or Preferences(account_id=account.pk)
    found: Preferences = kept[KEPT]
    return found
