"""A cursor over one IMAP command that reads like the grammar of RFC 3501 §9.

The framer has already cut the stream: `text` is the whole command without its last CRLF. Where a
literal stands, `text` holds its announcement, `{n}` CRLF, and nothing of its octets; these come in
`literals`, in order. Each method consumes one terminal or raises Bad. What the client sent is not
repeated in an error's text, for it may be a password.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol, TypeVar

from lemonade_server.wire import dates, numset, utf7
from lemonade_server.wire.errors import Bad, No

T = TypeVar("T")

MAX_NESTING = 50
MAX_NUMBER = 0xFFFFFFFF
MAX_NUMBER64 = 0x7FFF_FFFF_FFFF_FFFF


class SpooledOctets(Protocol):
    """Octets kept outside memory."""

    @property
    def size(self) -> int: ...

    def read(self, start: int, stop: int) -> bytes: ...


class Sink(SpooledOctets, Protocol):
    """Where a large literal is written as it arrives."""

    def write(self, data: bytes, /) -> object: ...


@dataclass(slots=True)
class Literal:
    """One literal of a command; `binary` for `~{n}` (RFC 3516 §4.2), which may hold NUL."""

    size: int
    binary: bool
    data: bytes | SpooledOctets


_ATOM_CHAR = rb"[^\x00-\x20\x7f-\xff(){%*\"\\\]]"
_ATOM = re.compile(_ATOM_CHAR + rb"+")
_ASTRING_ATOM = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\]+")
_LIST_ATOM = re.compile(rb"[^\x00-\x20\x7f-\xff(){\"\\]+")
_TAG = re.compile(rb"[^\x00-\x20\x7f-\xff(){%*\"\\+]+")
_FLAG = re.compile(rb"\\?" + _ATOM_CHAR + rb"+")
_QUOTED = re.compile(rb'"([^\x00\r\n"\\]*(?:\\["\\][^\x00\r\n"\\]*)*)"')
_ESCAPE = re.compile(rb'\\(["\\])')
_MARKER = re.compile(rb"(~?)\{[0-9]+\+?\}\r\n")
_NUMBER = re.compile(rb"[0-9]{1,20}")
_SET = re.compile(rb"[0-9:*,]+|\$")
_DATE = re.compile(rb'" ?[0-9A-Za-z-]+"|[0-9A-Za-z-]+')
_DATE_TIME = re.compile(rb'"([0-9A-Za-z :+-]+)"')


class Cursor:
    """Reads `text` from `pos` on; `utf8` is set once the client has enabled UTF-8."""

    __slots__ = ("_depth", "_literals", "_taken", "pos", "text", "utf8")

    def __init__(self, text: bytes, literals: Sequence[Literal] = (), utf8: bool = False) -> None:
        self.text = text
        self.pos = 0
        self.utf8 = utf8
        self._literals = literals
        self._taken = 0
        self._depth = 0

    def fork(self) -> Cursor:
        """A cursor at the same place, to read what follows once more."""
        other = Cursor(self.text, self._literals, self.utf8)
        other.pos, other._taken, other._depth = self.pos, self._taken, self._depth
        return other

    def fail(self, wanted: str) -> NoReturn:
        """Raise Bad, naming what was expected and where."""
        raise Bad(f"expected {wanted} at octet {self.pos}")

    # Punctuation

    def sp(self) -> Cursor:
        """Exactly one space. Gives the cursor itself, so `c.sp().astring()` reads as the ABNF."""
        if self.text[self.pos : self.pos + 1] != b" ":
            self.fail("a space")
        self.pos += 1
        return self

    def expect(self, token: bytes) -> Cursor:
        """These very octets, letters in any case."""
        if not self.maybe(token):
            self.fail(f'"{token.decode("ascii")}"')
        return self

    def maybe(self, token: bytes) -> bool:
        """Consume these octets if they stand here."""
        stop = self.pos + len(token)
        found = self.text[self.pos : stop]
        if found != token and found.upper() != token.upper():
            return False
        self.pos = stop
        return True

    def peek(self, size: int = 1) -> bytes:
        """The next octets, not consumed; fewer at the end."""
        return self.text[self.pos : self.pos + size]

    def at_end(self) -> bool:
        """Whether the command is read to its end."""
        return self.pos >= len(self.text)

    def end(self) -> None:
        """The command must end here."""
        if self.pos != len(self.text):
            self.fail("the end of the command")

    def nesting(self) -> Cursor:
        """`with c.nesting():` around a rule that can contain itself. Raises Bad at 50 levels."""
        if self._depth >= MAX_NESTING:
            raise Bad("nested too deeply")
        self._depth += 1
        return self

    def __enter__(self) -> Cursor:
        return self

    def __exit__(self, *_: object) -> None:
        self._depth -= 1

    def all(self, item: Callable[[Cursor], T]) -> list[T]:
        """One item or more, a space between them."""
        found = [item(self)]
        while self.maybe(b" "):
            found.append(item(self))
        return found

    def parse_list(self, item: Callable[[Cursor], T]) -> list[T]:
        """A parenthesized list, which may be empty."""
        self.expect(b"(")
        if self.maybe(b")"):
            return []
        found = self.all(item)
        self.expect(b")")
        return found

    # Words and strings

    def word(self, name: bytes) -> bool:
        """Consume the atom here if it is `name` in any case: `URL` does not match `URLX`."""
        found = _ATOM.match(self.text, self.pos)
        if found is None or found[0].upper() != name.upper():
            return False
        self.pos = found.end()
        return True

    def tag(self) -> bytes:
        """The client's tag: an astring's atom without `+` (B-22)."""
        return self._take(_TAG, "a tag")

    def atom(self) -> bytes:
        """An atom, its case kept."""
        return self._take(_ATOM, "an atom")

    def keyword(self) -> bytes:
        """An atom in upper case: the name of a command, an item, an option."""
        return self._take(_ATOM, "a keyword").upper()

    def astring(self, *, eight_bit: bool = False) -> bytes:
        """An atom, in which `]` may stand, a quoted string or a literal; see `string`."""
        found = _ASTRING_ATOM.match(self.text, self.pos)
        if found is None:
            return self.string(eight_bit=eight_bit)
        self.pos = found.end()
        return found[0]

    def string(self, *, eight_bit: bool = False) -> bytes:
        """A quoted string or a literal. 8-bit needs a literal or UTF8=ACCEPT (B-23).

        With `eight_bit` it may stand between quotes as well, in any charset: for words that old
        clients quote so, and that are no name of anything.
        """
        found = _QUOTED.match(self.text, self.pos)
        if found is None:
            return self._literal_string()
        data = found[1]
        if not data.isascii() and (self.utf8 or not eight_bit):
            self._check_utf8(data)
        self.pos = found.end()
        return _ESCAPE.sub(rb"\1", data) if b"\\" in data else data

    def nstring(self) -> bytes | None:
        """A string, or None for `NIL`."""
        return None if self.word(b"NIL") else self.string()

    def literal(self) -> Literal:
        """A literal of any size and kind, where nothing else may stand (APPEND, CATENATE)."""
        found = _MARKER.match(self.text, self.pos)
        if found is None or self._taken >= len(self._literals):
            self.fail("a literal")
        self.pos = found.end()
        self._taken += 1
        return self._literals[self._taken - 1]

    def rest(self) -> bytes:
        """All that is left, consumed unread."""
        left = self.text[self.pos :]
        self.pos = len(self.text)
        return left

    # Numbers, sets, dates

    def number(self, limit: int = MAX_NUMBER) -> int:
        """A number from 0 to `limit`, 32 bits if not said otherwise."""
        value = int(self._take(_NUMBER, "a number"))
        if value > limit:
            raise Bad("number too large")
        return value

    def nz_number(self) -> int:
        """A number of 32 bits that is not 0."""
        return self._not_zero(self.number())

    def number64(self) -> int:
        """A number of 63 bits (RFC 9051 §9)."""
        return self.number(MAX_NUMBER64)

    def mod_sequence(self) -> int:
        """A mod-sequence of 63 bits that is not 0 (RFC 7162 §7, `mod-sequence-value`)."""
        return self._not_zero(self.number(MAX_NUMBER64))

    def numset(self) -> numset.NumSet:
        """A set of message numbers or UIDs, or `$` (its `saved` is set)."""
        return numset.parse(self._take(_SET, "a message set"))

    def date(self) -> datetime.date:
        """A day, quoted or not (RFC 3501 §9, `date`)."""
        wire = self._take(_DATE, "a date").strip(b'"')
        try:
            return dates.parse_date(wire)
        except ValueError as error:
            raise Bad(f"bad date: {error}") from error

    def date_time(self) -> tuple[int, int]:
        """A quoted date and time: seconds since 1970 UTC, and the zone in minutes."""
        wire = self._take(_DATE_TIME, "a quoted date and time")[1:-1]
        try:
            return dates.parse_date_time(wire)
        except ValueError as error:
            raise Bad(f"bad date and time: {error}") from error

    # Flags and mailbox names

    def flag(self) -> bytes:
        r"""A keyword or a `\Flag`, as written. Which flags exist is not grammar."""
        return self._take(_FLAG, "a flag")

    def flag_list(self) -> list[bytes]:
        """Flags in parentheses, none too."""
        return self.parse_list(Cursor.flag)

    def mailbox(self) -> str:
        """A mailbox name in its one spelling (B-27). Raises No with CANNOT when not decodable."""
        return utf7.canonical(self.typed_mailbox())

    def possible_mailbox(self) -> str | None:
        """As `mailbox`, but None for what can be no name: where names only choose."""
        try:
            return self.mailbox()
        except No:
            return None

    def typed_mailbox(self) -> str:
        """As `mailbox`, but spelled as the client typed it."""
        wire = self.astring()
        try:
            name = wire.decode("utf-8") if self.utf8 else utf7.decode(wire)
        except ValueError as error:
            encoding = "UTF-8" if self.utf8 else "modified UTF-7"
            raise No(f"the mailbox name is not in {encoding}", b"CANNOT") from error
        if "\0" in name:
            raise No("no mailbox name holds NUL", b"CANNOT")
        return name

    def pattern(self) -> bytes:
        """An atom in which `%` and `*` may stand, or a string (RFC 3501 §9, `list-mailbox`)."""
        found = _LIST_ATOM.match(self.text, self.pos)
        if found is None:
            return self.string()
        self.pos = found.end()
        return found[0]

    def _take(self, pattern: re.Pattern[bytes], wanted: str) -> bytes:
        found = pattern.match(self.text, self.pos)
        if found is None:
            self.fail(wanted)
        self.pos = found.end()
        return found[0]

    def _not_zero(self, value: int) -> int:
        if not value:
            raise Bad("a number that must not be 0 is 0")
        return value

    def _check_utf8(self, data: bytes) -> None:
        if not self.utf8:
            raise Bad("8-bit characters in a quoted string")
        try:
            data.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Bad("a quoted string is not UTF-8") from error

    def _literal_string(self) -> bytes:
        found = _MARKER.match(self.text, self.pos)
        if found is None:
            self.fail("a string")
        literal = self.literal()
        if literal.binary:
            raise Bad("a binary literal can not stand here")
        if not isinstance(literal.data, bytes):
            raise Bad("the literal is too long here")
        if b"\0" in literal.data:
            raise Bad("NUL in a literal that is not binary")
        return literal.data
