"""Mailbox access keys and the tokens made with them (RFC 4467 §2.2, §2.4.1).

A key belongs to an owner and a mailbox (its row, not its name): a mailbox that is deleted takes
its key along, and one that is made anew under the name starts without any.
"""

from __future__ import annotations

import hmac
import secrets
import time
from hashlib import sha256

from lemonade_server.accounts import Identity
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import MailboxId, Modseq
from lemonade_server.store.mailboxes import MailboxRow

INTERNAL = "INTERNAL"
KEY_OCTETS = 32
WAKE = Modseq(1)  # as a hint: look, though no message changed
# The first octet of a token says how the rest was made, so that it can change one day.
VERSION = b"\x01"


def make_token(key: bytes, rump: bytes) -> bytes:
    """The token, undecorated: version and HMAC over the URL's very octets."""
    return VERSION + hmac.digest(key, rump, sha256)


def fits(token: bytes, key: bytes, rump: bytes) -> bool:
    """Whether a token belongs to a URL; in constant time."""
    return hmac.compare_digest(token, make_token(key, rump))


def find_key(tx: Tx, owner: int, mailbox: int) -> tuple[int, bytes]:
    """Id and octets of a key. When there is none, id 0 and a random key that was never used.

    So a missing key costs what a wrong token costs, and can't be guessed (X-03, X-04).
    """
    spare = secrets.token_bytes(KEY_OCTETS)
    row = tx.row(
        "SELECT id, key FROM urlauth_key"
        " WHERE account_id = %s AND mailbox_id = %s AND mechanism = %s",
        [owner, mailbox, INTERNAL],
    )
    if row is None or len(row[1]) != KEY_OCTETS:
        return 0, spare
    return row[0], bytes(row[1])


def need_key(tx: Tx, identity: Identity, mailbox: MailboxRow) -> tuple[int, bytes]:
    """The key of a mailbox, made now if this is the first use."""
    tx.execute(
        'INSERT INTO urlauth_key (account_id, mailbox_id, mechanism, "key", created_at)'
        " VALUES (%s, %s, %s, %s, %s) ON CONFLICT (account_id, mailbox_id, mechanism) DO NOTHING",
        [identity.id, mailbox.id, INTERNAL, secrets.token_bytes(KEY_OCTETS), int(time.time())],
    )
    return find_key(tx, identity.id, mailbox.id)


def reset_mailbox(tx: Tx, identity: Identity, mailbox: MailboxId) -> None:
    """Replace the key of one mailbox: every ticket that was made with it is void.

    Sessions that have the mailbox selected are woken, to tell their clients (P-21).
    """
    _forget(tx, "account_id = %s AND mailbox_id = %s", [identity.id, mailbox])
    tx.execute(
        'INSERT INTO urlauth_key (account_id, mailbox_id, mechanism, "key", created_at)'
        " VALUES (%s, %s, %s, %s, %s)",
        [identity.id, mailbox, INTERNAL, secrets.token_bytes(KEY_OCTETS), int(time.time())],
    )
    tx.hint(mailbox, WAKE)


def reset_all(tx: Tx, identity: Identity) -> None:
    """Remove every key of an owner: all of his tickets are void, nobody else's."""
    for (mailbox,) in tx.rows(
        "SELECT mailbox_id FROM urlauth_key WHERE account_id = %s", [identity.id]
    ):
        tx.hint(mailbox, WAKE)
    _forget(tx, "account_id = %s", [identity.id])


def _forget(tx: Tx, condition: str, args: list[int]) -> None:
    tx.execute(
        "UPDATE urlauth_ticket SET key_id = NULL WHERE key_id IN"
        f" (SELECT id FROM urlauth_key WHERE {condition})",
        args,
    )
    tx.execute(f"DELETE FROM urlauth_key WHERE {condition}", args)
