"""IMAP4rev2 beside IMAP4rev1 (RFC 9051, Appendix A): what ENABLE IMAP4rev2 changes.

What it changes stands where it is said: names and quoted strings are UTF-8 (``Session.utf8``), a
SEARCH is answered by ESEARCH, nothing is \\Recent, UNSEEN is not told, and a FETCH that nobody
asked for carries its UID. Here is the LIST response that SELECT and new spellings bring.
"""

from __future__ import annotations

from lemonade_server.imap.ext.lists import response
from lemonade_server.imap.ext.status import wire_name
from lemonade_server.imap.mailboxes.listing import Tree, entry
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.imap.session import Session
from lemonade_server.store.db import Tx
from lemonade_server.wire.utf7 import DELIMITER, canonical

IMAP4REV2 = capability(Capability(b"IMAP4rev2", 9051, enable=True))


async def say_list(session: Session, typed: str, old: str = "") -> None:
    """LIST of one name; OLDNAME when it was called ``old`` or typed differently (§6.3.9.7)."""
    name = canonical(typed)
    old = old or (typed if typed != name else "")
    account = session.account

    def line(tx: Tx) -> bytes:
        return response(b"LIST", entry(Tree.read(tx, account), name), wire_name(session, name))

    extra = b' ("OLDNAME" (%b))' % wire_name(session, old) if old else b""
    session.untagged(await session.read(line) + extra)


async def say_spelling(session: Session, typed: str) -> None:
    """Tell a client of IMAP4rev2 that the name it typed is spelled otherwise here (§5.1)."""
    typed = typed.removesuffix(DELIMITER)
    if session.rev2 and canonical(typed) != typed:
        await say_list(session, typed)
