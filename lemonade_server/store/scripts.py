"""Mail filters of an account: their texts, which one is active, and whom it has answered.

What a text means is not known here. Names are at most 128 characters (RFC 5804 §1.6).
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from .errors import AlreadyExists, Gone, InUse, LimitReached, NotFound, TooLarge
from .ids import AccountId
from .mailbox_rows import MailboxRow
from .sql import mailboxes as sql_mailboxes
from .sql import scripts as sql
from .tx import Tx

MOST = 100
MOST_OCTETS = 4_194_304
"""Of all scripts of an account together."""

LONGEST_NAME = 128
DAY = 86_400


@dataclass(slots=True)
class ScriptEntry:
    """A script without its text. ``size`` in octets."""

    id: int
    name: str
    size: int
    active: bool


@dataclass(slots=True)
class Active:
    """The script that is run on what arrives."""

    id: int
    name: str
    text: bytes


def inbox(tx: Tx, account: AccountId) -> tuple[MailboxRow, int] | None:
    """The account's INBOX and the number of its active script (0: none), by one question."""
    found = tx.row(sql.INBOX, (account,))
    return None if found is None else (MailboxRow(*found[1:]), int(found[0]))


def active(tx: Tx, account: AccountId, number: int) -> Active | None:
    """The active script; None when it was deleted meanwhile."""
    found = tx.row(sql.ACTIVE, (number, account))
    return None if found is None else Active(found[0], found[1], bytes(found[2]))


def is_large(tx: Tx, account: AccountId, number: int, octets: int) -> bool:
    """Whether the active script has more octets than that, or may include another one."""
    found = active(tx, account, number)
    return found is not None and (len(found.text) > octets or b"include" in found.text.lower())


def all_of(tx: Tx, account: AccountId) -> list[ScriptEntry]:
    """The account's scripts by name."""
    rows = tx.rows(sql.OF_ACCOUNT, (account,))
    return [ScriptEntry(number, name, size, bool(on)) for number, name, size, on in rows]


def get(tx: Tx, account: AccountId, name: str) -> bytes | None:
    """The text of a script, None when there is none of that name."""
    found = tx.row(sql.BY_NAME, (account, name))
    return None if found is None else bytes(found[1])


def server_script(tx: Tx, name: str) -> bytes | None:
    """The text of a script of the server."""
    found = tx.row(sql.SHARED, (name,))
    return None if found is None else bytes(found[0])


def check_room(tx: Tx, account: AccountId, name: str, size: int) -> None:
    """Whether a script of this size may be put there. Raises LimitReached, TooLarge."""
    others = [one for one in all_of(tx, account) if one.name != name]
    if len(others) >= MOST:
        raise LimitReached("scripts", MOST, f"An account has at most {MOST} scripts")
    if size + sum(one.size for one in others) > MOST_OCTETS:
        raise TooLarge(
            "scripts", MOST_OCTETS, f"The scripts of an account have at most {MOST_OCTETS} octets"
        )


def put(tx: Tx, account: AccountId, name: str, text: bytes) -> None:
    """Store a script, in place of the one of that name. Raises as ``check_room``."""
    _lock(tx, account)
    check_room(tx, account, name, len(text))
    tx.execute(sql.PUT, (account, name, text, int(time.time())))


def activate(tx: Tx, account: AccountId, name: str) -> None:
    """Run this script from now on, or none when the name is empty. Raises NotFound."""
    _lock(tx, account)
    tx.execute(sql.ACTIVATE, (_find(tx, account, name).id if name else 0, account))


def delete(tx: Tx, account: AccountId, name: str) -> None:
    """Remove a script. Raises NotFound, InUse."""
    _lock(tx, account)
    found = _find(tx, account, name)
    if found.active:
        raise InUse("The active script can't be deleted")
    tx.execute(sql.DELETE, (found.id,))


def rename(tx: Tx, account: AccountId, old: str, new: str) -> None:
    """Give a script another name; it stays active. Raises NotFound, AlreadyExists."""
    _lock(tx, account)
    found = _find(tx, account, old)
    if old != new and get(tx, account, new) is not None:
        raise AlreadyExists("script", "There is a script of this name")
    tx.execute(sql.RENAME, (new, found.id))


def _find(tx: Tx, account: AccountId, name: str) -> ScriptEntry:
    for one in all_of(tx, account):
        if one.name == name:
            return one
    raise NotFound("script", "There is no script of this name")


def _lock(tx: Tx, account: AccountId) -> None:
    if tx.row(sql_mailboxes.LOCK_ACCOUNT, (account,)) is None:
        raise Gone("account")


def record_failure(tx: Tx, script: int, text: str, now: int) -> bool:
    """Note why a script failed; whether its owner should be told, which is once a day."""
    told = tx.value(sql.FAILED, (text, now, script))
    if told is None or now - int(told) < DAY:
        return False
    tx.execute(sql.TOLD, (now, script))
    return True


def is_answered(tx: Tx, account: AccountId, whom: bytes, now: int) -> bool:
    """Whether somebody was told already, and it is not yet time to do so again."""
    return tx.row(sql.ANSWERED, (account, whom, now)) is not None


def record_answer(tx: Tx, account: AccountId, whom: bytes, now: int, until: int) -> None:
    """Remember that somebody is told now. What is over is forgotten."""
    tx.execute(sql.FORGET, (account, now))
    tx.execute(sql.ANSWER, (account, whom, until))
