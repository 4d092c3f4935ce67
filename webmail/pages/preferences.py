"""What somebody has chosen for all of their devices."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from webmail.models import Preferences

KEPT = "preferences"


@dataclass(frozen=True, slots=True)
class Absence:
    """People get an answer while somebody is away; ``begins`` None: they do already."""

    begins: date | None
    ends: date | None


def absence_of(request: HttpRequest) -> Absence | None:
    """That of who has signed in, as far as the pages know; None when there is none, or it is over.

    The mail server has the truth, which is looked at with the page of filters.
    """
    own = preferences_of(request)
    today = timezone.localdate()
    if not own.is_away or (own.away_until and own.away_until < today):
        return None
    ahead = own.away_from if own.away_from and own.away_from > today else None
    return Absence(ahead, own.away_until)


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
