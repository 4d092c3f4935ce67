"""IMAP4rev2 beside IMAP4rev1 (RFC 9051, Appendix A): what ENABLE IMAP4rev2 changes.

Names and quoted strings are UTF-8, a SEARCH is answered by ESEARCH, nothing is \\Recent, UNSEEN is
not told, and a FETCH that nobody asked for carries its UID. SELECT, RENAME and spellings that are
not those of here bring a LIST response.
"""

from __future__ import annotations

from dataclasses import replace

from lemonade_server.imap import hooks, states
from lemonade_server.imap.dialect import Dialect
from lemonade_server.imap.ext.lists import response
from lemonade_server.imap.mailboxes.listing import Tree, entry
from lemonade_server.imap.modes import Mode, mode
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.session import Session
from lemonade_server.store.db import Tx
from lemonade_server.wire.utf7 import DELIMITER, canonical

NEEDS = ("enable", "lists")

IMAP4REV2 = capability(Capability(b"IMAP4rev2", 9051, states.ANY, enable=True))


def of_rev2(dialect: Dialect) -> Dialect:
    """What differs (RFC 9051 Appendix E; §5.1, §6.4.4, §7.5.2)."""
    return replace(dialect, recent=False, uids=True, esearch=True, attributes=True, utf8=True)


def forget_recent(session: Session) -> None:
    """\\Recent is known no more in the mailbox that is selected already."""
    if session.view is not None:
        session.view.recent = []


mode(Mode(IMAP4REV2.name, of_rev2, entered=forget_recent))


@hooks.opened
async def say_opened(session: Session, typed: str) -> None:
    """LIST of the mailbox that is opened (§6.3.2)."""
    if IMAP4REV2.name in session.enabled:
        await say_list(session, typed)


@hooks.renamed
async def say_renamed(session: Session, new: str, old: str) -> None:
    """LIST with OLDNAME (§6.3.6)."""
    if IMAP4REV2.name in session.enabled:
        await say_list(session, new, old)


@hooks.name_typed
async def say_spelling(session: Session, typed: str) -> None:
    """Tell that the name that the client typed is spelled otherwise here (§5.1)."""
    typed = typed.removesuffix(DELIMITER)
    if IMAP4REV2.name in session.enabled and canonical(typed) != typed:
        await say_list(session, typed)


async def say_list(session: Session, typed: str, old: str = "") -> None:
    """LIST of one name; OLDNAME when it was called ``old`` or typed differently (§6.3.9.7)."""
    name = canonical(typed)
    old = old or (typed if typed != name else "")
    account = session.account

    def line(tx: Tx) -> bytes:
        return response(b"LIST", entry(Tree.read(tx, account), name), session.dialect.mailbox(name))

    extra = b' ("OLDNAME" (%b))' % session.dialect.mailbox(old) if old else b""
    session.untagged(await session.read(line) + extra)
