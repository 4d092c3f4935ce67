"""Logins that were right a short while ago, so that a client's next connections cost little.

Bound to the address, the stored hash and the epoch of the login: from elsewhere, and after a change
of the password, a login is judged from the start. A wrong password from the same address makes it
forgotten, so that it is no way to guess without being counted.
"""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from .brake import LoginSource
from .passwords.credentials import Credentials

SECONDS = 900.0
MOST = 20_000


@dataclass(slots=True)
class _Entry:
    epoch: int
    digest: bytes
    until: float


class LoginCache:
    """What one process remembers. Passwords are kept as digests under a key of this process."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._entries: OrderedDict[tuple[str, str], _Entry] = OrderedDict()

    def password(self, source: LoginSource, found: Credentials | None, password: str) -> bool:
        """Whether this very password was right. If it was another one, that is forgotten."""
        entry = self._entry(source)
        if entry is None or found is None or not found.is_active:
            return False
        if hmac.compare_digest(entry.digest, self._digest(found, password)):
            return True
        self.forget(source)
        return False

    def login(self, source: LoginSource, epoch: int) -> bool:
        """Whether a login was right, whatever the mechanism."""
        entry = self._entry(source)
        return entry is not None and entry.epoch == epoch

    def remember(self, source: LoginSource, found: Credentials, password: str) -> None:
        """A password was right."""
        self._keep(source, _Entry(found.identity.login_epoch, self._digest(found, password), 0.0))

    def remember_login(self, source: LoginSource, epoch: int) -> None:
        """A login without a password was right."""
        entry = self._entry(source)
        self._keep(source, _Entry(epoch, entry.digest if entry is not None else b"", 0.0))

    def forget(self, source: LoginSource) -> None:
        """Something was wrong."""
        self._entries.pop((source.login, source.address), None)

    def _entry(self, source: LoginSource) -> _Entry | None:
        entry = self._entries.get((source.login, source.address))
        return entry if entry is not None and entry.until > monotonic() else None

    def _keep(self, source: LoginSource, entry: _Entry) -> None:
        entry.until = monotonic() + SECONDS
        self._entries[source.login, source.address] = entry
        self._entries.move_to_end((source.login, source.address))
        while len(self._entries) > MOST:
            self._entries.popitem(last=False)

    def _digest(self, found: Credentials, password: str) -> bytes:
        text = f"{found.identity.login_epoch}\0{found.password}\0{password}"
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), sha256)
