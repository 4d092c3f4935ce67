"""The messages of an mbox file (RFC 4155 and its older forms), found without reading all of it."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path

ENVELOPE_LINE = re.compile(rb"^From [^\r\n]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_FIRST_OR_LATER = re.compile(
    rb"(?:^|(?<=\A\xef\xbb\xbf))From [^\r\n]*(?:\r\n|\n|\r|\Z)", re.MULTILINE
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_END = rb"(?:[ \t]+remote[ \t]+from[ \t]+\S+)?[ \t]*[\r\n]*\Z"
_DATE = re.compile(
    rb"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    rb"[ \t]+(\d{1,2})[ \t]+(\d{1,2}:\d\d)(:\d\d)?"
    rb"(?:[ \t]+([+-]\d{4}|[A-Z]{1,5}(?:[ \t]+[A-Z]{1,5})?))?[ \t]+(\d{4}|\d\d)"
    rb"(?:[ \t]+([+-]\d{4}|[A-Z]{1,5}))?" + _END,
    re.IGNORECASE,
)
_FIELD_DATE = re.compile(  # as in the field Date (RFC 5322 §3.3)
    rb"\b((?:[A-Z]{3},[ \t]+)?\d{1,2}[ \t]+[A-Z]{3}[ \t]+\d{4}[ \t]+\d\d:\d\d(?::\d\d)?"
    rb"(?:[ \t]+(?:[+-]\d{4}|[A-Z]{1,5}))?)" + _END,
    re.IGNORECASE,
)
_ISO_DATE = re.compile(
    rb"\b(\d{4}-\d\d-\d\d)[T \t]+(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?[ \t]*(Z|[+-]\d\d:?\d\d)?" + _END,
    re.IGNORECASE,
)
_ADDRESS_ALONE = re.compile(rb"From +[^\s@]+@[^\s@]+[ \t]*[\r\n]*\Z")
_ANY_FIELD = re.compile(rb"[!-9;-~]+[ \t]*:")
_LENGTH = re.compile(rb"^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_HEADER_END = re.compile(rb"^\r?\n", re.MULTILINE)
_NEXT = re.compile(rb"(?:\r?\n){0,2}(?:From |\Z)")
_NOTHING = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*")
_FIELD = re.compile(
    rb"(?:received|return-path|from|to|cc|bcc|date|subject|message-id|mime-version|delivered-to"
    rb"|reply-to|sender|references|in-reply-to|status|precedence|organization|user-agent|lines"
    rb"|envelope-to|errors-to|importance|priority|dkim-signature|authentication-results|path|xref"
    rb"|newsgroups|auto-submitted|received-spf|domainkey-signature|delivery-date|apparently-to"
    rb"|thread-(?:topic|index)|return-receipt-to|disposition-notification-to"
    rb"|(?:x|content|list|resent|arc)-[!-9;-~]+)[ \t]*:",
    re.IGNORECASE,
)
_BEGINNING = 65_536
_BLANK_BEFORE = (b"\n\n", b"\n\r\n", b"\r\r")


def envelope_date(line: bytes) -> int | None:
    """The date of ``From sender Wed Aug 21 08:00:00 2002``, seconds UTC; None without one."""
    try:
        when = _when(line)
        return None if when is None else int(when.timestamp())
    except (ValueError, OverflowError):
        return None


def _when(line: bytes) -> datetime | None:
    """Raises ValueError."""
    if found := _DATE.search(line):
        month, day, minute, second, before, year, behind = (
            (group or b"").decode("ascii") for group in found.groups()
        )
        zone = next((one for one in (before, behind) if one[:1] in ("+", "-")), "+0000")
        text = f"{month} {day} {year} {minute}{second or ':00'} {zone}"
        return datetime.strptime(text, f"%b %d {'%Y' if len(year) == 4 else '%y'} %H:%M:%S %z")
    if found := _FIELD_DATE.search(line):
        when = parsedate_to_datetime(found[1].decode("ascii"))
    elif found := _ISO_DATE.search(line):
        when = datetime.fromisoformat(
            b"".join((found[1], b"T", found[2], found[3] or b"")).decode()
        )
    else:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when


def beginning(path: Path) -> bytes:
    """What stands first in a file, behind a byte order mark and empty lines. Raises OSError."""
    with path.open("rb") as file:
        octets = file.read(_BEGINNING)
    return octets[_blank(octets) :]


def _blank(octets: bytes | mmap.mmap) -> int:
    """How many octets stand before the first line."""
    found = _NOTHING.match(octets)
    return found.end() if found is not None else 0


def count(path: Path) -> int:
    """How many messages ``messages`` will yield. Raises OSError."""
    with _map_file(path) as octets:
        return sum(1 for _ in _envelope_lines(octets))


def messages(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Envelope line and octets of each message, quoted ``>From`` lines undone. Raises OSError."""
    with _map_file(path) as octets:
        lines = [(line.start(), line.end()) for line in _envelope_lines(octets)]
        for (start, body), (stop, _) in pairwise([*lines, (len(octets), 0)]):
            raw = octets[body:stop]
            if raw.endswith(_BLANK_BEFORE):  # the line that stands before the next message
                raw = raw[:-2] if raw.endswith(b"\r\n") else raw[:-1]
            yield octets[start:body], _QUOTED_FROM.sub(rb"\1", raw)


@contextmanager
def _map_file(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        yield octets


def _envelope_lines(octets: mmap.mmap) -> Iterator[re.Match[bytes]]:
    """Those lines "From ..." that begin a message, and not a sentence.

    A date at the end of the line, or a field of a header behind it, tells; where no empty line
    stands before it, both. Within the length that a message declares, none does.
    """
    first = _blank(octets)
    skipped = 0
    for line in _FIRST_OR_LATER.finditer(octets, first):
        start = line.start()
        if start < skipped:
            continue
        parted = octets[max(0, start - 3) : start].endswith(_BLANK_BEFORE)
        signs = [envelope_date(line[0]) is not None, _begins_header(octets, line)]
        if start == first or (any(signs) if parted else all(signs)):
            skipped = _declared_end(octets, line.end())
            yield line


def _begins_header(octets: mmap.mmap, line: re.Match[bytes]) -> bool:
    """Whether a header stands behind a line: a field that is known, or any behind an address."""
    field = _ANY_FIELD if _ADDRESS_ALONE.match(line[0]) else _FIELD
    return field.match(octets, line.end()) is not None


def _declared_end(octets: mmap.mmap, start: int) -> int:
    """Where a message ends by its Content-Length, if a message or nothing stands there; else 0."""
    header_end = _HEADER_END.search(octets, start)
    if header_end is None:
        return 0
    length = _LENGTH.search(octets[start : header_end.start()])
    stop = header_end.end() + int(length[1]) if length is not None else 0
    return stop if stop and stop <= len(octets) and _NEXT.match(octets, stop) else 0
