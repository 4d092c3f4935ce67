"""Where the client of a resumable session is, noted so that it is found again.

After a command it is noted if it has changed; when the connection is lost the session waits, and
when the client logs out it ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import structlog

from lemonade_server.imap.holds import displaced, now
from lemonade_server.store import resumption
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.resumption import State
from lemonade_server.wire.errors import Bad

if TYPE_CHECKING:
    from lemonade_server.imap.session import Session
    from lemonade_server.wire.cursor import Cursor

log = structlog.get_logger()


def announced(session: Session) -> bool:
    """Whether this server offers resumable sessions."""
    return session.env.reconnect


def preserve_parameter(session: Session, args: Cursor) -> bool:
    """``(PRESERVE)`` of LOGOUT: the session is not to end with the connection (§4). Bad."""
    if not announced(session) or not args.maybe(b" ("):
        return False
    if not args.word(b"PRESERVE"):
        raise Bad("PRESERVE is the one parameter of LOGOUT")
    args.expect(b")")
    return True


async def keep(session: Session) -> None:
    """Note where the client is, if that has changed. Raises Goodbye for a displaced connection.

    On a full disk mail can still be read: the session is then resumed where it was noted before.
    """
    held = session.held
    if held is None:
        return
    view = session.view
    enabled = " ".join(sorted(name.decode() for name in session.enabled))
    state = State(enabled=enabled, told=held.told)
    if session.notify is not None:
        state.notify = session.notify.text
    if view is not None:
        state.mailbox, state.name, state.read_only = view.mailbox, view.name, view.examined
    if state == held.state:
        return
    try:
        saved = await session.db.write(
            lambda tx: resumption.save(tx, held.session, held.connection, state, now())
        )
    except (StoreFull, Unavailable):
        log.warning("the place of a resumable session was not noted", session=held.session)
        return
    if not saved:
        raise displaced()
    held.state = state


async def leave(session: Session) -> None:
    """The connection is lost or closed: its session waits to be resumed.

    On a full disk it is not noted, and counts as held until it has been silent for long enough.
    """
    held = session.held
    if held is None:
        return
    session.held = None
    session.service.live.remove(held)
    try:
        await session.db.write(
            lambda tx: resumption.leave(tx, held.session, held.connection, now())
        )
    except (StoreFull, Unavailable):
        log.warning("a resumable session was not noted as free", session=held.session)


async def finish(session: Session) -> None:
    """End the session for good: the client has logged out."""
    held = session.held
    if held is None:
        return
    session.held = None
    session.service.live.remove(held)
    try:
        await session.db.write(lambda tx: resumption.finish(tx, held.session, held.connection))
    except (StoreFull, Unavailable):
        log.warning("a resumable session was not ended: it will run out", session=held.session)
