"""The search program: what stands behind SEARCH, SORT and THREAD (RFC 3501 §6.4.4).

    program = ["CHARSET" SP astring SP] search-key *(SP search-key)

Keys register themselves; message numbers and \\Recent become UIDs here, since the store knows
neither. Message numbers are those of the moment the command is read.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from lemonade_server.imap.dialect import Dialect
from lemonade_server.imap.view import View
from lemonade_server.store.search_tree import And, LiveUids, Node, Uids
from lemonade_server.wire import numset
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.numset import NumSet
from lemonade_server.wire.text import casemap, writing_codec

KEYS_LIMIT = 5_000
DEEPEST_FILTER = 10  # saved programs inside each other; RFC 5466 §3.1 asks for three
CHARSETS = (
    "US-ASCII", "UTF-8", *(f"ISO-8859-{part}" for part in (*range(1, 12), *range(13, 17))),
    *(f"WINDOWS-{page}" for page in range(1250, 1259)), "KOI8-R", "KOI8-U", "TIS-620",
    "ISO-2022-JP", "SHIFT_JIS", "EUC-JP", "ISO-2022-KR", "EUC-KR", "GB2312", "GBK", "GB18030",
    "BIG5",
)  # fmt: skip
"""What strings may be in: no charset of 16-bit units, for a literal can't hold NUL."""

_SET_START = re.compile(rb"[0-9*$]")
_CODECS = {writing_codec(name) for name in CHARSETS}
_BADCHARSET = f"BADCHARSET ({' '.join(CHARSETS)})".encode("ascii")


@dataclass(slots=True)
class Program:
    """A program while it is read. ``modseq``: it has a MODSEQ key, so the answer tells one.

    ``fuzzy``: it has a FUZZY key, so that messages match more or less well (RFC 6203).
    ``local``: what it means depends on the mailbox, as numbers and ``*`` do. ``filters`` are saved
    programs by name (RFC 5466), None while they are not known; ``inside`` those being read.
    """

    view: View
    charset: str = ""
    modseq: bool = False
    local: bool = False
    fuzzy: bool = False
    keys: int = 0
    filters: Mapping[str, bytes] | None = None
    inside: tuple[str, ...] = ()

    def text(self, cursor: Cursor) -> str:
        """A string argument, decoded and folded for comparison. Raises Bad.

        Without CHARSET it is UTF-8 if it can be that (RFC 6855 makes it so), else Latin-1.
        """
        return self.folded(cursor.astring(eight_bit=True))

    def folded(self, octets: bytes) -> str:
        """Octets of the command as ``text`` has them. Raises Bad."""
        try:
            return casemap(octets.decode(self.charset or "utf-8"))
        except UnicodeDecodeError as error:
            if not self.charset:
                return casemap(octets.decode("latin-1"))
            raise Bad("a string is not in the charset of the command") from error

    def numbers(self, numbers: NumSet) -> Uids:
        """Message numbers as UIDs; what is not there finds nothing."""
        self.local = True
        if numbers.saved:
            return Uids(numset.to_ranges(self.view.resolve(numbers, True)))
        if not self.view.dialect.numbers:
            raise Bad("a message number stands among the keys", b"UIDREQUIRED")
        uids = self.view.uids
        found: list[tuple[int, int]] = []
        for low, high in numbers.resolve(len(uids)):
            found += numset.to_ranges(uids[low - 1 : high])
        return Uids(found)

    def uids(self, numbers: NumSet) -> Node:
        """A set of UIDs. What ``*`` is in it may be another message when it is asked again."""
        if numbers.saved:
            return self.numbers(numbers)
        view = self.view
        if numbers.has_star:
            self.local = True
            return LiveUids(lambda: numbers.resolve(view.largest()), starred=True)
        return Uids(numbers.resolve(self.view.largest()))

    def saved_program(self, name: str) -> Node:
        """A saved program, as if it stood here in parentheses (RFC 5466 §3.1).

        Raises No UNDEFINED-FILTER for one that is not there, leads back to itself, or is none, and
        FiltersWanted when the saved programs are not known yet.
        """
        if self.filters is None:
            raise FiltersWanted
        folded = name.lower()
        charset, inside = self.charset, self.inside
        if folded in inside or len(inside) >= DEEPEST_FILTER:
            raise undefined_filter(name)
        self.charset, self.inside = "utf-8", (*inside, folded)
        try:
            cursor = Cursor(self.filters[folded], utf8=True)
            node = And(cursor.all(self.key))
            cursor.end()
        except (Bad, KeyError) as error:
            raise undefined_filter(name) from error
        self.charset, self.inside = charset, inside
        return node

    def key(self, cursor: Cursor) -> Node:
        """search-key. Raises Bad."""
        self.keys += 1
        if self.keys > KEYS_LIMIT:
            raise Bad("too many search keys")
        if cursor.peek() == b"(":
            with cursor.nesting():
                group = And(cursor.expect(b"(").all(self.key))
            cursor.expect(b")")
            return group
        if _SET_START.match(cursor.peek()):
            return self.numbers(cursor.numset())
        name = cursor.keyword()
        parse = SEARCH_KEYS.get(name)
        if parse is None:
            raise Bad(f"there is no search key {name[:40].decode('ascii')}")
        with cursor.nesting():
            return parse(self, cursor)


