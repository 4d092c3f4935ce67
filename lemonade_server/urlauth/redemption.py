"""Redeeming tickets: every right is judged now, not when the ticket was issued (RFC 4467 §6)."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

import structlog

from lemonade_server.directory import accounts
from lemonade_server.directory.accounts import SUBMIT_ROLE, Identity, canonical
from lemonade_server.store.db import Tx
from lemonade_server.store.extract import Extract
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.sql import urlauth as sql
from lemonade_server.wire.imapurl import ImapUrl, UrlError, parse

from .keys import INTERNAL, KEY_OCTETS, find_key, fits
from .tickets import access_user
from .url_targets import is_local, octets, readable

log = structlog.get_logger()

_TOKENS = re.compile(rb"[0-9A-Fa-f]{32,}")


class Refusal(Enum):
    """Why a ticket was not honoured: for the log. The peer learns nothing but that it was not."""

    SYNTAX = "not an authorized IMAP URL"
    FOREIGN = "another server's"
    TOKEN = "wrong token, or no such mailbox or key"
    REVOKED = "revoked"
    EXPIRED = "expired"
    ACCESS = "not issued for this redeemer"
    NOTHING = "no such message or part"


@dataclass(slots=True)
class Redeemer:
    """Who presents a ticket. ``submission``: our submission service, acting for ``identity``."""

    identity: Identity
    submission: bool = False


@dataclass(slots=True)
class RedeemedTicket:
    """A ticket that was honoured: what it gives, and the row that counts its uses."""

    extract: Extract
    ticket: int

    @property
    def size(self) -> int:
        """Octets."""
        return self.extract.size


def resolve(tx: Tx, raw: bytes, redeemer: Redeemer) -> RedeemedTicket | None:
    """What an authorized URL gives to a redeemer, or None for any reason.

    The log gets the reason and the URL without what may be a token, well-formed or not.
    """
    outcome = judge(tx, raw, redeemer)
    if isinstance(outcome, Refusal):
        log.info(
            "ticket refused",
            reason=outcome.name.lower(),
            url=_TOKENS.sub(b"...", raw[:1000]).decode("ascii", "replace")[:500],
            redeemer=redeemer.identity.email,
        )
        return None
    return outcome


def judge(tx: Tx, raw: bytes, redeemer: Redeemer) -> RedeemedTicket | Refusal:
    """As ``resolve``, with the reason.

    Up to the token all ways cost the same statements and one HMAC: time tells nothing about
    which mailboxes or keys there are (X-04).
    """
    try:
        url = parse(raw)
    except UrlError:
        fits(b"", secrets.token_bytes(KEY_OCTETS), raw)
        return Refusal.SYNTAX
    if url.token is None or url.access is None or url.user is None or url.uid is None:
        return Refusal.SYNTAX
    if not is_local(url):
        return Refusal.FOREIGN
    owner = accounts.find(tx, url.user)
    owner_id = owner.id if owner is not None else accounts.NO_ACCOUNT
    mailbox = readable(tx, owner_id, url)
    key_id, key = find_key(tx, owner_id, 0 if mailbox is None else mailbox.id)
    right = fits(url.token, key, url.rump)
    if not (right and key_id and mailbox and (url.mechanism or "").upper() == INTERNAL):
        return Refusal.TOKEN
    return _honour(tx, url, mailbox, key_id, redeemer)


def _honour(
    tx: Tx, url: ImapUrl, mailbox: MailboxRow, key_id: int, redeemer: Redeemer
) -> RedeemedTicket | Refusal:
    """The checks of a ticket whose token is right."""
    row = tx.row(sql.TICKET_OF_KEY, [sha256(url.rump).digest(), key_id])
    if row is None or row[1] is not None:
        return Refusal.REVOKED
    if url.expire is not None and url.expire < time.time():
        return Refusal.EXPIRED
    if not _may(tx, url.access or "", redeemer):
        return Refusal.ACCESS
    found = octets(tx, mailbox, url)
    return Refusal.NOTHING if found is None else RedeemedTicket(found, row[0])


def _may(tx: Tx, access: str, redeemer: Redeemer) -> bool:
    """The access identifier against the redeemer (RFC 4467 §3).

    The submission service may redeem ``submit+x`` for x alone. An IMAP session in its role may
    redeem it for any x, which its owner has checked; for nobody if there is no such x.
    """
    kind = access_user(access)
    if kind is None:
        return False
    name, user = kind
    identity = redeemer.identity
    if name == "submit":
        if redeemer.submission:
            return canonical(user or "") == identity.email
        return identity.role == SUBMIT_ROLE and accounts.find(tx, user or "") is not None
    if name == "user":
        return canonical(user or "") == identity.email
    return True
