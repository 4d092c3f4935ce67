"""The messages of an mbox file (RFC 4155 and its older forms), found without reading all of it."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

ENVELOPE_LINE = re.compile(rb"^From [^\r\n]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_DATE = re.compile(
    rb"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),?[ \t]+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
    rb"[ \t]+(\d{1,2})[ \t]+(\d{1,2}:\d\d)(:\d\d)?(?:[ \t]+([+-]\d{4}|[A-Z]{1,5}))?[ \t]+(\d{4})"
    rb"(?:[ \t]+([+-]\d{4}))?"
)
_FIELD = re.compile(
    rb"(?:received|return-path|from|to|cc|bcc|date|subject|message-id|mime-version|delivered-to"
    rb"|reply-to|sender|references|in-reply-to|status|precedence|organization|user-agent|lines"
    rb"|envelope-to|errors-to|importance|priority|dkim-signature|authentication-results"
    rb"|(?:x|content|list|resent|arc)-[!-9;-~]+)[ \t]*:",
    re.IGNORECASE,
)
_BLANK_BEFORE = (b"\n\n", b"\n\r\n", b"\r\r")


def envelope_date(line: bytes) -> int | None:
    """The date of ``From sender Wed Aug 21 08:00:00 2002``, seconds UTC; None without one."""
    found = _DATE.search(line)
    if found is None:
        return None
    month, day, minute, second, before, year, behind = (
        (group or b"").decode("ascii") for group in found.groups()
    )
    zone = next((one for one in (before, behind) if one[:1] in ("+", "-")), "+0000")
    text = f"{month} {day} {year} {minute}{second or ':00'} {zone}"
    try:
        return int(datetime.strptime(text, "%b %d %Y %H:%M:%S %z").astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        return None


def count(path: Path) -> int:
    """How many messages ``messages`` will yield. Raises OSError."""
    with _mapped(path) as octets:
        return sum(1 for _ in _envelope_lines(octets))


def messages(path: Path) -> Iterator[tuple[bytes, bytes]]:
    """Envelope line and octets of each message, quoted ``>From`` lines undone. Raises OSError."""
    with _mapped(path) as octets:
        lines = [(line.start(), line.end()) for line in _envelope_lines(octets)]
        for (start, body), (stop, _) in pairwise([*lines, (len(octets), 0)]):
            raw = octets[body:stop]
            if raw.endswith(_BLANK_BEFORE):  # the line that stands before the next message
                raw = raw[:-2] if raw.endswith(b"\r\n") else raw[:-1]
            yield octets[start:body], _QUOTED_FROM.sub(rb"\1", raw)


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as octets:
        yield octets


def _envelope_lines(octets: mmap.mmap) -> Iterator[re.Match[bytes]]:
    """Those lines "From ..." that begin a message, and not a sentence.

    A date in the line, or a field of a header behind it, tells; where no empty line stands before
    it, both.
    """
    for line in ENVELOPE_LINE.finditer(octets):
        start = line.start()
        signs = [envelope_date(line[0]) is not None, bool(_FIELD.match(octets, line.end()))]
        parted = start == 0 or octets[max(0, start - 3) : start].endswith(_BLANK_BEFORE)
        if start == 0 or (any(signs) if parted else all(signs)):
            yield line
