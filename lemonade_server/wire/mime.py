"""Where the parts of a message are: a tree of offsets, found without copying or decoding.

The scanner looks for delimiter lines with ``bytes.find`` and reads only part headers, so that a
message costs about as much as its text has header lines. A rope marks spans *opaque* when no
line in them starts with ``--``: those are passed over unread, except a short window at each end.

A line ends at LF. A header ends at its blank line, where text begins without one, at a delimiter
of an enclosing multipart, or after ``MAX_HEADER`` octets. What goes beyond the limits becomes
``application/octet-stream``; a multipart that has no parts is text, as RFC 2045 §5.2 wants for a
type that makes no sense. A delimiter line is one that begins with a delimiter, whatever stands
behind it on the line (RFC 2046 §5.1.1); the longest that fits is meant.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from lemonade_server.wire import encoding_names, headers, parameters
from lemonade_server.wire.parameters import Params
from lemonade_server.wire.source import MAX_HEADER, MAX_LINE, BytesSource, Source, Window

__all__ = [
    "MAX_BOUNDARY",
    "MAX_DEPTH",
    "MAX_HEADER",
    "MAX_MISSES",
    "MAX_PARTS",
    "BytesSource",
    "Part",
    "Source",
    "scan",
]

MAX_DEPTH = 50  # open parts, one inside the other
MAX_PARTS = 2_000
MAX_BOUNDARY = 900  # octets; RFC 2046 allows 70
MAX_MISSES = 400_000  # lines that start like a delimiter and are none


@dataclass(slots=True)
class Part:
    """One entity: header [header_start, body_start), body [body_start, stop).

    ``section`` is "" for the message, else its IMAP part number. A multipart that is the whole
    of an embedded message has no number of its own: it bears the number of its text, "2.TEXT".
    ``lines`` is counted for text and embedded messages only. Parameters: ``wire.parameters``.
    """

    header_start: int
    body_start: int
    type: str = "text"
    subtype: str = "plain"
    params: Params = field(default_factory=list)
    encoding: str = "7bit"
    id: bytes | None = None
    description: bytes | None = None
    md5: bytes | None = None
    disposition: tuple[str, Params] | None = None
    language: list[str] = field(default_factory=list)
    location: bytes | None = None
    stop: int = 0
    lines: int = 0
    children: list[Part] = field(default_factory=list)
    section: str = ""

    @property
    def is_multipart(self) -> bool:
        """One that has parts: without any it would have become text."""
        return self.type == "multipart"

    @property
    def is_message(self) -> bool:
        """An embedded message (RFC 2046 §5.2.1, RFC 6532 §3.7): one child, its root."""
        return self.type == "message" and self.subtype in ("rfc822", "global")


def scan(source: Source) -> Part:
    """The part tree of any octets whatever, in time bounded by their number."""
    root = _Scanner(source).run()
    _number(root, "", "")
    return root


# --- headers of parts ---------------------------------------------------------------------------

_CONTENT_FIELD = re.compile(
    rb"\n[Cc][Oo][Nn][Tt][Ee][Nn][Tt]-([A-Za-z0-9-]++)[ \t]*+:"
    rb"([^\n]*+(?:\n[ \t][^\n]*+)*+)"
)
_FOLD = re.compile(rb"\r?\n(?=[ \t])")


def _describe(block: bytes, start: int, stop: int, digest: bool) -> Part:
    """A part as its header block describes it. The first of repeated fields counts."""
    found: dict[bytes, bytes] = {}
    for name, raw in _CONTENT_FIELD.findall(b"\n" + block):
        unfolded = _FOLD.sub(b"", raw) if b"\n" in raw else raw
        found.setdefault(name.lower(), unfolded.strip(b" \t\r"))
    part = Part(start, stop)
    media = parameters.media_type(found[b"type"]) if b"type" in found else None
    if media is not None:
        part.type, part.subtype, part.params = media
    elif digest and b"type" not in found:
        part.type, part.subtype = "message", "rfc822"  # RFC 2046 §5.1.5
    else:
        part.params = [("charset", "us-ascii")]
    part.encoding = parameters.word(found.get(b"transfer-encoding", b""), "7bit")
    if b"disposition" in found:
        part.disposition = parameters.disposition(found[b"disposition"])
    if b"language" in found:
        part.language = parameters.words(found[b"language"])
    part.id = found.get(b"id")
    part.description = found.get(b"description")
    part.md5 = found.get(b"md5")
    part.location = found.get(b"location")
    return part


def _boundary(part: Part) -> bytes | None:
    """The delimiter of a multipart, None when there is none that could be used."""
    value = parameters.parameter(part.params, "boundary")
    if value is None:
        return None
    octets = value[0].encode("latin-1").rstrip(b" \t\r\n")
    return octets if 0 < len(octets) <= MAX_BOUNDARY and b"\n" not in octets else None


def _number(part: Part, own: str, prefix: str) -> None:
    """Give part numbers as RFC 3501 §6.4.5 does. ``prefix`` comes before those of the children."""
    part.section = own
    if part.is_multipart:
        for position, child in enumerate(part.children, 1):
            section = f"{prefix}{position}"
            _number(child, section, section + ".")
    elif part.is_message:
        here = own or "1"
        inner = part.children[0]
        _number(inner, f"{here}.TEXT" if inner.is_multipart else f"{here}.1", f"{here}.")


# --- the scanner --------------------------------------------------------------------------------


@dataclass(slots=True)
class _Delimiter:
    level: int  # index of the open multipart
    final: bool
    feed: int  # the LF that ends the line before
    after: int  # first octet after the delimiter line


class _Scanner:
    """A stack of open parts over one walk through the message."""

    __slots__ = (
        *("_boundaries", "_closed", "_count", "_longest", "_misses", "_needle", "_open"),
        *("_starts", "_tokens", "_w"),
    )

    def __init__(self, source: Source) -> None:
        self._w = Window(source)
        self._open: list[Part] = []
        self._boundaries: list[bytes | None] = []  # beside _open; None once its end was seen
        self._closed: set[bytes] = set()  # boundaries whose end was seen
        self._tokens: dict[bytes, tuple[int, bool]] = {}
        self._longest: list[bytes] = []  # what delimiter lines begin with, the longest first
        self._starts: tuple[bytes, ...] = ()  # the same
        self._needle = b""
        self._count = 0
        self._misses = 0

    def run(self) -> Part:
        """The root, with everything in it closed."""
        position = self._begin(0, digest=False)
        root = self._open[0]
        while self._tokens:
            hit = self._next_delimiter(position, self._w.size)
            if hit is None:
                break
            self._close_above(hit.level, hit.feed)
            if hit.final:
                self._closed.add(self._boundaries[hit.level] or b"")
                self._boundaries[hit.level] = None
                self._retoken()
                position = hit.after - 1
            elif self._count >= MAX_PARTS:
                break
            else:
                position = self._begin(hit.after, self._open[-1].subtype == "digest")
        self._close_above(-1, self._w.size)
        return root

    def _begin(self, start: int, digest: bool) -> int:
        """Open the part whose header is at ``start``; where to look for delimiters from then on."""
        while True:
            stop = self._w.header_end(start)
            if self._tokens:
                hit = self._next_delimiter(start - 1, stop)
                if hit is not None:
                    stop = hit.feed + 1
            block = self._w.peek(start, stop)
            if (text := headers.text_start(block)) is not None:  # the blank line was forgotten
                block, stop = block[:text], start + text
            part = _describe(block, start, stop, digest)
            self._count += 1
            boundary = self._settle(part)
            if boundary is not None and (feed := block.find(b"\n--" + boundary)) >= 0:
                part.body_start = stop = start + feed + 1  # the blank line was forgotten
            if self._open:
                self._open[-1].children.append(part)
            self._open.append(part)
            self._boundaries.append(boundary)
            if boundary is not None:
                self._retoken()
            if not part.is_message:
                return stop - 1
            start, digest = stop, False

    def _settle(self, part: Part) -> bytes | None:
        """Turn a part that can't have children into a leaf; the boundary of one that can."""
        if part.is_message:
            if (
                encoding_names.canonical_name(part.encoding) not in encoding_names.IDENTITY
                or len(self._open) >= MAX_DEPTH - 1
                or self._count >= MAX_PARTS
            ):
                _flatten(part)
        elif part.is_multipart:
            boundary = _boundary(part)
            if boundary is None:
                _as_text(part)
            elif len(self._open) >= MAX_DEPTH - 1 or self._count >= MAX_PARTS:
                _flatten(part)
            else:
                return boundary
        return None

    def _close_above(self, level: int, feed: int) -> None:
        """End all parts above ``level``. The line end before a delimiter belongs to it."""
        stop = feed
        if level >= 0 and self._w.peek(feed - 1, feed) == b"\r":
            stop -= 1
        bounded = False
        while len(self._open) - 1 > level:
            part = self._open.pop()
            bounded |= self._boundaries.pop() is not None
            stop = max(stop, part.body_start)  # a header that a delimiter cut short
            part.stop = stop
            if part.is_multipart and not part.children:
                _as_text(part)
            if part.type == "text" or part.is_message:
                part.lines = self._w.source.lines(part.body_start, part.stop)
        if bounded:
            self._retoken()

    def _retoken(self) -> None:
        """What delimiter lines may be now; the innermost of equal boundaries is meant."""
        self._tokens = {}
        for level, boundary in enumerate(self._boundaries):
            if boundary is not None:
                self._tokens[b"--" + boundary] = (level, False)
                self._tokens[b"--" + boundary + b"--"] = (level, True)
        self._needle = b"\n" + _common_prefix(self._tokens)
        known = {*self._tokens, *[b"--" + boundary for boundary in self._closed]}
        self._longest = sorted(known, key=len, reverse=True)
        self._starts = tuple(self._longest)

    def _next_delimiter(self, start: int, limit: int) -> _Delimiter | None:
        """The first delimiter line that begins in [start, limit), ``start`` being a LF before."""
        while self._misses < MAX_MISSES:
            feed = self._w.find(self._needle, start, limit)
            if feed < 0:
                return None
            line = self._w.peek(feed + 1, feed + 1 + MAX_LINE)
            end = line.find(b"\n") + 1
            if end:
                line = line[:end]
            token = self._tokens.get(line.rstrip(b" \t\r\n"))
            if token is None and line.startswith(self._starts):
                token = self._tokens.get(next(filter(line.startswith, self._longest)))
            after = feed + 1 + len(line)
            if token is not None and (end or after == self._w.size):
                return _Delimiter(token[0], token[1], feed, after)
            self._misses += 1
            start = feed + 1
        return None


def _common_prefix(tokens: Collection[bytes]) -> bytes:
    if not tokens:
        return b""
    low, high = min(tokens), max(tokens)
    for length, (left, right) in enumerate(zip(low, high, strict=False)):
        if left != right:
            return low[:length]
    return low


def _as_text(part: Part) -> None:
    part.type, part.subtype, part.params = "text", "plain", [("charset", "us-ascii")]


def _flatten(part: Part) -> None:
    """What can't be opened is opaque; what it is stands in a parameter (RFC 2046 §4.5.1)."""
    named = [(name, value) for name, value in part.params if name.partition("*")[0] == "name"]
    part.params = [("type", f"{part.type}/{part.subtype}"), *named]
    part.type, part.subtype = "application", "octet-stream"
