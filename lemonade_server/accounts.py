"""Who somebody is: logins, passwords, short-lived tokens and the addresses of an account.

A login is an e-mail address; without ``@`` the default domain is added. Wrong password, unknown
login and disabled account are told apart nowhere: not in the answer and not in the time it takes.
"""

from __future__ import annotations

import hmac
import secrets
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from time import monotonic

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import Error
from django.utils.crypto import salted_hmac

from lemonade_server.models import accounts as models

from .store.db import Database, Tx, snapshot
from .store.errors import StoreFull, Unavailable
from .store.ids import AccountId
from .throttle import Throttle
from .wire.peer import household

TOKEN_SECONDS = 600
TOKEN_SALT = "lemonade.login"
SCRAM_SALT = "lemonade.scram"
PASSWORD_CACHE_SECONDS = 900.0
PASSWORD_CACHE_SIZE = 10_000

USER_ROLE = "user"
SUBMIT_ROLE = "submit"
NO_ACCOUNT = AccountId(0)
SHA1_OCTETS = 20
LONGEST_LOGIN = 320  # characters; an e-mail address has 254 at most

_SCRAM = (
    "SELECT scram_salt, scram_iterations, scram_stored_key, scram_server_key, scram_sha1"
    " FROM account WHERE id = %s AND scram_iterations > 0"
)
_KEEP_SHA1 = (
    "UPDATE account SET scram_sha1 = %s WHERE id = %s AND login_epoch = %s AND scram_sha1 IS NULL"
)


@dataclass(slots=True)
class Identity:
    """Somebody who has proved who he is. ``login_epoch`` rises when the password changes."""

    id: AccountId
    email: str
    role: str
    login_epoch: int


@dataclass(slots=True)
class _Stored:
    identity: Identity
    password: str
    active: bool
    lacks_sha1: bool


def canonical(login: str) -> str:
    """The e-mail address that a login, a URL's user or an access identifier stands for."""
    folded = login.strip().lower()
    return folded if "@" in folded else f"{folded}@{settings.LEMONADE.domain}"


def _stored(tx: Tx, login: str) -> _Stored | None:
    if "\0" in login:
        return None
    row = tx.row(
        "SELECT id, email, role, login_epoch, password, is_active,"
        " scram_sha1 IS NULL AND scram_iterations > 0 FROM account WHERE email = %s",
        [canonical(login)],
    )
    if row is None:
        return None
    identity = Identity(AccountId(row[0]), row[1], row[2], row[3])
    return _Stored(identity, row[4], bool(row[5]), bool(row[6]))


def find(tx: Tx, login: str) -> Identity | None:
    """The active account of that name. Never use it in place of a password check."""
    stored = _stored(tx, login)
    return stored.identity if stored is not None and stored.active else None


@cache
def _nobody() -> str:
    """The hash that a password for an unknown login is checked against, so that time is equal."""
    return make_password(secrets.token_urlsafe(32))


def _judge(stored: _Stored | None, password: str) -> Identity | None:
    """The slow part (argon2): run it off the event loop and outside a transaction."""
    fits = check_password(password, _nobody() if stored is None else stored.password)
    return stored.identity if fits and stored is not None and stored.active else None


def authenticate(login: str, password: str) -> Identity | None:
    """Check a password in the calling thread. Servers use ``Logins``, which does not block."""
    with snapshot() as tx:
        stored = _stored(tx, login)
    return _judge(stored, password)


def issue_token(email: str) -> str:
    """A signed token with which the web logs in to IMAP and submission as this account.

    It lasts ten minutes and dies with a password change. Raises LookupError when there is no such
    active account. The password itself is kept nowhere.
    """
    with snapshot() as tx:
        identity = find(tx, email)
    if identity is None:
        raise LookupError(f"no active account {email}")
    token = signing.dumps([identity.email, identity.login_epoch], salt=TOKEN_SALT)
    # A bearer token holds no colon (RFC 6750 §2.1), and base64url holds no full stop.
    return token.replace(":", ".")


