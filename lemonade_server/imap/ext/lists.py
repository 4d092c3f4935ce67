"""LIST and LSUB, with CHILDREN (RFC 3348), LIST-EXTENDED (RFC 5258), LIST-STATUS (RFC 5819),
LIST-MYRIGHTS (RFC 8440), LIST-METADATA (RFC 9590) and SPECIAL-USE (RFC 6154).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lemonade_server.imap import states
from lemonade_server.imap.ext.metadata import annotates, computed_entries, metadata_line
from lemonade_server.imap.ext.metadata import entries as entry_names
from lemonade_server.imap.ext.postaddress import post_address
from lemonade_server.imap.ext.status import status_items, status_line
from lemonade_server.imap.mailboxes.listing import (
    Entry,
    Selection,
    Tree,
    entries,
    subscribed_entries,
)
from lemonade_server.imap.mailboxes.patterns import read_pattern
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.session import Session
from lemonade_server.store import annotations as notes
from lemonade_server.store.db import Tx
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.rights import spell
from lemonade_server.wire.utf7 import DELIMITER

NEEDS = ("metadata", "postaddress", "status")

CHILDREN = capability(Capability(b"CHILDREN", rfc=3348))
LIST_EXTENDED = capability(Capability(b"LIST-EXTENDED", rfc=5258))
LIST_STATUS = capability(Capability(b"LIST-STATUS", rfc=5819))
LIST_METADATA = capability(Capability(b"LIST-METADATA", 9590, states.LOGGED_IN))
LIST_MYRIGHTS = capability(Capability(b"LIST-MYRIGHTS", rfc=8440, beside=(b"ACL",)))
SPECIAL_USE = capability(Capability(b"SPECIAL-USE", rfc=6154))

LINES_AT_ONCE = 200
MAX_PATTERNS = 100
ROOT = b'LIST (\\Noselect) "%b" ""' % DELIMITER.encode()


@dataclass(slots=True)
class ListRequest:
    """A LIST command. ``extended``: it uses RFC 5258, so an empty pattern is only a pattern."""

    reference: bytes = b""
    patterns: list[bytes] = field(default_factory=list)
    selection: Selection = field(default_factory=Selection)
    status: list[bytes] = field(default_factory=list)
    metadata: list[str] = field(default_factory=list)
    rights: bool = False
    addresses: bool = False
    extended: bool = False


@command(b"LIST", states=states.LOGGED_IN)
async def list_mailboxes(session: Session, args: Cursor) -> Ok | None:
    """The mailboxes that match, one response each; then their STATUS when that is asked for."""
    request = _request(args)
    args.end()
    if request.patterns == [b""] and not request.extended:
        session.untagged(ROOT)
        return None
    request.selection.plain = not request.extended and not session.dialect.attributes
    patterns = [
        read_pattern(request.reference + each, session.dialect.utf8) for each in request.patterns
    ]
    account = session.account
    found = await session.read(
        lambda tx: entries(Tree.read(tx, account), patterns, request.selection)
    )
    if b"HIGHESTMODSEQ" in request.status:
        session.count_modseqs()
    for start in range(0, len(found), LINES_AT_ONCE):
        part = found[start : start + LINES_AT_ONCE]
        await session.send(await _lines(session, part, request))
    return None


async def _lines(session: Session, part: list[Entry], request: ListRequest) -> bytes:
    """Response lines for some entries, each LIST before its STATUS and METADATA (RFC 5819 §2)."""
    account = session.account

    def render(tx: Tx | None) -> bytes:
        lines: list[bytes] = []
        rows = [entry.row for entry in part if entry.row is not None]
        kept = notes.of_many(tx, account, rows) if tx is not None and request.metadata else {}
        for entry in part:
            name = session.dialect.mailbox(entry.name)
            items = [b'CHILDINFO ("SUBSCRIBED")'] if entry.childinfo else []
            if tx is not None and request.addresses:
                items.append(post_address(tx, account, entry))
            extra = b" (%b)" % b" ".join(items) if items else b""
            lines.append(b"* %b%b\r\n" % (response(b"LIST", entry, name), extra))
            if request.rights and entry.rights:
                lines.append(b"* MYRIGHTS %b %b\r\n" % (name, spell(entry.rights)))
            row = entry.row
            if tx is None or row is None:
                continue
            if request.status and not row.noselect and entry.readable:
                lines.append(b"* %b\r\n" % status_line(tx, name, row, request.status))
            if request.metadata and (row.account == account or annotates(entry.rights)):
                values = kept.get(row.id, {}) | computed_entries(row)
                chosen = [(entry_name, values.get(entry_name)) for entry_name in request.metadata]
                lines.append(b"* %b\r\n" % metadata_line(name, chosen))
        return b"".join(lines)

    reads = request.status or request.metadata or request.addresses
    return await session.read(render) if reads else render(None)


def response(kind: bytes, entry: Entry, name: bytes) -> bytes:
    """A LIST or LSUB response without ``* ``."""
    words = b" ".join(entry.attributes)
    return b'%b (%b) "%b" %b' % (kind, words, DELIMITER.encode(), name)


def _request(args: Cursor) -> ListRequest:
    """The grammar of RFC 5258 §6, which contains that of RFC 3501."""
    request = ListRequest()
    args.sp()
    if args.peek() == b"(":
        request.extended = True
        _selection(args, request.selection)
        args.sp()
    request.reference = args.astring()
    args.sp()
    if args.peek() == b"(":
        request.extended = True
        request.patterns = args.parse_list(Cursor.pattern)
        if not 0 < len(request.patterns) <= MAX_PATTERNS:
            raise Bad(f"a LIST has from 1 to {MAX_PATTERNS} patterns")
    else:
        request.patterns = [args.pattern()]
    if args.maybe(b" RETURN "):
        request.extended = True
        _returns(args, request)
    return request


def _selection(args: Cursor, selection: Selection) -> None:
    """RFC 5258 §3.1, RFC 6154 §5.2. RECURSIVEMATCH can't stand alone."""
    for name in [option.upper() for option in args.parse_list(Cursor.atom)]:
        match name:
            case b"SUBSCRIBED":
                selection.subscribed = True
            case b"SPECIAL-USE":
                selection.special_use = True
            case b"RECURSIVEMATCH":
                selection.recursive = True
            case b"REMOTE":
                pass  # every mailbox is local: RFC 5258 §3.1 lets it add nothing
            case _:
                raise Bad("an unknown selection option")
    if selection.recursive and not selection.subscribed and not selection.special_use:
        raise Bad("RECURSIVEMATCH needs another selection option")


