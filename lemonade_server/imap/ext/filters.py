"""FILTERS: saved search programs, called by their names (RFC 5466).

They are annotations of the server, /private/filters/values/NAME and /shared/filters/values/NAME,
and are set and read as such.
"""

from __future__ import annotations

from array import array
from collections import defaultdict

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.search.program import FiltersWanted, Program, program, search_key
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store import annotations as notes
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId, MailboxId, Modseq
from lemonade_server.store.search_tree import Node
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No

FILTERS = capability(Capability(b"FILTERS", 5466, states.LOGGED_IN))

VALUES = ("/shared/filters/values/", "/private/filters/values/")  # the later one counts


@search_key(b"FILTER")
def filter_key(program: Program, cursor: Cursor) -> Node:
    """FILTER name. The name may be in any case, as that of an annotation."""
    name = cursor.sp().atom()
    if b"/" in name:
        raise Bad("the name of a filter has no /")
    return program.saved_program(name.decode("ascii"))


async def read_program(
    session: Session, view: View, cursor: Cursor, charset_first: bool = False
) -> tuple[Program, Node]:
    """Read a search program to the end of the command. Raises as ``search_program.program``.

    The filters are read from the store only for a program that names one.
    """
    again = cursor.fork()
    try:
        return program(view, cursor, charset_first)
    except FiltersWanted:
        account = session.account
        known = await session.db.read(lambda tx: saved_programs(tx, account))
        return program(view, again, charset_first, known)


def saved_programs(tx: Tx, account: AccountId) -> dict[str, bytes]:
    """The saved programs that an account can call, by name. A private one hides a shared one."""
    values = notes.of_server(tx, account)
    return {
        name.removeprefix(start): value
        for start in VALUES
        for name, value in values.items()
        if name.startswith(start)
    }


def check(name: str, value: bytes | None) -> None:
    """Refuse an annotation of the server that should be a search program and is none (§3.2).

    Raises No. Filters that it names may come later.
    """
    if value is None or not name.startswith(VALUES):
        return
    try:
        program(
            nowhere(AccountId(0)), Cursor(value, utf8=True), filters=defaultdict(lambda: b"ALL")
        )
    except (Bad, No) as error:
        raise No(f"that is no search program: {error.text}", b"CANNOT") from error


def nowhere(reader: AccountId) -> View:
    """An empty mailbox, to read a program without one."""
    view = View(MailboxId(0), AccountId(0), "", 0, array("I"), Modseq(0), 1, True, "")
    view.reader = reader
    return view
