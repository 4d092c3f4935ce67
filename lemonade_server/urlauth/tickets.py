"""Issuing tickets: URLs that carry the right to read one part of one message (RFC 4467 §7)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from hashlib import sha256

from lemonade_server.directory.accounts import Identity, canonical
from lemonade_server.store.db import Tx
from lemonade_server.store.errors import Invalid, LimitReached, Refused
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.sql import urlauth as sql
from lemonade_server.wire.imapurl import ImapUrl, UrlError, parse

from .keys import INTERNAL, make_token, need_key
from .url_targets import is_local, readable

# A user's tickets that can still be redeemed or are kept for the record.
TICKET_LIMIT = 100_000
KEPT_SECONDS = 30 * 86_400

WITH_USER = ("submit", "user")
WITHOUT_USER = ("authuser", "anonymous")


def access_user(access: str) -> tuple[str, str | None] | None:
    """``submit+alice`` as ("submit", "alice"), ``authuser`` as ("authuser", None).

    None when it is neither: access identifiers are a closed registry (RFC 5593 §6).
    """
    name, plus, user = access.partition("+")
    name = name.lower()
    if plus:
        return (name, user) if name in WITH_USER and user else None
    return (name, None) if name in WITHOUT_USER else None


def check(tx: Tx, identity: Identity, raw: bytes) -> tuple[ImapUrl, MailboxRow]:
    """Judge a URL that its user wants signed; changes nothing. Raises Invalid.

    A mailbox that may not be read is answered as one that is not there (X-01).
    """
    try:
        url = parse(raw)
    except UrlError as error:
        raise Invalid(f"this is no IMAP URL: {error}") from error
    if url.token is not None:
        raise Invalid("this URL is authorized already")
    if url.access is None:
        raise Invalid("missing access identifier in supplied URL")
    if not url.absolute or url.user is None:
        raise Invalid("missing owner username in supplied URL")
    if url.uid is None:
        raise Invalid("only the URL of a message or of a part of it can be authorized")
    if access_user(url.access) is None:
        raise Invalid("the access identifier is submit+user, user+user, authuser or anonymous")
    if url.expire is not None and url.expire < time.time():
        raise Invalid("this URL has expired already")
    mailbox = None
    if is_local(url) and canonical(url.user) == identity.email:
        mailbox = readable(tx, identity.id, url)
    if mailbox is None:
        raise Invalid("there is no such mailbox")
    return url, mailbox


def generate(tx: Tx, identity: Identity, raw: bytes, mechanism: bytes) -> bytes:
    """The authorized URL, and a row for the ticket.

    The same URL gives the same ticket as long as the mailbox has the same key. Raises Invalid for a
    URL that can't be authorized, Refused for an unknown mechanism or a ticket that was revoked,
    LimitReached for one too many.
    """
    if mechanism.upper() != INTERNAL.encode():
        raise Refused("the only mechanism is INTERNAL")
    url, mailbox = check(tx, identity, raw)
    key_id, key = need_key(tx, identity, mailbox)
    _record(tx, identity, url, mailbox, key_id)
    return raw + b":internal:" + make_token(key, raw).hex().encode()


def _record(tx: Tx, identity: Identity, url: ImapUrl, mailbox: MailboxRow, key_id: int) -> None:
    now = int(time.time())
    digest = sha256(url.raw).digest()
    known = tx.row(sql.TICKET, [digest])
    if known is not None and known[1] == key_id:
        if known[2] is not None:
            raise Refused(
                "this ticket was revoked: RESETKEY the mailbox, or change the expire date"
            )
        return
    if known is not None:
        tx.execute(sql.DELETE_TICKET, [known[0]])
    held: int = tx.value(sql.COUNT_TICKETS, [identity.id])
    if held >= TICKET_LIMIT:
        raise LimitReached(
            "tickets", TICKET_LIMIT, "too many tickets: let some expire, or RESETKEY"
        )
    tx.execute(
        sql.ADD_TICKET,
        [
            *(identity.id, mailbox.id, key_id, url.raw.decode("ascii", "replace"), digest),
            *((url.access or "")[:300], url.uid, (url.section or "")[:200], url.expire, now),
        ],
    )


def count_use(tx: Tx, ticket: int, octets: int, who: str) -> None:
    """Note in the ticket's row that it was redeemed, by whom, and how much was handed out."""
    tx.execute(sql.COUNT_USE, [octets, int(time.time()), who[:254], ticket])


def purge(tx: Tx, now: int) -> int:
    """Drop tickets that nobody can redeem any more and whose record is a month old."""
    old = now - KEPT_SECONDS
    return tx.row_count(sql.PURGE, [old, old, old])


def revoke(tx: Tx, tickets: Sequence[int]) -> int:
    """Make tickets void, each by its row, and no others of their key; how many were not before."""
    return tx.row_count(sql.REVOKE, [int(time.time()), list(tickets)])