def _returns(args: Cursor, request: ListRequest) -> None:
    """RFC 5258 §3.2, RFC 5819 §2, RFC 6154 §5.1. What may always be said is said anyway."""

    def option(cursor: Cursor) -> None:
        match cursor.keyword():
            case b"SUBSCRIBED":
                request.selection.show_subscribed = True
            case b"CHILDREN" | b"SPECIAL-USE":
                pass
            case b"STATUS":
                request.status = status_items(cursor.sp())
            case b"POSTADDRESS":
                request.addresses = True
            case b"MYRIGHTS":
                request.rights = True
            case b"METADATA":
                request.metadata = entry_names(cursor.sp())
            case _:
                raise Bad("an unknown return option")

    args.parse_list(option)


@command(b"LSUB", states=states.LOGGED_IN)
async def lsub(session: Session, args: Cursor) -> Ok | None:
    """Subscribed names that match, whether or not there is such a mailbox."""
    pattern = read_pattern(args.sp().astring() + args.sp().pattern(), session.dialect.utf8)
    args.end()
    account = session.account
    found = await session.read(lambda tx: subscribed_entries(Tree.read(tx, account), pattern))
    for entry in found:
        session.untagged(response(b"LSUB", entry, session.dialect.mailbox(entry.name)))
    return None
