"""App passwords: one for each program, good for what it does, revoked without the others.

They are random enough (125 bits) that one fast hash keeps them and nobody guesses one: no brake
counts them, no cache holds them. Only what has their shape is looked for, so a login by the
account's own password costs no statement more.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, replace
from hashlib import sha256

from lemonade_server.directory.accounts import Identity
from lemonade_server.models.app_passwords import Scope as Scope
from lemonade_server.store.sql import app_passwords as sql
from lemonade_server.store.tx import Tx

from .passwords.credentials import Credentials

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # 32, none like another
LENGTH = 25
GROUP = 5
NOTED = 600
"""Seconds in which a further use is not written down again."""

_SHAPE = re.compile(f"[{LETTERS}]{{{LENGTH}}}")
_BETWEEN = str.maketrans("", "", "- \u00a0\t")
_LONGEST = 2 * LENGTH  # as somebody may type it


@dataclass(slots=True)
class AppPasswordLogin:
    """Whom an app password proved. ``is_noted``: its use needs no writing down."""

    identity: Identity
    scope: Scope
    is_noted: bool


def new_secret() -> str:
    """Five groups of five letters and digits, to be shown once."""
    text = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    return "-".join(text[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def digest_of(password: str) -> bytes | None:
    """What is kept of an app password, however its groups are typed; None: it has not the shape."""
    if len(password) > _LONGEST:
        return None
    text = password.translate(_BETWEEN).lower()
    return sha256(text.encode()).digest() if _SHAPE.fullmatch(text) else None


def find(
    tx: Tx, found: Credentials, digest: bytes, scope: Scope, now: int
) -> AppPasswordLogin | None:
    """The login by an app password of this account, if it is good for ``scope`` and still holds."""
    if not found.is_active:
        return None
    row = tx.row(sql.FIND, (digest, found.identity.id, now))
    if row is None:
        return None
    number, scopes, used_at = row
    if scope.value not in scopes.split():
        return None
    is_noted = used_at is not None and 0 <= now - used_at < NOTED
    return AppPasswordLogin(replace(found.identity, app_password=number), scope, is_noted)


def note_use(tx: Tx, login: AppPasswordLogin, peer: str, now: int) -> None:
    """Write down when, from where and for what it was used."""
    of = login.identity.app_password
    tx.execute(sql.NOTE_USE, (now, peer[:64], login.scope.value, of))
