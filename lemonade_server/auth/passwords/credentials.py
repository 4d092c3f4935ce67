"""Whether a password is right, and what is kept once it was shown.

It is checked against SCRAM's stored key, which stands beside the hash: one PBKDF2 of some
milliseconds and no memory, as strong as what a thief of the row would have to break (RFC 5802 §9).
Only where there are no keys yet, as with passwords that came hashed from elsewhere, the hash is
asked.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from django.contrib.auth.hashers import check_password, get_hasher, identify_hasher, make_password

from lemonade_server.directory.accounts import Identity
from lemonade_server.models.accounts import SCRAM_ITERATIONS, scram_keys
from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import accounts as sql
from lemonade_server.store.tx import Tx

NO_SALT = bytes(16)


@dataclass(slots=True)
class Credentials:
    """What an account's row says of its password. ``sha1`` None: the keys of SCRAM-SHA-1 lack."""

    identity: Identity
    password: str
    is_active: bool
    salt: bytes
    iterations: int
    stored_key: bytes
    server_key: bytes
    sha1: bytes | None


@dataclass(slots=True)
class Improvement:
    """What replaces a row's hash and keys after a login; None: it stays. The password is the same,
    so nothing ends: neither sessions nor tokens.
    """

    password: str | None = None
    keys: tuple[bytes, int, bytes, bytes, bytes] | None = None
    sha1: bytes | None = None


def credentials_of(tx: Tx, login: str) -> Credentials | None:
    """Those of a canonical login; None when there is no such account."""
    if "\0" in login:
        return None
    row = tx.row(sql.CREDENTIALS, (login,))
    if row is None:
        return None
    number, email, role, epoch, password, active, salt, count, stored, server, sha1 = row
    return Credentials(
        Identity(AccountId(number), email, role, epoch), password, bool(active), bytes(salt), count,
        bytes(stored), bytes(server), None if sha1 is None else bytes(sha1),
    )  # fmt: skip


def is_right(found: Credentials | None, password: str) -> bool:
    """The slow part. For somebody unknown it takes as long, and is never right."""
    if found is not None and not found.iterations:
        return check_password(password, found.password) and found.is_active
    salt, count = (NO_SALT, SCRAM_ITERATIONS) if found is None else (found.salt, found.iterations)
    expected = secrets.token_bytes(32) if found is None else found.stored_key
    try:
        stored_key, _ = scram_keys("sha256", password, salt, count)
    except UnicodeEncodeError:  # half of a surrogate pair: nobody's password
        return False
    right = hmac.compare_digest(stored_key, expected)
    return right and found is not None and found.is_active


def improvement_of(found: Credentials, password: str) -> Improvement | None:
    """What a right password lets us make better: slow. None: all is as it is made today."""
    better = Improvement()
    if _is_outdated(found.password):
        better.password = make_password(password)
    if not found.iterations:
        salt = secrets.token_bytes(16)
        of = (password, salt, SCRAM_ITERATIONS)
        sha1 = b"".join(scram_keys("sha1", *of))
        better.keys = (salt, SCRAM_ITERATIONS, *scram_keys("sha256", *of), sha1)
    elif found.sha1 is None:
        better.sha1 = b"".join(scram_keys("sha1", password, found.salt, found.iterations))
    return None if better == Improvement() else better


def is_improvable(found: Credentials) -> bool:
    """Whether ``improvement_of`` will find something; quick."""
    return not found.iterations or found.sha1 is None or _is_outdated(found.password)


def _is_outdated(encoded: str) -> bool:
    """Whether a hash is of another kind, or of other parameters, than is made today."""
    try:
        hasher = identify_hasher(encoded)
    except ValueError:  # no hash: the keys of SCRAM came alone
        return True
    return hasher.algorithm != get_hasher().algorithm or hasher.must_update(encoded)


def keep(tx: Tx, found: Credentials, better: Improvement) -> None:
    """Write it, unless the password was changed meanwhile."""
    whose = (found.identity.id, found.identity.login_epoch)
    if better.keys is not None:
        tx.execute(sql.KEEP_KEYS, (*better.keys, *whose, found.password))
    if better.sha1 is not None:
        tx.execute(sql.KEEP_SHA1, (better.sha1, *whose))
    if better.password is not None:
        tx.execute(sql.KEEP_HASH, (better.password, *whose, found.password))
