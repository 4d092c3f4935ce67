"""ANNOTATE-EXPERIMENT-1: what is noted on messages is fetched and searched for (RFC 5257).

The parameter of SELECT stands in ``select.py``, STORE in ``imap/annotating.py``, the data item of
APPEND in ``append.py``, the key of SORT in ``sort.py``.
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.fetch.plan import Column, Frame, Item, Part, Row, fetch_item
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.search.program import Program, search_key
from lemonade_server.store.message_annotations import SHARED
from lemonade_server.store.search_tree import Annotated, Node, Not
from lemonade_server.wire import annotations as grammar
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

ANNOTATE = capability(Capability(b"ANNOTATE-EXPERIMENT-1", 5257, states.LOGGED_IN))

SIDES = {
    "value": (True, True),
    "value.priv": (True, False),
    "value.shared": (False, True),
}


@fetch_item(b"ANNOTATION")
def annotation(cursor: Cursor) -> Item:
    """ANNOTATION (entries attributes). A part number that a message has not is just not annotated:
    an error for one message would keep the others of the command from being told.
    """
    cursor.sp().expect(b"(")
    wanted = grammar.patterns(cursor)
    attributes = grammar.attributes(cursor.sp())
    cursor.expect(b")")

    def bind(_: Column) -> Part:
        def part(row: Row, frame: Frame) -> bytes:
            return grammar.fetched(frame.annotations(row[0]), wanted, attributes)

        return part

    sparse = not any(each.is_exact for each in wanted)
    return Item((), bind, annotates=True, sparse=sparse)


@search_key(b"ANNOTATION")
def noted(program: Program, cursor: Cursor) -> Node:
    """ANNOTATION entry-match att-search value: a text in it (§4.8); NIL, that there is none."""
    pattern = grammar.pattern(cursor.sp())
    attribute = grammar.attribute(cursor.sp())
    if attribute not in SIDES:
        raise Bad("only values can be searched")
    private, shared = SIDES[attribute]
    accounts = [program.view.reader] if private else []
    if shared:
        accounts.append(SHARED)
    value = grammar.value(cursor.sp())
    key = Annotated(pattern, tuple(accounts), "" if value is None else program.folded(value))
    return Not(key) if value is None else key