def verify_token(tx: Tx, token: str) -> Identity | None:
    """Who a token of ``issue_token`` speaks for, if it is ours, fresh and not outlived."""
    try:
        signed = token.replace(".", ":")
        email, epoch = signing.loads(signed, salt=TOKEN_SALT, max_age=TOKEN_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    identity = find(tx, email)
    return identity if identity is not None and identity.login_epoch == epoch else None


def still_valid(tx: Tx, identity: Identity) -> bool:
    """Whether a session that logged in as ``identity`` may go on (X-02)."""
    now = find(tx, identity.email)
    return now is not None and now.id == identity.id and now.login_epoch == identity.login_epoch


@dataclass(slots=True)
class ScramKeys:
    """What SCRAM is checked against (RFC 5802 §3). ``identity`` None: it can't succeed."""

    salt: bytes
    iterations: int
    stored_key: bytes
    server_key: bytes
    identity: Identity | None


def scram_keys(tx: Tx, login: str, digest: str = "sha256") -> ScramKeys:
    """The keys of an account for a hash. Where there is none, keys that look like it, and always
    the same.
    """
    stored = _stored(tx, login)
    if stored is not None and stored.active:
        row = tx.row(_SCRAM, [stored.identity.id])
        if row is not None:
            return _scram_keys(digest, stored.identity, *row)
    made_up = salted_hmac(SCRAM_SALT, login, algorithm="sha256").digest()
    return ScramKeys(made_up[:16], models.SCRAM_ITERATIONS, secrets.token_bytes(32), made_up, None)


def _scram_keys(
    digest: str, identity: Identity, salt: bytes, count: int, stored: bytes, server: bytes,
    sha1: bytes | None,
) -> ScramKeys:  # fmt: skip
    """The keys of a row. An account whose password was set before there were those of SHA-1 has
    none until it shows its password; the exchange runs to its end all the same.
    """
    if digest == "sha256":
        return ScramKeys(bytes(salt), count, bytes(stored), bytes(server), identity)
    if sha1 is None:
        keys = secrets.token_bytes(2 * SHA1_OCTETS)
        return ScramKeys(bytes(salt), count, keys[:SHA1_OCTETS], keys[SHA1_OCTETS:], None)
    both = bytes(sha1)
    return ScramKeys(bytes(salt), count, both[:SHA1_OCTETS], both[SHA1_OCTETS:], identity)


class Logins:
    """Password and token checks for the servers of one process, with a brake on guessing.

    A password that was right is remembered for a while as a keyed digest, bound to the stored
    hash: a client that opens ten connections costs one argon2, and a changed password counts
    at once.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._key = secrets.token_bytes(32)
        self._seen: dict[str, tuple[bytes, float]] = {}
        self.throttle = Throttle()

    async def password(self, login: str, password: str, peer: str) -> Identity | None:
        """The identity, or None for any reason. ``peer`` is the client's network address."""
        name = canonical(login)[:LONGEST_LOGIN]
        peer = household(peer)
        if self.throttle.blocked(peer, name, monotonic()):
            return None
        stored = await self._database.read(lambda tx: _stored(tx, name))
        identity = self._recall(stored, password)
        if identity is None:
            identity = await self._database.run(lambda: _judge(stored, password))
            if identity is None:
                self.throttle.failed(peer, name, monotonic())
                return None
            if stored is not None:
                self._remember(stored, password)
                await self._learn(stored, password)
        self.throttle.passed(peer, name)
        return identity

    async def _learn(self, stored: _Stored, password: str) -> None:
        """Keep the keys of SCRAM-SHA-1 of a password that was right, for accounts without them.

        A login must not fail for what it leaves behind: next time will do.
        """
        if not stored.lacks_sha1:
            return
        identity = stored.identity
        with suppress(StoreFull, Unavailable, Error, OSError):
            row = await self._database.read(lambda tx: tx.row(_SCRAM, [identity.id]))
            if row is None:
                return
            # Some milliseconds, in which nobody waits for a transaction.
            keys = await self._database.run(
                lambda: models.scram_keys("sha1", password, bytes(row[0]), row[1])
            )
            values = [b"".join(keys), identity.id, identity.login_epoch]
            await self._database.write(lambda tx: tx.execute(_KEEP_SHA1, values))

    async def scram_begin(self, login: str, peer: str, digest: str = "sha256") -> ScramKeys:
        """The keys for an exchange; after too many failures none that can succeed."""
        name = canonical(login)[:LONGEST_LOGIN]
        keys = await self._database.read(lambda tx: scram_keys(tx, name, digest))
        if self.throttle.blocked(household(peer), name, monotonic()):
            keys.identity = None
        return keys

    def scram_end(self, login: str, peer: str, passed: bool) -> None:
        """Count how the exchange ended."""
        name, peer = canonical(login)[:LONGEST_LOGIN], household(peer)
        if passed:
            self.throttle.passed(peer, name)
        elif not self.throttle.blocked(peer, name, monotonic()):
            self.throttle.failed(peer, name, monotonic())

    async def token(self, token: str) -> Identity | None:
        """The identity behind a token of ``issue_token`` (SASL OAUTHBEARER, RFC 7628).

        Not throttled: a token can't be guessed, and the web's logins all come from one address.
        """
        return await self._database.read(lambda tx: verify_token(tx, token))

    def _digest(self, stored: _Stored, password: str) -> bytes:
        text = f"{stored.identity.login_epoch}\0{stored.password}\0{password}"
        return hmac.digest(self._key, text.encode("utf-8", "surrogatepass"), sha256)

    def _recall(self, stored: _Stored | None, password: str) -> Identity | None:
        if stored is None or not stored.active:
            return None
        digest, until = self._seen.get(stored.identity.email, (b"", 0.0))
        if until > monotonic() and hmac.compare_digest(digest, self._digest(stored, password)):
            return stored.identity
        return None

    def _remember(self, stored: _Stored, password: str) -> None:
        if len(self._seen) >= PASSWORD_CACHE_SIZE:
            self._seen.clear()
        until = monotonic() + PASSWORD_CACHE_SECONDS
        self._seen[stored.identity.email] = (self._digest(stored, password), until)
