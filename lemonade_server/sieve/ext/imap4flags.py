"""Flags of the messages that are filed (RFC 5232)."""

from __future__ import annotations

import re
from collections.abc import Callable

from ..call import Call
from ..match_tags import MATCH
from ..registry import STRING, STRINGS, Tag, command, extension
from ..registry import test as register_test
from ..run import Check, Run, Step
from ..texts import NAME

IMAP4FLAGS = extension("imap4flags", rfc=5232)
MAX_FLAGS = 50

FLAGS = Tag("flags", needs=IMAP4FLAGS, value=STRINGS)
"""Of commands that file (§5)."""

_FLAG = re.compile(r"\\(?i:answered|flagged|deleted|seen|draft)|[!#$&'+-\[^-z|}~]+")
"""A system flag that can be set, or an atom (RFC 3501 §9)."""


def split(values: list[str]) -> list[str]:
    """The flags in strings that hold several each; once each, those that are none left out (§2)."""
    found: dict[str, str] = {}
    for value in values:
        for word in value.split():
            if _FLAG.fullmatch(word) and len(word) <= 100:
                found.setdefault(word.lower(), word)
    return list(found.values())[:MAX_FLAGS]


def flags_of(call: Call) -> Callable[[Run], list[str]]:
    """The flags of keep and fileinto: those of ``:flags``, else those that were set before (§4)."""
    given = call.tagged_texts("flags")
    if given is None:
        return lambda run: list(run.flags)
    return lambda run: split(given.of(run))


def _get(run: Run, name: str) -> list[str]:
    return split([run.variable(name)]) if name else run.flags


def _set(run: Run, name: str, flags: list[str]) -> None:
    if name:
        run.set_variable(name, " ".join(flags))
    else:
        run.flags = flags


def _target(call: Call) -> str:
    """The variable that is changed, "" for the flags themselves (§3)."""
    if not call.is_given(0):
        return ""
    name = call.text(0).constant
    if not call.requires("variables"):
        raise call.wrong('A variable needs: require "variables";', 0)
    if name is None or not NAME.fullmatch(name):
        raise call.wrong("This is not the name of a variable", 0)
    return name.lower()


@command("setflag", STRING, STRINGS, needs=IMAP4FLAGS, optional=1)
def setflag(call: Call) -> Step:
    """Set exactly these."""
    name, given = _target(call), call.texts(1)
    return lambda run: _set(run, name, split(given.of(run)))


@command("addflag", STRING, STRINGS, needs=IMAP4FLAGS, optional=1)
def addflag(call: Call) -> Step:
    """Add these."""
    name, given = _target(call), call.texts(1)
    return lambda run: _set(run, name, split([*_get(run, name), *given.of(run)]))


@command("removeflag", STRING, STRINGS, needs=IMAP4FLAGS, optional=1)
def removeflag(call: Call) -> Step:
    """Take these away."""
    name, given = _target(call), call.texts(1)

    def step(run: Run) -> None:
        gone = {flag.lower() for flag in split(given.of(run))}
        _set(run, name, [flag for flag in _get(run, name) if flag.lower() not in gone])

    return step


@register_test("hasflag", STRINGS, STRINGS, needs=IMAP4FLAGS, optional=1, tags=MATCH)
def hasflag(call: Call) -> Check:
    """One of the flags fits (§4)."""
    match, keys = call.match(), call.texts(1)
    names = call.texts(0) if call.is_given(0) else None
    if names is not None and not call.requires("variables"):
        raise call.wrong('Variables need: require "variables";', 0)

    def check(run: Run) -> bool:
        flags = run.flags
        if names is not None:
            flags = [flag for name in names.of(run) for flag in _get(run, name.lower())]
        return match.any(run, flags, [word for key in keys.of(run) for word in key.split() or [""]])

    return check
