"""From an IMAP URL to a message of this server (RFC 5092)."""

from __future__ import annotations

from django.conf import settings

from lemonade_server.directory.accounts import Identity, canonical
from lemonade_server.store import mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.store.extract import Extract, extract
from lemonade_server.store.ids import AccountId, ContentId
from lemonade_server.store.mailboxes import MailboxRow
from lemonade_server.store.sql import messages as sql
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.imapurl import ImapUrl
from lemonade_server.wire.section import parse_section

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
WELL_KNOWN = frozenset({143, 993})


def is_local(url: ImapUrl) -> bool:
    """Whether an absolute URL names this server.

    The well-known ports count as ours, since a URL can't say TLS and the outside port may be
    mapped; on loopback its names are ours too.
    """
    env = settings.LEMONADE
    host = (url.host or "").lower().rstrip(".")
    names = {env.hostname} | (LOOPBACK if env.host in LOOPBACK else {env.host})
    ports = WELL_KNOWN | {env.imap_port, env.imaps_port}
    return host in names and (url.port is None or url.port in ports)


def readable(tx: Tx, account: AccountId, url: ImapUrl) -> MailboxRow | None:
    """The mailbox of a URL, if it is there, has the URL's UIDVALIDITY and may be read."""
    mailbox = mailboxes.find(tx, account, url.mailbox)
    if mailbox is None or mailbox.noselect or not mailboxes.may(tx, account, mailbox, "r"):
        return None
    if url.uidvalidity is not None and url.uidvalidity != mailbox.uidvalidity:
        return None
    return mailbox


def octets(tx: Tx, mailbox: MailboxRow, url: ImapUrl) -> Extract | None:
    """What a URL addresses in its mailbox, or None when the message or part is not there."""
    row = tx.row(sql.CONTENT_OF, [mailbox.id, url.uid, mailbox.id])
    if row is None:
        return None
    try:
        section = parse_section(url.section or "")
    except Bad:
        return None
    return extract(tx, ContentId(row[0]), section, url.partial)


def plain(tx: Tx, identity: Identity, url: ImapUrl) -> Extract | None:
    """What a URL without ticket gives to its own user: for CATENATE and plain BURL.

    Relative, or absolute with this server and this user. RFC 4469 §3.
    """
    if url.uid is None or url.access is not None or url.expire is not None:
        return None
    if url.absolute:
        owner = url.user is None or canonical(url.user) == identity.email
        if not owner or not is_local(url):
            return None
    mailbox = readable(tx, identity.id, url)
    return None if mailbox is None else octets(tx, mailbox, url)
