"""What a session may still do, looked at before each command and whenever it is woken.

Rights in somebody else's mailbox can be taken away at any moment, by another process too. One's
own are never asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lemonade_server.imap.fetch.flag_lines import say_flag_lists
from lemonade_server.imap.goodbye import Goodbye
from lemonade_server.store import mailboxes
from lemonade_server.wire.rights import WRITING

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.store.db import Tx


NOTED_RIGHTS = frozenset("rswip")
"""One of these is needed beside ``l`` to see the annotations of a mailbox (RFC 5464 §3.3)."""


async def recheck(session: Session, *, unasked: bool = False) -> None:
    """Look at the account now and then, and at the rights in the selected mailbox each time.

    ``unasked``: something will be told that no command asks for, so the account is looked at, too.

    READ-ONLY, READ-WRITE, FLAGS and PERMANENTFLAGS tell of rights that changed (RFC 4314 §5.1.1).
    Raises Goodbye when the mailbox may not be read any more, or the account may not log in.
    """
    await session.recheck(unasked=unasked)
    view = session.view
    if view is None or view.account == session.account:
        return

    def look(tx: Tx) -> str | None:
        row = mailboxes.get(tx, view.mailbox)
        return None if row is None else mailboxes.rights(tx, session.account, row)

    rights = await session.read(look)
    if rights is None or rights == view.rights:
        return  # of a mailbox that was deleted the change feed tells
    if "r" not in rights:
        raise Goodbye("you may not read the selected mailbox any more", b"NOPERM")
    view.rights = rights
    read_only = view.examined or not set(rights).intersection(WRITING)
    if read_only != view.read_only:
        view.read_only = read_only
        session.ok(b"READ-ONLY" if read_only else b"READ-WRITE", b"the rights have changed")
    say_flag_lists(session, view)
