"""Failed logins, counted for a login and an address, a login, or an address.

The rows are shared by all processes and hosts. Counting is one statement that looks and counts, so
what comes at once is counted one after the other. Times in seconds since 1970.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .sql import attempts as sql
from .tx import Tx

ANY = ""


@dataclass(frozen=True, slots=True)
class Count:
    """Failures since a time. ``known_until``: until then this login is known from this address."""

    login: str
    address: str
    failures: int
    since: int
    known_until: int


def of_login(tx: Tx, login: str, address: str) -> list[Count]:
    """What is counted for the two together and for each."""
    return [Count(*row) for row in tx.rows(sql.OF_LOGIN, (login, address, login, address))]


def count(tx: Tx, login: str, address: str, bound: int, window: int, now: int) -> Count | None:
    """Count one more failure, unless there are ``bound`` in the window; None: there are.

    A window begins with its first failure. One that begins later than a window from now was begun
    before the clock was set back, and is over.
    """
    over = (now - window, now + window)
    args = (login, address, now, *over, *over, *over, bound)
    row = tx.row(sql.COUNT, args)
    return None if row is None else Count(login, address, *row)


def take_back(tx: Tx, login: str, address: str) -> None:
    """Count one failure less."""
    tx.execute(sql.TAKE_BACK, (login, address))


def record_success(tx: Tx, login: str, address: str, known_until: int) -> None:
    """The login has succeeded from there: forget its failures, and know it until that time."""
    tx.execute(sql.PASSED, (known_until, login, address))


def lift(tx: Tx, rows: Iterable[int]) -> int:
    """Forget the failures of these rows; how many had any."""
    return tx.row_count(sql.LIFT, (list(rows),))


def clean(tx: Tx, now: int, window: int) -> None:
    """Remove what says nothing any more; ``window`` is the longest one."""
    tx.execute(sql.FORGET, (now, now - window))
