"""Where mailbox names lead: one's own, ``Other Users/bob/…`` and ``Shared/…`` (RFC 2342).

Everybody names his own mailboxes without a prefix. A mailbox has one name in its owner's account
and one for everybody else, and no third one.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from lemonade_server.wire.utf7 import DELIMITER, canonical

from .ids import AccountId
from .sql import access as sql
from .tx import Tx

OTHERS = "Other Users"
SHARED = "Shared"

SHARED_OWNER = "#shared"
"""In place of an e-mail address: the account that owns what belongs to no person. It is no login,
since every login has an ``@``."""

NOBODY = AccountId(0)

# Characters of an address that can't stand in a level; addresses hold none of what replaces them.
_ESCAPED = str.maketrans({"/": "\u2215", "%": "\uff05", "*": "\u2217"})
_PLAIN = str.maketrans({"\u2215": "/", "\uff05": "%", "\u2217": "*"})


@dataclass(slots=True)
class Place:
    """Whose mailbox a name means, and the name that it has there.

    ``owner`` NOBODY: there is no such account. ``prefix`` is empty for one's own.
    """

    owner: AccountId
    name: str
    prefix: str = ""


def is_foreign(name: str) -> bool:
    """Whether a name leads out of one's own mailboxes."""
    return name.partition(DELIMITER)[0] in (OTHERS, SHARED)


def fold(name: str) -> str:
    """The one spelling of a name: INBOX in any case as ``INBOX``, somebody else's too."""
    name = canonical(name)
    levels = name.split(DELIMITER, 2)
    if levels[0] == OTHERS and len(levels) == 3:
        levels[2] = canonical(levels[2])
        return DELIMITER.join(levels)
    return name


def locate(tx: Tx, account: AccountId, name: str) -> Place:
    """Where a name leads. One's own costs no query; all others cost the same one."""
    name = fold(name)
    if not is_foreign(name):
        return Place(account, name)
    email, prefix, rest = _split(name)
    owner = tx.value(sql.OWNER, (email,))
    if owner is None or owner == account or not rest:
        return Place(NOBODY, rest, prefix)
    return Place(AccountId(owner), rest, prefix)


def _split(name: str) -> tuple[str, str, str]:
    """The owner's e-mail address, the prefix of his mailboxes, and what is behind it."""
    top, _, rest = name.partition(DELIMITER)
    if top == SHARED:
        return SHARED_OWNER, f"{SHARED}/", rest
    user, _, rest = rest.partition(DELIMITER)
    local, at, domain = user.translate(_PLAIN).rpartition("@")
    email = f"{local}@{domain}" if at else f"{domain}@{settings.LEMONADE.domain}"
    if prefix_of(email) != f"{OTHERS}/{user}/":
        email = ""  # spelled in another way than it is listed
    return email, f"{OTHERS}/{user}/", rest


def prefix_of(email: str) -> str:
    """What stands before the mailboxes of an account for everybody else.

    The default domain is left out.
    """
    if email == SHARED_OWNER:
        return f"{SHARED}/"
    user = email.removesuffix(f"@{settings.LEMONADE.domain}").translate(_ESCAPED)
    return f"{OTHERS}/{user}/"
