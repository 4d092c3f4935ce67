"""A brake on guessing passwords: failures are counted for an address and a login.

The clock is a parameter, in seconds of any origin.
"""

from __future__ import annotations

WINDOW = 300.0
PER_LOGIN = 10
PER_ADDRESS = 100
LIMIT = 50_000

_ANY = ""


class Throttle:
    """Counts failed logins over the last five minutes; a successful one clears its login."""

    def __init__(
        self,
        per_login: int = PER_LOGIN,
        per_address: int = PER_ADDRESS,
        window: float = WINDOW,
        limit: int = LIMIT,
    ) -> None:
        self._per_login = per_login
        self._per_address = per_address
        self._window = window
        self._limit = limit
        self._failures: dict[tuple[str, str], tuple[float, int]] = {}

    def blocked(self, address: str, login: str, now: float) -> bool:
        """Whether a further attempt must be refused without a look at the password."""
        return (
            self._count((address, login), now) >= self._per_login
            or self._count((address, _ANY), now) >= self._per_address
        )

    def failed(self, address: str, login: str, now: float) -> None:
        """Count one failure. The window starts with the first one."""
        self._make_room(now)
        for key in {(address, login), (address, _ANY)}:
            started, _ = self._failures.get(key, (now, 0))
            count = self._count(key, now)
            self._failures[key] = (started if count else now, count + 1)

    def passed(self, address: str, login: str) -> None:
        """Forget the failures of this login; those of the address stay."""
        self._failures.pop((address, login), None)

    def _count(self, key: tuple[str, str], now: float) -> int:
        started, count = self._failures.get(key, (now, 0))
        return count if now - started < self._window else 0

    def _make_room(self, now: float) -> None:
        """Drop what is over, and the oldest when that is not enough: memory stays bounded."""
        if len(self._failures) < self._limit:
            return
        fresh = {k: v for k, v in self._failures.items() if now - v[0] < self._window}
        if len(fresh) >= self._limit:
            by_age = sorted(fresh.items(), key=lambda item: item[1][0])
            fresh = dict(by_age[len(by_age) // 2 :])
        self._failures = fresh
