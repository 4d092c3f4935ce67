"""What the pages remember of the answer while away, so that each can say that it is on."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from webmail.models import Preferences
from webmail.pages.preferences import preferences_of

from .rules import Away, Filters


def note(request: HttpRequest, filters: Filters | None) -> None:
    """These filters are active. Of a script that was written by hand nothing is known."""
    away = filters.away if filters else Away()
    own = preferences_of(request)
    found = {
        "is_away": away.on,
        "away_from": date.fromisoformat(away.start) if away.start else None,
        "away_until": date.fromisoformat(away.end) if away.end else None,
    }
    if all(getattr(own, name) == value for name, value in found.items()):
        return
    Preferences.objects.update_or_create(account_id=own.pk, defaults=found)
    for name, value in found.items():
        setattr(own, name, value)
