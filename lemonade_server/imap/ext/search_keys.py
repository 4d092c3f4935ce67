"""The search keys of RFC 3501 §6.4.4, and MODSEQ of RFC 7162 §3.1.5."""

from __future__ import annotations

from collections.abc import Callable

from lemonade_server.imap.search.program import Program, SearchKey, search_key
from lemonade_server.store import flags
from lemonade_server.store.search_tree import (
    All,
    And,
    ChangedSince,
    Day,
    Flag,
    Header,
    Keyword,
    LiveUids,
    Node,
    Not,
    Or,
    Size,
    TextSearch,
)
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

FLAGS = {
    b"ANSWERED": flags.ANSWERED,
    b"DELETED": flags.DELETED,
    b"DRAFT": flags.DRAFT,
    b"FLAGGED": flags.FLAGGED,
    b"SEEN": flags.SEEN,
}
DAYS = {b"BEFORE": "before", b"ON": "on", b"SINCE": "since"}
TEXTS = (b"BCC", b"BODY", b"CC", b"FROM", b"SUBJECT", b"TEXT", b"TO")


def _constant_key(make: Callable[[], Node]) -> SearchKey:
    return lambda _, __: make()


def _flag(bit: int, is_set: bool) -> SearchKey:
    return _constant_key(lambda: Flag(bit, is_set))


def _day(how: str, sent: bool) -> SearchKey:
    return lambda _, cursor: Day(how, cursor.sp().date().toordinal(), sent)


def _text(field: str) -> SearchKey:
    return lambda program, cursor: TextSearch(field, program.text(cursor.sp()))


for _name, _bit in FLAGS.items():
    search_key(_name)(_flag(_bit, True))
    search_key(b"UN" + _name)(_flag(_bit, False))
for _name, _how in DAYS.items():
    search_key(_name)(_day(_how, sent=False))
    search_key(b"SENT" + _name)(_day(_how, sent=True))
for _name in TEXTS:
    search_key(_name)(_text(_name.decode().lower()))
search_key(b"ALL")(_constant_key(All))


@search_key(b"KEYWORD")
def keyword(_: Program, cursor: Cursor) -> Node:
    return Keyword(cursor.sp().atom().decode())


@search_key(b"UNKEYWORD")
def unkeyword(_: Program, cursor: Cursor) -> Node:
    return Keyword(cursor.sp().atom().decode(), is_set=False)


@search_key(b"LARGER")
def larger(_: Program, cursor: Cursor) -> Node:
    return Size(True, cursor.sp().number64())


@search_key(b"SMALLER")
def smaller(_: Program, cursor: Cursor) -> Node:
    return Size(False, cursor.sp().number64())


@search_key(b"HEADER")
def header(program: Program, cursor: Cursor) -> Node:
    """HEADER with an empty string finds messages that have the field."""
    name = cursor.sp().astring().decode("latin-1").lower()
    return Header(name, program.text(cursor.sp()))


@search_key(b"NOT")
def not_(program: Program, cursor: Cursor) -> Node:
    return Not(program.key(cursor.sp()))


@search_key(b"OR")
def or_(program: Program, cursor: Cursor) -> Node:
    return Or([program.key(cursor.sp()), program.key(cursor.sp())])


@search_key(b"UID")
def uid(program: Program, cursor: Cursor) -> Node:
    return program.uids(cursor.sp().numset())


@search_key(b"RECENT")
def recent(program: Program, _: Cursor) -> Node:
    """\\Recent is this session's own: its UIDs."""
    view = program.view
    program.local = True
    return LiveUids(lambda: [(low, high - 1) for low, high in view.recent])


@search_key(b"OLD")
def old(program: Program, cursor: Cursor) -> Node:
    return Not(recent(program, cursor))


@search_key(b"NEW")
def new(program: Program, cursor: Cursor) -> Node:
    return And([recent(program, cursor), Flag(flags.SEEN, is_set=False)])


@search_key(b"MODSEQ")
def modseq(program: Program, cursor: Cursor) -> Node:
    """MODSEQ [entry-name SP entry-type-req SP] value. We keep one for all of a message's flags.

    Raises Bad for an entry that is no flag's (RFC 7162 §7).
    """
    program.modseq = True
    cursor.sp()
    if cursor.peek() == b'"':
        if not cursor.string().lower().startswith(b"/flags/"):
            raise Bad("the entry of a flag is written /flags/ and the flag")
        if cursor.sp().keyword() not in (b"PRIV", b"SHARED", b"ALL"):
            raise Bad("an entry is priv, shared or all")
        cursor.sp()
    return ChangedSince(cursor.number64())
