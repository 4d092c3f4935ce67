"""Who has an account: the names of logins, and who somebody is once that is proved.

A login is an e-mail address; without ``@`` the default domain is added.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import accounts as sql
from lemonade_server.store.tx import Tx

USER_ROLE = "user"
SUBMIT_ROLE = "submit"
NO_ACCOUNT = AccountId(0)
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


def still_valid(tx: Tx, identity: Identity) -> bool:
    """Whether a session that logged in as ``identity`` may go on (X-02)."""
    now = find(tx, identity.email)
    return now is not None and now.id == identity.id and now.login_epoch == identity.login_epoch
