"""Short-lived tokens, with which the web logs in for whoever has signed in there."""

from __future__ import annotations

from django.core import signing

from lemonade_server.directory.accounts import Identity, find
from lemonade_server.store.db import snapshot
from lemonade_server.store.tx import Tx

TOKEN_SECONDS = 600
TOKEN_SALT = "lemonade.login"


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
