"""METADATA and METADATA-SERVER: annotations of mailboxes and of the server (RFC 5464).

Entries begin with /private or /shared. Of the server a client keeps private ones only: the shared
ones are set by accounts that may use the admin. /private/specialuse tells what LIST tells (RFC 6154
§4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings

from lemonade_server.directory.sharing import shared_owner
from lemonade_server.imap import states
from lemonade_server.imap.ext.filters import check
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.rights import NOTED_RIGHTS
from lemonade_server.imap.session import Session
from lemonade_server.store import annotations as notes
from lemonade_server.store import mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId, MailboxId
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.syntax import astring, string

NEEDS = ("filters",)

METADATA = Capability(b"METADATA", 5464, states.LOGGED_IN)
METADATA_SERVER = capability(Capability(b"METADATA-SERVER", 5464, states.LOGGED_IN))

ADMIN = "/shared/admin"
SPECIAL_USE = "/private/specialuse"
MOST_ENTRIES = 100
NO_LIMIT = 2**32

_ENTRY = re.compile(r"/(?:private|shared)(?:/[\x20-\x7e]+)?")
_VENDOR = re.compile(r"/(?:private|shared)/vendor(?:/[^/]+)?")
_OPTIONS = re.compile(rb"\((?:MAXSIZE|DEPTH) ", re.IGNORECASE)
_DEPTHS = {b"0": 0, b"1": 1, b"INFINITY": NO_LIMIT}


@dataclass(slots=True)
class Options:
    """How much GETMETADATA returns: octets of a value, levels below an entry."""

    longest: int = NO_LIMIT
    depth: int = 0


@command(b"GETMETADATA", states=states.LOGGED_IN, capability=METADATA)
async def getmetadata(session: Session, args: Cursor) -> Ok | None:
    """Values of entries. The options may stand before the mailbox, as in the RFC's grammar, or
    behind it, as in its examples; several entries may come without parentheses, as there too.
    """
    options = Options()
    args.sp()
    _options(args, options)
    mailbox = args.mailbox()
    args.sp()
    _options(args, options)
    names = args.parse_list(entry) if args.peek() == b"(" else args.all(entry)
    args.end()
    if not 0 < len(names) <= MOST_ENTRIES:
        raise Bad(f"GETMETADATA takes from 1 to {MOST_ENTRIES} entries")
    found = await session.read(
        lambda tx: _named_entries(_values(session, tx, mailbox), names, options)
    )
    kept = [(name, value) for name, value in found if len(value or b"") <= options.longest]
    if kept:
        session.untagged(
            metadata_line(session.dialect.mailbox(mailbox) if mailbox else b'""', kept)
        )
    longest = max((len(value or b"") for _, value in found), default=0)
    if longest > options.longest:
        return Ok(b"some values are longer", b"METADATA LONGENTRIES %d" % longest)
    return None


@command(b"SETMETADATA", states=states.LOGGED_IN)
async def setmetadata(session: Session, args: Cursor) -> Ok | None:
    """Set entries, or remove those with the value NIL: all or none."""
    mailbox = args.sp().mailbox()
    pairs = args.sp().parse_list(lambda cursor: (entry(cursor), _value(cursor.sp())))
    args.end()
    if not 0 < len(pairs) <= MOST_ENTRIES:
        raise Bad(f"SETMETADATA takes from 1 to {MOST_ENTRIES} entries")
    for name, _ in pairs:
        _check_settable(name, server=not mailbox)
    if not mailbox:
        for name, value in pairs:
            check(name, value)
    account = session.account

    def job(tx: Tx) -> MailboxId:
        row, rights = _place(session, tx, mailbox)
        if row is None:
            _change_server(tx, account, dict(pairs))
            return notes.SERVER
        if "w" not in rights and any(name.startswith("/shared/") for name, _ in pairs):
            raise No("you may not change what all see of this mailbox", b"NOPERM")
        notes.change_in(tx, account, row, dict(pairs))
        return row.id

    place = await session.db.write(job)
    for state in session.extension_states:
        state.annotated(place, pairs)
    return None


def _change_server(tx: Tx, account: AccountId, values: dict[str, bytes | None]) -> None:
    """Set annotations of the server; what everybody sees is the operator's. Raises No."""
    shared = {name: value for name, value in values.items() if notes.is_shared(name)}
    if shared:
        if not notes.is_operator(tx, account):
            raise No("what everybody sees of the server is its operator's", b"NOPERM")
        notes.change(tx, shared_owner(), notes.SERVER, shared)
    private = {name: value for name, value in values.items() if name not in shared}
    if private:
        notes.change(tx, account, notes.SERVER, private)


