"""ANNOTATE-EXPERIMENT-1: what is noted on messages is fetched and searched for (RFC 5257)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.ext.annotate.changes import MODE
from lemonade_server.imap.ext.annotate.settings import AnnotationChange, values
from lemonade_server.imap.ext.store import STORE_ITEMS
from lemonade_server.imap.fetch.plan import FieldIndex, Frame, Item, Part, Row, fetch_item
from lemonade_server.imap.hooks import opening
from lemonade_server.imap.message_data import Addition, addition
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.search.program import Program, search_key
from lemonade_server.imap.search.sort_keys import sort_key
from lemonade_server.imap.selection import SelectParameter, select_parameter
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store.ids import AccountId
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.message_annotations import LONGEST_VALUE, SHARED, StoredAnnotations
from lemonade_server.store.message_annotations import of as annotations_of
from lemonade_server.store.messages import NewMessage
from lemonade_server.store.search_tree import Node, Not, WithAnnotation
from lemonade_server.store.sort_order import Key
from lemonade_server.wire import annotations as grammar
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad

NEEDS = ("fetch_items", "store")

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

    def bind(_: FieldIndex) -> Part:
        def part(row: Row, frame: Frame) -> bytes:
            noted = frame.once(stored_annotations).get(row[0], {})
            return grammar.fetch_response(noted, wanted, attributes)

        return part

    sparse = not any(each.is_exact for each in wanted)
    return Item((), bind, annotates=True, sparse=sparse)


def stored_annotations(frame: Frame) -> dict[int, StoredAnnotations]:
    """What is noted on messages, as far as the user may see it (§3.3)."""
    return annotations_of(frame.tx, frame.view.mailbox, frame.view.reader, frame.uids)


@search_key(b"ANNOTATION")
def with_annotation(program: Program, cursor: Cursor) -> Node:
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
    key = WithAnnotation(pattern, tuple(accounts), "" if value is None else program.folded(value))
    return Not(key) if value is None else key


@select_parameter(b"ANNOTATE")
def annotate_parameter(_: Session, __: Cursor) -> SelectParameter:
    """(ANNOTATE) of SELECT: annotations that others change are told (§4.1)."""
    return SelectParameter(mode=MODE.name)


@opening
async def say_limits(session: Session, view: View) -> None:
    """The code ANNOTATIONS (§4.1)."""
    noted = b"READ-ONLY" if view.examined else b"%d" % LONGEST_VALUE
    session.ok(b"ANNOTATIONS %b" % noted, b"octets")


def annotation_change(cursor: Cursor, unchanged_since: int | None) -> AnnotationChange:
    """ANNOTATION (entry-att ...) of STORE, to the end of the command (§4.5)."""
    settings = grammar.settings(cursor)
    cursor.end()
    return AnnotationChange(settings, unchanged_since)


STORE_ITEMS[b"ANNOTATION"] = annotation_change


@addition(b"ANNOTATION")
def annotation_addition(cursor: Cursor) -> Addition:
    """ANNOTATION (entry-att ...) of APPEND (§4.7)."""
    settings = grammar.settings(cursor.sp())

    def add(new: NewMessage, prepared: PreparedMessage, account: AccountId, rights: str) -> None:
        grammar.check_parts(prepared.rendering.parts, grammar.parts_of(settings))
        found = values(settings, account, rights)
        new.annotations = {key: value for key, value in found.items() if value is not None}

    return add


@sort_key("ANNOTATION")
def by_annotation(cursor: Cursor, reverse: bool, reader: AccountId) -> Key:
    """ANNOTATION entry attribute of SORT (§4.9). Raises Bad."""
    entry = grammar.entry(cursor.sp())
    attribute = grammar.attribute(cursor.sp())
    if attribute not in ("value.priv", "value.shared"):
        raise Bad("it is sorted by value.priv or value.shared")
    return Key("ANNOTATION", reverse, entry, SHARED if attribute == "value.shared" else reader)
