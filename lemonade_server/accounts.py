"""Who somebody is: logins, short-lived tokens and the keys of SCRAM.

A login is an e-mail address; without ``@`` the default domain is added. Wrong password, unknown
login and disabled account are told apart nowhere: not in the answer and not in the time it takes.
Passwords are checked in ``auth``.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

from lemonade_server.models import accounts as models

from .store.db import Tx, snapshot
from .store.ids import AccountId
from .store.sql import accounts as sql

TOKEN_SECONDS = 600
TOKEN_SALT = "lemonade.login"
SCRAM_SALT = "lemonade.scram"

USER_ROLE = "user"
SUBMIT_ROLE = "submit"
NO_ACCOUNT = AccountId(0)
SHA1_OCTETS = 20
LONGEST_LOGIN = 320  # characters; an e-mail address has 254 at most


@dataclass(slots=True)
class Identity:
    """Somebody who has proved who he is. ``login_epoch`` rises when the password changes."""

    id: AccountId
    email: str
    role: str
    login_epoch: int


def canonical(login: str) -> str:
    """The e-mail address that a login, a URL's user or an access identifier stands for."""
    folded = login.strip().lower()
    return folded if "@" in folded else f"{folded}@{settings.LEMONADE.domain}"


def find(tx: Tx, login: str) -> Identity | None:
    """The active account of that name. Never use it in place of a password check."""
    row = tx.row(sql.ACTIVE, (canonical(login),)) if "\0" not in login else None
    return None if row is None else Identity(AccountId(row[0]), row[1], row[2], row[3])


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