def metadata_line(name: bytes, values: list[tuple[str, bytes | None]]) -> bytes:
    """The METADATA response without its ``* ``; ``name`` as it stands on the wire."""
    pairs = b" ".join(
        b"%b %b"
        % (astring(entry.encode()), b"NIL" if value is None else string(value, allow8=True))
        for entry, value in values
    )
    return b"METADATA %b (%b)" % (name, pairs)


def entry(cursor: Cursor) -> str:
    """An entry's name in lower case. Raises Bad for one that can be none (§3.2)."""
    raw = cursor.astring()
    name = raw.decode("latin-1").lower()
    if len(name) > 255 or _ENTRY.fullmatch(name) is None or "//" in name or name.endswith("/"):
        raise Bad("an entry's name begins with /private/ or /shared/")
    if "*" in name or "%" in name:
        raise Bad("an entry's name has no * and no %")
    return name


def _options(args: Cursor, options: Options) -> None:
    """getmetadata-options with the space behind them, if they are there."""
    if _OPTIONS.match(args.text, args.pos) is None:
        return

    def option(cursor: Cursor) -> None:
        if cursor.keyword() == b"MAXSIZE":
            options.longest = cursor.sp().number()
            return
        depth = _DEPTHS.get(cursor.sp().keyword())
        if depth is None:
            raise Bad("DEPTH is 0, 1 or infinity")
        options.depth = depth

    args.parse_list(option)
    args.sp()


def _value(cursor: Cursor) -> bytes | None:
    """value = nstring / literal8"""
    if cursor.peek() != b"~":
        return cursor.nstring()
    data = cursor.literal().data
    if not isinstance(data, bytes):
        raise Bad("the value is too long")
    return data


def _check_settable(name: str, *, server: bool) -> None:
    """Raises No for what is the server's own, Bad for a name that is only a prefix (§3.2)."""
    if name.count("/") < 2 or _VENDOR.fullmatch(name):
        raise Bad("an entry's name has more components")
    if name == SPECIAL_USE or (server and name == ADMIN):
        raise No("this entry can't be changed by a client", b"NOPERM")


def annotates(rights: str) -> bool:
    """Whether these rights are enough for annotations (RFC 5464 §3.3)."""
    return "l" in rights and bool(NOTED_RIGHTS.intersection(rights))


def _place(session: Session, tx: Tx, mailbox: str) -> tuple[MailboxRow | None, str]:
    """What annotations are kept with: a mailbox with the user's rights in it, or None for the
    server. Raises No NONEXISTENT, NOPERM.
    """
    if not mailbox:
        return None, ""
    row, rights = mailboxes.find_with_rights(tx, session.account, mailbox)
    if row is None or "l" not in rights:
        raise No("there is no such mailbox", b"NONEXISTENT")
    if not annotates(rights):
        raise No("you may not see the annotations of this mailbox", b"NOPERM")
    return row, rights


def _values(session: Session, tx: Tx, mailbox: str) -> dict[str, bytes]:
    """All entries that there are, those that the server computes too."""
    row, _ = _place(session, tx, mailbox)
    if row is None:
        values = notes.of_server(tx, session.account)
        return values | {ADMIN: b"mailto:postmaster@%b" % settings.LEMONADE.domain.encode()}
    return notes.of_mailbox(tx, session.account, row) | computed_entries(row)


def computed_entries(row: MailboxRow) -> dict[str, bytes]:
    """The entries of a mailbox that nobody keeps."""
    return {SPECIAL_USE: row.special_use.encode()} if row.special_use else {}


def entries(cursor: Cursor) -> list[str]:
    """entries = entry / "(" entry *(SP entry) ")". Raises Bad."""
    names = cursor.parse_list(entry) if cursor.peek() == b"(" else [entry(cursor)]
    if not 0 < len(names) <= MOST_ENTRIES:
        raise Bad(f"from 1 to {MOST_ENTRIES} entries can be asked for")
    return names


def _named_entries(
    values: dict[str, bytes], names: list[str], options: Options
) -> list[tuple[str, bytes | None]]:
    """The named entries and those below them, each once. One that is not there is NIL, unless
    what is below it was asked for (§4.2.2).
    """
    found: dict[str, bytes | None] = {}
    for name in names:
        if name in values or not options.depth:
            found[name] = values.get(name)
        below = sorted(each for each in values if each.startswith(f"{name}/"))
        for each in below:
            if each[len(name) :].count("/") <= options.depth:
                found[each] = values[each]
    return list(found.items())
