"""Mailbox access keys and the tokens made with them (RFC 4467 §2.2, §2.4.1).

A key belongs to an owner and a mailbox (its row, not its name): a mailbox that is deleted takes
its key along, and one that is made anew under the name starts without any.
"""

from __future__ import annotations

import hmac
import secrets
import time
from hashlib import sha256

from lemonade_server.directory.accounts import Identity
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import MailboxId, Modseq
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.sql import urlauth as sql

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
    row = tx.row(sql.KEY, [owner, mailbox, INTERNAL])
    if row is None or len(row[1]) != KEY_OCTETS:
        return 0, spare
    return row[0], bytes(row[1])


def need_key(tx: Tx, identity: Identity, mailbox: MailboxRow) -> tuple[int, bytes]:
    """The key of a mailbox, made now if this is the first use."""
    tx.execute(
        sql.NEED_KEY,
        [identity.id, mailbox.id, INTERNAL, secrets.token_bytes(KEY_OCTETS), int(time.time())],
    )
    return find_key(tx, identity.id, mailbox.id)


def reset_mailbox(tx: Tx, identity: Identity, mailbox: MailboxId) -> None:
    """Replace the key of one mailbox: every ticket that was made with it is void.

    Sessions that have the mailbox selected are woken, to tell their clients (P-21).
    """
    tx.execute(sql.VOID_TICKETS_OF_MAILBOX, [identity.id, mailbox])
    tx.execute(sql.DELETE_KEY, [identity.id, mailbox])
    tx.execute(
        sql.ADD_KEY,
        [identity.id, mailbox, INTERNAL, secrets.token_bytes(KEY_OCTETS), int(time.time())],
    )
    tx.hint(mailbox, WAKE)


def reset_all(tx: Tx, identity: Identity) -> None:
    """Remove every key of an owner: all of his tickets are void, nobody else's."""
    for (mailbox,) in tx.rows(sql.MAILBOXES_WITH_KEYS, [identity.id]):
        tx.hint(mailbox, WAKE)
    tx.execute(sql.VOID_TICKETS, [identity.id])
    tx.execute(sql.DELETE_KEYS, [identity.id])