class FiltersWanted(Exception):
    """A program names a saved one, and those must be read first."""


def undefined_filter(name: str) -> No:
    """What a program ends with that names a saved one which can't be used."""
    return No("there is no such filter", b"UNDEFINED-FILTER " + name.encode("ascii"))


SearchKey = Callable[[Program, Cursor], Node]
SEARCH_KEYS: dict[bytes, SearchKey] = {}


def search_key(name: bytes) -> Callable[[SearchKey], SearchKey]:
    """Register a key: called with the cursor behind its name."""

    def register(function: SearchKey) -> SearchKey:
        SEARCH_KEYS[name] = function
        return function

    return register


def program(
    view: View,
    cursor: Cursor,
    charset_first: bool = False,
    filters: Mapping[str, bytes] | None = None,
) -> tuple[Program, Node]:
    """Read a program to the end of the command. Raises Bad, No BADCHARSET, and as ``saved``.

    ``charset_first``: its charset stands before it, as in SORT and THREAD (RFC 5256 §5).
    """
    reading = Program(view, filters=filters)
    if charset_first or cursor.word(b"CHARSET"):
        reading.charset = charset(cursor if charset_first else cursor.sp())
        cursor.sp()
    node = And(cursor.all(reading.key))
    cursor.end()
    return reading, node


def refuse_charset(dialect: Dialect, cursor: Cursor) -> None:
    """Where all strings are UTF-8 already, no charset is named (RFC 6855 §3). Raises Bad."""
    if not dialect.charsets and cursor.peek(8).upper() == b"CHARSET ":
        raise Bad("the charset is UTF-8 since ENABLE UTF8=ACCEPT")


def charset(cursor: Cursor) -> str:
    """A charset's name, as Python calls it. Raises No with those that may be asked for."""
    codec = writing_codec(cursor.astring().decode("latin-1"))
    if codec is None or codec not in _CODECS:
        raise No("strings can't be in this charset", _BADCHARSET)
    return codec


def as_numbers(view: View, uids: Sequence[int]) -> list[int]:
    """Message numbers of UIDs in any order, which the view holds."""
    known = view.uids
    if not uids:
        return []
    if known[-1] - known[0] + 1 == len(known):  # none is missing among them
        before = known[0] - 1
        return [uid - before for uid in uids]
    if len(uids) * 8 > len(known):
        places = dict(zip(known, count(1), strict=False))
        return [places[uid] for uid in uids]
    return [bisect_left(known, uid) + 1 for uid in uids]
