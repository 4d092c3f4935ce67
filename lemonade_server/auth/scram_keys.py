"""What a SCRAM exchange is checked against; for a login that nobody has, something alike.

Unknown login and disabled account are told apart nowhere: not in the answer and not in the time it
takes.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from lemonade_server.directory.accounts import Identity
from lemonade_server.models import accounts as models
from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import accounts as sql
from lemonade_server.store.tx import Tx

SCRAM_SALT = "lemonade.scram"
SHA1_OCTETS = 20


@dataclass(slots=True)
class ScramKeys:
    """What SCRAM is checked against (RFC 5802 §3). ``identity`` None: it can't succeed."""

    salt: bytes
    iterations: int
    stored_key: bytes
    server_key: bytes
    identity: Identity | None


def scram_keys(tx: Tx, login: str, digest: str = "sha256") -> ScramKeys:
    """The keys of a canonical login for a hash. Where there is none, keys that look like it, and
    always the same.
    """
    row = tx.row(sql.SCRAM, (login,)) if "\0" not in login else None
    if row is not None:
        return _scram_keys(digest, Identity(AccountId(row[0]), row[1], row[2], row[3]), *row[4:])
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
