"""Resumable IMAP sessions: where a client was when its connection was lost.

draft-ietf-lemonade-reconnect-02 §3.3 and §3.4. A session id (SID) is no credential: it is looked at
after a login, and only among the sessions of that account. Only a hash of it is stored. A
connection holds a session at most; all it writes is bound to that, so one that was displaced can do
no harm.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from .errors import Gone
from .ids import AccountId, MailboxId
from .sql import resumption as sql
from .tx import Tx

MOST = 16
"""Sessions of an account; the draft wants 5 at least."""

SILENT = 150
"""Seconds without a sign of life after which the connection of a session counts as lost: its
server was killed. One that lives is noted every minute."""


@dataclass(slots=True)
class State:
    """What comes back. ``name`` is the mailbox's as the client typed it; None: none selected.

    ``told`` is a digest of the capabilities that the client was told in this session, ``notify``
    what it asked for with NOTIFY SET.
    """

    mailbox: MailboxId | None = None
    name: str = ""
    read_only: bool = False
    enabled: str = ""
    told: str = ""
    notify: str = ""


@dataclass(slots=True)
class Claim:
    """A session that a connection holds from now on.

    ``state`` None: it is new, and ``sid`` its id. ``previous`` is the connection that held it.
    """

    id: int
    sid: bytes
    state: State | None
    previous: str = ""


@dataclass(slots=True)
class _StoredSession:
    id: int
    sid_hash: bytes
    login_epoch: int
    connection: str
    seen_at: int
    state: State


def new_sid() -> bytes:
    """144 random bits as an atom. The draft reserves what begins with P for phone numbers."""
    while True:
        sid = secrets.token_urlsafe(18)
        if sid[0] not in "Pp-":
            return sid.encode()


def _hash(sid: bytes) -> bytes:
    return hashlib.sha256(sid).digest()


def claim(
    tx: Tx,
    account: AccountId,
    login_epoch: int,
    sid: bytes | None,
    *,
    connection: str,
    now: int,
    lifetime: int,
) -> Claim | None:
    """Resume the session ``sid`` or begin a new one; None when there are too many in use.

    A ``sid`` that is unknown, expired or somebody else's is the same as none. Times in seconds.
    Raises Gone when the account was deleted.
    """
    if tx.row(sql.LOCK_ACCOUNT, (account,)) is None:
        raise Gone("account")
    stored = _living(tx, account, login_epoch, now - lifetime)
    found = _matching(stored, sid) if sid is not None else None
    if sid is not None and found is not None:
        tx.execute(sql.TAKE, (connection, now, found.id))
        return Claim(found.id, sid, found.state, found.connection)
    if not _make_room(tx, stored, now):
        return None
    sid = new_sid()
    row = tx.value(sql.ADD, (account, login_epoch, _hash(sid), connection, now, now, False))
    return Claim(int(row), sid, None)


def _living(tx: Tx, account: AccountId, login_epoch: int, since: int) -> list[_StoredSession]:
    """The account's sessions, longest silent first; those that ran out are removed."""
    stored = [
        _StoredSession(row[0], bytes(row[1]), row[2], row[3], row[4], State(*row[5:]))
        for row in tx.rows(sql.OF_ACCOUNT, (account,))
    ]
    for one in stored:
        one.state.read_only = bool(one.state.read_only)  # a number in SQLite
    living = [one for one in stored if one.seen_at >= since and one.login_epoch == login_epoch]
    if len(living) < len(stored):
        kept = {one.id for one in living}
        end(tx, [one.id for one in stored if one.id not in kept])
    return living


def _matching(stored: list[_StoredSession], sid: bytes) -> _StoredSession | None:
    """Every one is compared, each in constant time (X-05)."""
    wanted = _hash(sid)
    found = [one for one in stored if hmac.compare_digest(one.sid_hash, wanted)]
    return found[0] if found else None


def _make_room(tx: Tx, stored: list[_StoredSession], now: int) -> bool:
    """Drop the session that has waited longest when there are too many. False: all are in use."""
    if len(stored) < MOST:
        return True
    for one in stored:
        if not one.connection or one.seen_at < now - SILENT:
            end(tx, [one.id])
            return True
    return False


def save(tx: Tx, session: int, connection: str, state: State, now: int) -> bool:
    """Note where the client is. False when the connection no longer holds the session."""
    kept = (state.mailbox, state.name, state.read_only, state.enabled, state.told, state.notify)
    return tx.row_count(sql.SAVE, (*kept, now, session, connection)) > 0


def leave(tx: Tx, session: int, connection: str, now: int) -> None:
    """The connection is lost or was closed: from now on the session waits to be resumed."""
    tx.execute(sql.LEAVE, (now, session, connection))


def finish(tx: Tx, session: int, connection: str) -> None:
    """End a session by the connection that holds it (plain LOGOUT)."""
    tx.execute(sql.END_OWN, (session, connection))


def end(tx: Tx, sessions: list[int]) -> int:
    """End sessions, whoever holds them; how many there were."""
    return tx.row_count(sql.END, (sessions,)) if sessions else 0


def holders(tx: Tx, sessions: Iterable[int]) -> dict[int, str]:
    """The connection that holds each session that still exists."""
    return {row[0]: row[1] for row in tx.rows(sql.HOLDERS, (list(sessions),))}


def beat(tx: Tx, connections: list[str], now: int) -> None:
    """A sign of life of connections, so that their sessions don't run out."""
    tx.execute(sql.BEAT, (now, connections))


def purge(tx: Tx, before: int) -> int:
    """Remove sessions last seen before that time; how many there were."""
    return tx.row_count(sql.PURGE, (before,))
