"""Address lists of header fields, read as ENVELOPE wants them (RFC 5322 §3.4, RFC 3501 §7.4.2).

Nothing is refused: what has no domain gets an empty host, since NIL there would mean a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

Address = tuple[bytes | None, bytes | None, bytes | None, bytes | None]
"""(name, route, mailbox, host). (None, None, name, None) opens a group and four None close it."""

MAX_ADDRESSES = 10_000  # of one field
REMEMBERED = 256  # octets of a field that is read once only

_TOKEN = re.compile(
    rb"[ \t\r\n]++"
    rb"|\"(?P<quoted>[^\"\\]*+(?:\\.[^\"\\]*+)*+)\"?+"
    rb"|(?P<literal>\[[^\]]*+\]?+)"
    rb"|(?P<special>[(<>:;,@])"
    rb"|(?P<atom>[^ \t\r\n\"\[(<>:;,@]++)",
    re.DOTALL,
)
_COMMENT_MARK = re.compile(rb"[()]|\\.", re.DOTALL)
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)

_TEXT, _QUOTED, _SPECIAL, _COMMENT = range(4)
_Token = tuple[int, bytes, bool]  # kind, octets, a blank before it


def addresses(value: bytes) -> Sequence[Address]:
    """Every address and group mark of an unfolded field value, in order."""
    if len(value) <= REMEMBERED:
        return _cached_addresses(value)
    return _Reader().read(value)


def mailboxes(values: Iterable[bytes]) -> list[Address]:
    """The addresses of all values of a field, without group names and without empty ones."""
    return [
        found for value in values for found in addresses(value) if found[2] and found[3] is not None
    ]


def specification(address: Address) -> str:
    """``mailbox@host`` of an address as text, the mailbox alone where no domain is named."""
    _, _, mailbox, host = address
    octets = b"%b@%b" % (mailbox or b"", host) if host else mailbox or b""
    return octets.decode("utf-8", "replace")


def ambiguity(value: bytes) -> str:
    """Why another reader may well find another address in a value than ``addresses`` does, in words
    that go on "From has …"; empty where all find the same.
    """
    reader = _Reader()
    reader.read(value)
    if reader.ambiguity or _is_closed(value):
        return reader.ambiguity
    return "a quotation, comment or angle that does not end"


@lru_cache(maxsize=1024)
def _cached_addresses(value: bytes) -> tuple[Address, ...]:
    """One field is read for the envelope and for sorting, and few people write most mail."""
    return tuple(_Reader().read(value))


def _is_closed(value: bytes) -> bool:
    """Whether each quotation, comment and angle ends."""
    position, is_open = 0, False
    while position < len(value):
        match = _TOKEN.match(value, position)
        if match is None:
            return False
        token, position = match.group(), match.end()
        if token[:1] == b'"' and (len(token) == 1 or match.end("quoted") == match.end()):
            return False
        if token == b"(":
            position = _comment_end(value, position) + 1
            if position > len(value):
                return False
        elif token in (b"<", b">"):
            is_open = token == b"<"
    return not is_open


def _tokens(value: bytes) -> Iterator[_Token]:
    position, blank = 0, False
    while position < len(value):
        match = _TOKEN.match(value, position)
        if match is None:  # not reachable: the classes above cover every octet
            return
        position = match.end()
        kind = match.lastgroup
        if kind is None:
            blank = True
            continue
        octets = match.group(kind)
        if kind == "quoted":
            yield _QUOTED, _unescape(octets), blank
        elif octets == b"(":
            stop = _comment_end(value, position)
            yield _COMMENT, _unescape(value[position:stop]), blank
            position = stop + 1
        else:
            yield (_SPECIAL if kind == "special" else _TEXT), octets, blank
        blank = False


def _comment_end(value: bytes, position: int) -> int:
    """Where the comment that was opened before ``position`` closes; the end if it does not."""
    depth = 1
    for match in _COMMENT_MARK.finditer(value, position):
        mark = match.group()
        if mark == b"(":
            depth += 1
        elif mark == b")":
            depth -= 1
            if depth == 0:
                return match.start()
    return len(value)


def _unescape(octets: bytes) -> bytes:
    return _ESCAPED.sub(rb"\1", octets) if b"\\" in octets else octets


class _Reader:
    """The list so far, and the pieces of the address that is being read."""

    __slots__ = ("_angle", "_comment", "_found", "_in_group", "_words", "ambiguity")

    def __init__(self) -> None:
        self.ambiguity = ""
        self._found: list[Address] = []
        self._in_group = False
        self._clear()

    def _clear(self) -> None:
        self._words: list[_Token] = []
        self._angle: list[_Token] | None = None
        self._comment: bytes | None = None

    def read(self, value: bytes) -> list[Address]:
        """All addresses of a value, up to the limit."""
        inside = False  # between < and >
        for token in _tokens(value):
            kind, octets, _ = token
            if kind == _COMMENT:
                self._comment = octets
            elif inside:
                if kind == _SPECIAL and octets == b">":
                    inside = False
                elif self._angle is not None:
                    if kind == _SPECIAL and octets in b"<,;":
                        self.ambiguity = "an address within an address"
                    self._angle.append(token)
            elif kind == _SPECIAL and octets == b"<":
                inside = True
                self._angle = [] if self._angle is None else self._angle
            elif kind == _SPECIAL and octets in b",;:":
                self._separate(octets)
                if len(self._found) >= MAX_ADDRESSES:
                    break
            elif kind != _SPECIAL or octets != b">":
                if self._angle is not None and token[:2] == (_SPECIAL, b"@"):
                    self.ambiguity = "an address behind an address; put a comma between"
                self._words.append(token)
        self._flush()
        self._end_group()
        return self._found

    def _separate(self, mark: bytes) -> None:
        if mark == b":" and not self._in_group and self._angle is None:
            self._found.append((None, None, _phrase(self._words) or b"", None))
            self._in_group = True
            self._clear()
        elif mark == b":":
            self._words.append((_SPECIAL, mark, False))
        else:
            self._flush()
            if mark == b";":
                self._end_group()

    def _end_group(self) -> None:
        if self._in_group:
            self._found.append((None, None, None, None))
            self._in_group = False

    def _flush(self) -> None:
        if self._angle is not None:
            name = _phrase(self._words) or self._comment
            route, rest = _route(self._angle)
            mailbox, host = _mailbox(rest)
            if (_SPECIAL, b"@") in (token[:2] for token in self._words):
                meant = [part.lower() for part in _mailbox(self._words)]
                if meant != [mailbox.lower(), host.lower()] and not self.ambiguity:
                    self.ambiguity = "an address before an address; put the name in quotes"
            if name or mailbox or host:
                self._found.append((name, route, mailbox, host))
        elif self._words:
            mailbox, host = _mailbox(self._words)
            self._found.append((self._comment, None, mailbox, host))
        self._clear()


def _phrase(words: list[_Token]) -> bytes | None:
    """The display name: quotes undone, blanks made single; None when there is none."""
    pieces: list[bytes] = []
    for _, octets, blank in words:
        if blank and pieces:
            pieces.append(b" ")
        pieces.append(octets)
    return b"".join(pieces) or None


def _route(tokens: list[_Token]) -> tuple[bytes | None, list[_Token]]:
    """``@a,@b:`` before an address (RFC 5322 §4.4), and the address."""
    if tokens and tokens[0][:2] == (_SPECIAL, b"@"):
        for index, (kind, octets, _) in enumerate(tokens):
            if kind == _SPECIAL and octets == b":":
                return b"".join(token[1] for token in tokens[:index]), tokens[index + 1 :]
    return None, tokens


def _mailbox(tokens: list[_Token]) -> tuple[bytes, bytes]:
    """Local part and domain, split at the last @; blanks are kept only where no @ is."""
    for index in range(len(tokens) - 1, -1, -1):
        if tokens[index][:2] == (_SPECIAL, b"@"):
            local = b"".join(token[1] for token in tokens[:index])
            return local, b"".join(token[1] for token in tokens[index + 1 :])
    return _phrase(tokens) or b"", b""
