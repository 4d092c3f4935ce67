"""What the server announces, read from its own registries."""

from __future__ import annotations

import os
from dataclasses import dataclass

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lemonade_server.project.settings")

import django

django.setup()

from lemonade_server import sieve  # noqa: E402
from lemonade_server.extensions.loader import load  # noqa: E402
from lemonade_server.imap import ext as imap_ext  # noqa: E402
from lemonade_server.imap import states  # noqa: E402
from lemonade_server.imap.registry import CAPABILITIES  # noqa: E402
from lemonade_server.sieve.registry import EXTENSIONS as SIEVE_EXTENSIONS  # noqa: E402
from lemonade_server.submission import ext as submission_ext  # noqa: E402
from lemonade_server.submission.registry import EXTENSIONS  # noqa: E402

assert sieve, "it registers what it has when imported"
load(imap_ext)
load(submission_ext)


@dataclass(frozen=True, slots=True)
class Announcement:
    """A word that the server says, what defines it, and when or where it is said."""

    word: str
    rfc: int
    where: str
    draft: str = ""


def imap() -> list[Announcement]:
    """The words of CAPABILITY. Some need a setting, as the RFC or the operator asks."""
    found = [Announcement("IMAP4rev1", 3501, "always")]
    for row in CAPABILITIES.values():
        word = row.name.decode()
        where = _when(row.when) + (", ENABLE takes it" if row.enable else "")
        found.append(Announcement(word, row.rfc, where, row.draft))
    return sorted(found, key=lambda one: one.word.lower())


def _when(when: int) -> str:
    if when == states.ANY:
        return "always"
    return "before login" if when == states.NOT_AUTHENTICATED else "after login"


def smtp() -> list[Announcement]:
    """The lines of EHLO and LHLO."""
    return [
        Announcement(row.keyword, row.rfc, ", ".join(row.on))
        for row in sorted(EXTENSIONS.values(), key=lambda row: row.keyword)
    ]


def _own(rfc: int) -> str:
    return "" if rfc else "this server's own"


def filters() -> list[Announcement]:
    """What ``require`` of a Sieve script takes."""
    return [
        Announcement(name, SIEVE_EXTENSIONS[name], "", _own(SIEVE_EXTENSIONS[name]))
        for name in sieve.capabilities()
    ]
