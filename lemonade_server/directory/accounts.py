"""Who has an account: the names of logins, and who somebody is once that is proved.

A login is an e-mail address; without ``@`` the default domain is added.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.conf import settings

from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import accounts as sql
from lemonade_server.store.sql import app_passwords
from lemonade_server.store.tx import Tx

USER_ROLE = "user"
SUBMIT_ROLE = "submit"
NO_ACCOUNT = AccountId(0)
LONGEST_LOGIN = 320  # characters; an e-mail address has 254 at most


@dataclass(slots=True)
class Identity:
    """Somebody who has proved who he is. ``login_epoch`` rises when the password changes.

    ``app_password``: the row of the one that proved it; 0 is another proof.
    """

    id: AccountId
    email: str
    role: str
    login_epoch: int
    app_password: int = 0


def canonical(login: str) -> str:
    """The e-mail address that a login, a URL's user or an access identifier stands for."""
    folded = login.strip().lower()
    return folded if "@" in folded else f"{folded}@{settings.LEMONADE.domain}"


def find(tx: Tx, login: str) -> Identity | None:
    """The active account of that name. Never use it in place of a password check."""
    row = tx.row(sql.ACTIVE, (canonical(login),)) if "\0" not in login else None
    return None if row is None else Identity(AccountId(row[0]), row[1], row[2], row[3])


def still_valid(tx: Tx, identity: Identity) -> bool:
    """Whether a session that logged in as ``identity`` may go on (X-02)."""
    now = find(tx, identity.email)
    if now is None or now.id != identity.id:
        return False
    if identity.app_password:  # it outlives the account's own password
        return bool(living_app_passwords(tx, [identity.app_password]))
    return now.login_epoch == identity.login_epoch


def living_app_passwords(tx: Tx, numbers: list[int]) -> set[int]:
    """Those of the app passwords that were neither revoked nor have run out."""
    return {row[0] for row in tx.rows(app_passwords.LIVING, (numbers, int(time.time())))}
