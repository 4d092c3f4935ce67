"""A user's filters as the page shows them: made by forms, or a script written by hand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.utils.translation import gettext

from webmail.mail import MailError, SieveClient

from . import rules
from .rules import Filters

NAME = "webmail"
"""The script that the forms write."""


class Changed(MailError):
    """The filters were changed since the page was shown."""

    status = 409


@dataclass(slots=True)
class ActiveScript:
    """What the active script is. ``filters`` None: it was written by hand, or elsewhere.

    ``seen`` is a mark of its text; saving gives it back, so that nobody's change is lost.
    """

    name: str
    text: str
    filters: Filters | None
    seen: str
    others: list[str]


def show(sieve: SieveClient) -> ActiveScript:
    """The active script, or an empty one when none is active."""
    known = sieve.scripts()
    name = next((one for one, active in known.items() if active), "")
    text = sieve.get(name) if name else ""
    filters = rules.read(text, sieve.extensions) if name else Filters()
    others = [one for one in known if one != name]
    return ActiveScript(name, text, filters, _mark(name, text), others)


def save(sieve: SieveClient, filters: Filters, seen: str) -> None:
    """Run these filters from now on. Raises Changed, BadScript, Refused."""
    _check(sieve, seen)
    sieve.put(NAME, rules.script(filters, sieve.extensions))
    sieve.activate(NAME)


def save_text(sieve: SieveClient, text: str, seen: str) -> None:
    """Run this script from now on; an empty one ends filtering. Raises as ``save``."""
    name = _check(sieve, seen) or NAME
    if text.strip():
        sieve.put(name, text)
        sieve.activate(name)
    else:
        sieve.activate("")


def _check(sieve: SieveClient, seen: str) -> str:
    """The active script's name, if it is still what the page showed. Raises Changed."""
    shown = show(sieve)
    if shown.seen != seen:
        raise Changed(gettext("The filters were changed meanwhile, in another window or program."))
    return shown.name


def _mark(name: str, text: str) -> str:
    return hashlib.sha256(f"{name}\0{text}".encode()).hexdigest()[:32]
