"""The brake on guessing: an attempt is counted before the password is looked at.

Three counts, shared by all processes and hosts. First of the login from that address; where the
login is known from there (it succeeded lately) no other is asked, so nobody can lock people out of
the places where they are, and their forgotten phones lock out nobody else. Where it is not known,
the failures of the login from anywhere, which bound a guesser with many addresses; and those of the
address for all logins. The first attempt from an address has room when the others have none: few
addresses can't keep a login from everywhere else.

A login that nobody has is counted as any other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lemonade_server.store import attempts
from lemonade_server.store.attempts import ANY, Count
from lemonade_server.store.tx import Tx
from lemonade_server.wire.network_addresses import Network, household, is_within

PER_PAIR, PAIR_WINDOW = 10, 300
"""Failures, and in how many seconds, of one login from one address."""

PER_LOGIN, LOGIN_WINDOW = 50, 1_800
"""Of one login, from addresses where it is not known."""

FIRST_PER_LOGIN = 100
"""The same, for an address from which none has failed yet."""

PER_ADDRESS, ADDRESS_WINDOW = 100, 300
"""Of one address, of logins that are not known from it."""

KNOWN = 30 * 86_400
"""Seconds for which a login is known from where it succeeded."""

LONGEST_WINDOW = max(PAIR_WINDOW, LOGIN_WINDOW, ADDRESS_WINDOW)
LONGEST_ADDRESS = 64


@dataclass(frozen=True, slots=True)
class LoginSource:
    """Who wants to log in, and from where, as it is counted. ``exempt``: it is not counted."""

    login: str
    address: str
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Reservation:
    """An attempt that counts as failed until it has passed."""

    source: LoginSource
    known: bool


@dataclass(frozen=True, slots=True)
class Pause:
    """Until when nothing of a source is looked at."""

    until: int


def source_of(login: str, peer: str, exempt: tuple[Network, ...]) -> LoginSource:
    """What is counted of a canonical login and a peer's network address."""
    # PostgreSQL has no NUL in its texts.
    return LoginSource(login.replace("\0", "\ufffd"), *_place(peer, exempt))


@lru_cache(maxsize=4096)
def _place(peer: str, exempt: tuple[Network, ...]) -> tuple[str, bool]:
    return household(peer)[:LONGEST_ADDRESS].replace("\0", ""), is_within(peer, exempt)


def bound_of(count: Count, *, first: bool = False) -> tuple[int, int]:
    """How many failures a count may have, and in how many seconds."""
    if count.login == ANY:
        return PER_ADDRESS, ADDRESS_WINDOW
    if count.address == ANY:
        return FIRST_PER_LOGIN if first else PER_LOGIN, LOGIN_WINDOW
    return PER_PAIR, PAIR_WINDOW


def failures_in_window(count: Count, now: int) -> int:
    """Failures that still count."""
    _, window = bound_of(count)
    return count.failures if now - window < count.since <= now + window else 0


def find_pause(tx: Tx, source: LoginSource, now: int) -> Pause | None:
    """Whether an attempt of this source would be refused now."""
    if source.exempt:
        return None
    counts = attempts.of_login(tx, source.login, source.address)
    pair = next((one for one in counts if one.login and one.address), None)
    first = pair is None or not failures_in_window(pair, now)
    ends = [
        _end(count, now)
        for count in ([pair] if _is_known(pair, now) and pair is not None else counts)
        if failures_in_window(count, now) >= bound_of(count, first=first)[0]
    ]
    return Pause(max(ends)) if ends else None


def _is_known(pair: Count | None, now: int) -> bool:
    return pair is not None and pair.known_until > now


def _end(count: Count, now: int) -> int:
    """No later than a window from now, whatever the clock of another host said."""
    _, window = bound_of(count)
    return min(count.since, now) + window


def reserve(tx: Tx, source: LoginSource, now: int) -> Reservation | Pause:
    """Count an attempt as failed, unless there are too many already: then nothing is counted."""
    pause = find_pause(tx, source, now)
    if pause is not None:
        return pause
    counted: list[Count] = []
    for count in _take_counts(tx, source, now):
        if count is None:  # others came in between
            for one in counted:
                attempts.take_back(tx, one.login, one.address)
            return find_pause(tx, source, now) or Pause(now + 1)
        counted.append(count)
    return Reservation(source, known=_is_known(counted[0], now))


def _take_counts(tx: Tx, source: LoginSource, now: int) -> Iterator[Count | None]:
    """The counts with one more, in the order in which rows are locked; None where one is full."""
    login, address = source.login, source.address
    pair = attempts.count(tx, login, address, PER_PAIR, PAIR_WINDOW, now)
    yield pair
    if pair is None or _is_known(pair, now):
        return
    bound = FIRST_PER_LOGIN if pair.failures == 1 else PER_LOGIN
    yield attempts.count(tx, login, ANY, bound, LOGIN_WINDOW, now)
    yield attempts.count(tx, ANY, address, PER_ADDRESS, ADDRESS_WINDOW, now)


def note_success(tx: Tx, reservation: Reservation, now: int) -> None:
    """The attempt was right: it counts no longer, and the login is known from there."""
    login, address = reservation.source.login, reservation.source.address
    attempts.record_success(tx, login, address, now + KNOWN)
    if not reservation.known:
        attempts.take_back(tx, login, ANY)
        attempts.take_back(tx, ANY, address)


class SpareCounts:
    """Counts of this process, for when rows can't be written: people read mail on a full disk."""

    MOST = 50_000

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str], Count] = {}

    def reserve(self, source: LoginSource, now: int) -> Pause | None:
        """As ``reserve``; nobody is known."""
        if len(self._counts) > self.MOST:
            self._counts.clear()
        login, address = source.login, source.address
        found = [self._fresh(*key, now) for key in ((login, address), (login, ANY), (ANY, address))]
        for count in found:
            if count.failures >= bound_of(count)[0]:
                return Pause(_end(count, now))
        for one in found:
            more = Count(one.login, one.address, one.failures + 1, one.since, 0)
            self._counts[one.login, one.address] = more
        return None

    def note_success(self, source: LoginSource) -> None:
        """Forget the failures of this login from there."""
        self._counts.pop((source.login, source.address), None)

    def _fresh(self, login: str, address: str, now: int) -> Count:
        count = self._counts.get((login, address))
        if count is None or not failures_in_window(count, now):
            return Count(login, address, 0, now, 0)
        return count
