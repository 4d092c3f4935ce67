"""Reading what ``fetch_structures.envelope`` has written: subject and author of a message.

RFC 3501 §7.4.2. An envelope may be cut: what is behind the cut is not there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from . import text

LONGEST_SUBJECT = 250
LONGEST_NAME = 100
"""Characters that are kept."""

_SUBJECT_OCTETS, _NAME_OCTETS = 2_000, 1_000
_STRING = re.compile(rb'"((?:[^"\\]|\\.)*)"|NIL|\{([0-9]+)\}\r\n', re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)

Person = tuple[str, str]
"""Name and address, decoded; either may be empty."""


_USUAL = re.compile(
    rb'\("[^"\\]*" (?:"([^"\\]*)"|NIL) \(\((?:"([^"\\]*)"|NIL) NIL "([^"\\]*)" "([^"\\]*)"\)'
)
"""The beginning of most envelopes, in which nothing is escaped: a fourth of the work."""


@dataclass(frozen=True, slots=True)
class Authorship:
    """What a message is called and who wrote it. ``author`` is None where nobody is named, and
    ``is_cut`` says that it can't be known. ``subject`` is None where it was not asked for.
    """

    subject: str | None = None
    author: Person | None = None
    is_cut: bool = False


def authorship(envelope: bytes, *, with_subject: bool = True) -> Authorship:
    """First author and, maybe, subject, decoded and shortened."""
    usual = _USUAL.match(envelope)
    if usual is not None:
        subject, name, mailbox, host = usual.groups()
        person = _person((name or b"")[:_NAME_OCTETS], mailbox, host)
        return Authorship(_subject(subject) if with_subject else None, person)
    try:
        _, at = _string(envelope, 1)
        subject, at = _string(envelope, at + 1)
    except _Cut:
        return Authorship(is_cut=True)
    shown = _subject(subject) if with_subject else None
    try:
        return Authorship(shown, _author(envelope, at + 1))
    except _Cut:
        return Authorship(shown, is_cut=True)


def _subject(octets: bytes | None) -> str:
    return text.decode_words((octets or b"")[:_SUBJECT_OCTETS])[:LONGEST_SUBJECT]


class _Cut(Exception):
    """The octets end before the string does."""


def _author(envelope: bytes, at: int) -> Person | None:
    if not envelope.startswith(b"((", at):
        if envelope.startswith(b"NIL", at):
            return None
        raise _Cut
    name, at = _string(envelope, at + 2)
    _, at = _string(envelope, at + 1)
    mailbox, at = _string(envelope, at + 1)
    host, _ = _string(envelope, at + 1)
    return _person((name or b"")[:_NAME_OCTETS], mailbox or b"", host or b"")


def _string(octets: bytes, at: int) -> tuple[bytes | None, int]:
    """The nstring that begins there, and where it ends. Raises _Cut."""
    found = _STRING.match(octets, at)
    if found is None:
        raise _Cut
    if found[2] is not None:
        stop = found.end() + int(found[2])
        if stop > len(octets):
            raise _Cut
        return octets[found.end() : stop], stop
    quoted: bytes | None = found[1]
    if quoted is not None and b"\\" in quoted:
        quoted = _ESCAPED.sub(rb"\1", quoted)
    return quoted, found.end()


@lru_cache(maxsize=4096)
def _person(name: bytes, mailbox: bytes, host: bytes) -> Person | None:
    """The same people write again and again. The name of a group has no host (RFC 3501 §7.4.2)."""
    shown = text.decode_words(name).strip()[:LONGEST_NAME]
    address = text.guess(b"%b@%b" % (mailbox, host) if mailbox and host else mailbox)
    return (shown, address[:LONGEST_NAME]) if shown or address else None
