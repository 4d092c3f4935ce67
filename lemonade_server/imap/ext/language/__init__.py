"""LANGUAGE: the language of what the server says to people (RFC 5255 §3).

English, which is i-default until a client asks, and all that have a catalogue. The choice is kept
among what ENABLE has turned on, so it comes back with a resumed session.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from lemonade_server.imap import states
from lemonade_server.imap.dialect import Dialect
from lemonade_server.imap.ext.language.responses import prefixes, translate
from lemonade_server.imap.ext.namespace import namespaces
from lemonade_server.imap.modes import Mode, mode
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.languages import ENGLISH, spoken_languages
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import No

NEEDS = ("namespace",)

LANGUAGE = Capability(b"LANGUAGE", rfc=5255, when=states.ANY)
I_DEFAULT = "i-default"
TAGS = {
    **{code: code.upper().encode() for code in spoken_languages()},
    I_DEFAULT: I_DEFAULT.encode(),
}


def in_language(language: str, dialect: Dialect) -> Dialect:
    """Lines for people are translated, and so are the names of namespaces (§3.4)."""
    return replace(
        dialect, translated=partial(translate, language=language), titles=prefixes(language)
    )


MODES = {
    code: mode(Mode(b"LANGUAGE=" + code.encode(), partial(in_language, code)))
    for code in spoken_languages()
    if code != ENGLISH
}
MOST_RANGES = 100


@command(b"LANGUAGE", states=states.ANY, capability=LANGUAGE)
async def language(session: Session, args: Cursor) -> Ok:
    """Take the first language that is spoken here; without arguments, list them."""
    ranges: list[str] = []
    while not args.at_end() and len(ranges) < MOST_RANGES:
        ranges.append(args.sp().astring().decode("latin-1").lower())
    args.end()
    if not ranges:
        session.untagged(b"LANGUAGE (%b)" % b" ".join(TAGS.values()))
        return Ok(b"these languages can be chosen")
    found = next((tag for one in ranges if (tag := matching(one))), "")
    if not found:
        raise No("none of these languages is spoken here")
    for other in MODES.values():
        session.exit(other.name)
    if found in MODES:
        session.enter(MODES[found].name)
    session.untagged(b"LANGUAGE (%b)" % TAGS[found])
    if session.state & states.LOGGED_IN:
        session.untagged(namespaces(session.dialect.titles))
    return Ok(b"the language is changed")


def matching(wanted: str) -> str:
    """The language for a range, shortened until one fits (RFC 4647 §3.4); empty for none."""
    if wanted in ("default", "*"):
        return I_DEFAULT
    while wanted and wanted not in TAGS:
        wanted = wanted.rpartition("-")[0]
    return wanted
