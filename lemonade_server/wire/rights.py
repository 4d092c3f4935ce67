"""Rights on a mailbox as letters (RFC 4314 §2.1), ``n`` for what is noted on messages (RFC 5257
§3.4), and the obsolete ``c`` and ``d`` (RFC 4314 §2.1.1).

A set of rights is a string of its letters in the order of ``ALL``; ``c`` and ``d`` are in none.
"""

from __future__ import annotations

from collections.abc import Iterable

from .errors import Bad

ALL = "lrswipkxtean"
READ = "lr"
WRITING = "ieswtn"
"""One of these makes a mailbox READ-WRITE, as all flags are shared (§5.2, RFC 5257 §3.4)."""

VIRTUAL = {"c": "kx", "d": "te"}
_SHOWN = "lrswipkxtecdan"


def sort_rights(letters: Iterable[str]) -> str:
    """Each letter once, in the usual order."""
    there = set(letters)
    return "".join(letter for letter in ALL if letter in there)


def parse(text: str) -> str:
    """What a client means by its letters. Raises Bad for one that is no right (§3.1)."""
    found: set[str] = set()
    for letter in text:
        if letter not in _SHOWN:
            raise Bad(f"{letter!a} is not a right: these are {_SHOWN}")
        found.update(VIRTUAL.get(letter, letter))
    return sort_rights(found)


def change_rights(before: str, text: str) -> str:
    """The rights after ``+lr``, ``-w`` or ``lrs`` (§3.1). Raises Bad."""
    rights = parse(text[1:] if text[:1] in ("+", "-") else text)
    if text.startswith("+"):
        return sort_rights(before + rights)
    if text.startswith("-"):
        return without(before, rights)
    return rights


def without(rights: str, taken: str) -> str:
    """What is left of ``rights``."""
    return "".join(letter for letter in rights if letter not in taken)


def spell(rights: str) -> bytes:
    """As responses show them: with ``c`` and ``d`` for whom only knows RFC 2086 (§2.1.1)."""
    there = set(rights)
    there.update(name for name, members in VIRTUAL.items() if there.intersection(members))
    return "".join(letter for letter in _SHOWN if letter in there).encode() or b'""'
