"""SORT and UID SORT (RFC 5256), by display names (RFC 5957), with RETURN (RFC 5267 §3).

UID and MODSEQ are keys that Cyrus IMAP adds. By MODSEQ it is answered as with a MODSEQ criterion:
the highest mod-sequence stands behind the result (RFC 7162 §3.1.6).

sort = ["UID" SP] "SORT" SP [RETURN options SP] "(" ["REVERSE" SP] key … ")" SP charset program
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.ext.esearch import (
    Result,
    check_options,
    keep_up,
    return_options,
    save_uids,
)
from lemonade_server.imap.ext.filters import read_program
from lemonade_server.imap.ext.fuzzy import check_relevancy
from lemonade_server.imap.ext.search import highest, result_line, tell
from lemonade_server.imap.ext.search.matching import Search
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.search.sort_keys import SORT_KEYS
from lemonade_server.imap.session import Session
from lemonade_server.store.errors import StoreError
from lemonade_server.store.ids import AccountId
from lemonade_server.store.sort_order import Key
from lemonade_server.store.sorting import STORED, by_annotation, by_display, by_modseq, sort
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No

NEEDS = ("esearch", "filters", "fuzzy", "search")

SORT = Capability(b"SORT", 5256, states.LOGGED_IN)
SORT_DISPLAY = capability(Capability(b"SORT=DISPLAY", 5957, states.LOGGED_IN))
SORT_UID = capability(Capability(b"SORT=UID", 5256, states.LOGGED_IN))
SORT_MODSEQ = capability(Capability(b"SORT=MODSEQ", 5256, states.LOGGED_IN, beside=(b"CONDSTORE",)))
ESORT = capability(Capability(b"ESORT", 5267, states.LOGGED_IN))

KEYS_LIMIT = 20
WITH_ARGUMENTS = frozenset(("ANNOTATION",))  # no column by itself


@command(b"SORT", states=states.SELECTED, capability=SORT, expunge=False)
async def by_number(session: Session, cursor: Cursor) -> Ok:
    """The numbers of the messages that a program finds, sorted."""
    return await _sort(session, cursor, by_uid=False)


@command(b"UID SORT", states=states.SELECTED, capability=SORT)
async def uid_sort(session: Session, cursor: Cursor) -> Ok:
    """The UIDs of the messages that a program finds, sorted."""
    return await _sort(session, cursor, by_uid=True)


async def _sort(session: Session, cursor: Cursor, *, by_uid: bool) -> Ok:
    view = session.selected
    options = return_options(cursor.sp())
    check_options(session, options)
    if options is not None:
        cursor.sp()
    keys = sort_keys(cursor, view.reader)
    try:
        reading, node = await read_program(session, view, cursor.sp(), charset_first=True)
        told = reading.modseq or by_modseq(keys)
        if told:
            session.count_modseqs()
        check_relevancy(reading, options, keys)
        kept, memory = session.service.sort_orders, session.service.search_memory
        slow = by_display(keys) or by_annotation(keys)
        search = Search(
            session, view, reading, node, options, by_uid, limited=False, slow=slow, keys=keys
        )
        found, _ = await search.run(
            lambda tx, node, upto, scores, part: sort(
                tx, view.mailbox, node, keys, upto, scores, part, kept, memory
            )
        )
    except (No, StoreError):
        save_uids(view, options, [])
        raise
    if options is None:
        modseq = await highest(session, view.mailbox, sorted(found.uids)) if told else 0
        await session.send(result_line(b"SORT", found.numbers, modseq))
    else:
        await tell(session, view, options, found, by_uid=by_uid, modseq=told)
        keep_up(session, view, options, Result(node, keys, found.uids, by_uid))
    return Ok(b"SORT completed")


def sort_keys(cursor: Cursor, reader: AccountId) -> list[Key]:
    """sort-criteria: REVERSE turns the key behind it and no other. Raises Bad.

    ``reader`` is whose private annotations can be sorted by.
    """
    keys = cursor.expect(b"(").all(lambda each: _key(each, reader))
    cursor.expect(b")")
    if len(keys) > KEYS_LIMIT:
        raise Bad("too many sort keys")
    return keys


def _key(cursor: Cursor, reader: AccountId) -> Key:
    reverse = cursor.word(b"REVERSE")
    name = (cursor.sp() if reverse else cursor).keyword().decode("ascii")
    if name in SORT_KEYS:
        return SORT_KEYS[name](cursor, reverse, reader)
    if name not in STORED or name in WITH_ARGUMENTS:
        raise Bad(f"there is no sort key {name[:40]}")
    return Key(name, reverse)
