"""What the mail server says and writes to people, in their languages.

It reads a catalogue of its own (``locale/*/LC_MESSAGES/server.mo``) and not the pages', each when
it is first needed: a process that says nothing but English loads none.
"""

from __future__ import annotations

import gettext
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation.trans_real import parse_accept_lang_header

FOLDER = Path(__file__).resolve().parent.parent.parent / "locale"
DOMAIN = "server"
ENGLISH = "en"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; of English, and of one that nobody speaks, the source itself."""
    if language == ENGLISH or not is_spoken(language):
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, str(FOLDER), [language], fallback=True)


def spoken_languages() -> list[str]:
    """The codes of all of them, English first."""
    return [code for code, _ in settings.LANGUAGES]


def is_spoken(language: str) -> bool:
    """Whether there is a catalogue of it."""
    return language in spoken_languages()


def best_language(ranges: str) -> str:
    """The first language that is spoken here of a list like ``de-AT, fr;q=0.8`` (RFC 9110 §12.5.4,
    RFC 3282); empty for none.
    """
    for wanted, _ in parse_accept_lang_header(ranges[:1000]):
        while wanted and not is_spoken(wanted):
            wanted = wanted.rpartition("-")[0]
        if wanted:
            return wanted
    return ""


def first_spoken(*languages: str) -> str:
    """The first of these that is spoken here, else English."""
    return next((one for one in languages if one and is_spoken(one)), ENGLISH)


def spelled_time(seconds: int, words: gettext.NullTranslations) -> str:
    """A time in UTC as its language writes it."""
    at = datetime.fromtimestamp(seconds, UTC)
    # Translators: a date and a time in numbers, as 2026-11-30 18:05 UTC.
    text = words.gettext("%(year)s-%(month)s-%(day)s %(hour)s:%(minute)s UTC")
    return text % {
        "year": at.year,
        "month": f"{at:%m}",
        "day": f"{at:%d}",
        "hour": f"{at:%H}",
        "minute": f"{at:%M}",
    }
