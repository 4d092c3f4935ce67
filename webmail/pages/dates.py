"""Dates as people read them, by the reader's language and time zone."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext


def full_date(moment: datetime) -> str:
    """All of it, with the day of the week and the zone."""
    # Translators: formats as in Django's filter "date"; a letter after \\ stands for itself.
    return date_format(moment, pgettext("date format", "l, j F Y, H:i T"))


def long_date(moment: datetime) -> str:
    """The day and the time."""
    return date_format(moment, pgettext("date format", "j M Y, H:i"))


def quoted_date(moment: datetime) -> str:
    """As it stands above what is quoted, in the zone of who wrote it."""
    return date_format(moment, pgettext("date format", "D, d M Y \\a\\t H:i"), use_l10n=False)


def short_date(local: datetime) -> str:
    """The shortest text that still tells when, seen from now: the hour today, the day this week,
    the date before that.
    """
    days = (timezone.localdate() - local.date()).days
    if days == 0:
        return date_format(local, "H:i")
    if 0 < days < 7:
        return date_format(local, "D")
    if local.year == timezone.localdate().year:
        return date_format(local, pgettext("date format", "j M"))
    return date_format(local, pgettext("date format", "j M Y"))
