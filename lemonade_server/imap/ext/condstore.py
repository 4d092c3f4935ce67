"""CONDSTORE: mod-sequences are told, and what changed since one can be fetched (RFC 7162 §3.1)."""

from __future__ import annotations

from dataclasses import replace

from lemonade_server.imap import states
from lemonade_server.imap.dialect import Dialect
from lemonade_server.imap.fetch.plan import FetchRequest, fetch_modifier
from lemonade_server.imap.modes import Mode, mode
from lemonade_server.imap.registry import Capability, capability, status_item
from lemonade_server.imap.selection import SelectParameter, select_parameter
from lemonade_server.imap.session import Session
from lemonade_server.store.db import Tx
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.wire.cursor import Cursor

CONDSTORE = capability(Capability(b"CONDSTORE", rfc=7162, when=states.ANY, enable=True))


def with_modseqs(dialect: Dialect) -> Dialect:
    """FETCH carries UID and MODSEQ (§3.2.4, erratum 1807)."""
    return replace(dialect, modseqs=True, uids=True)


def say_highest(session: Session) -> None:
    """Say where the mailbox stands (§3.1)."""
    if session.view is not None:
        session.ok(b"HIGHESTMODSEQ %d" % session.view.modseq, b"newest")


mode(Mode(CONDSTORE.name, with_modseqs, entered=say_highest, modseqs=True))


@select_parameter(b"CONDSTORE")
def condstore_parameter(_: Session, __: Cursor) -> SelectParameter:
    """(CONDSTORE) of SELECT (§3.1.8)."""
    return SelectParameter(mode=CONDSTORE.name)


@fetch_modifier(b"CHANGEDSINCE")
def changed_since(cursor: Cursor, request: FetchRequest) -> None:
    """CHANGEDSINCE mod-sequence (§3.1.4.1). 0 is not in the grammar; phones send it for
    "everything".
    """
    request.changed_since = cursor.sp().number64()


@status_item(b"HIGHESTMODSEQ", CONDSTORE)
def highestmodseq(_: Tx, row: MailboxRow) -> int:
    """The mod-sequence of the newest change. Asking for it enables CONDSTORE (§3.1.7)."""
    return row.modseq
