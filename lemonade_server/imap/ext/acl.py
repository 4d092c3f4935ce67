"""ACL: who may do what in a mailbox (RFC 4314).

    setacl     = "SETACL" SP mailbox SP identifier SP mod-rights
    deleteacl  = "DELETEACL" SP mailbox SP identifier
    getacl     = "GETACL" SP mailbox
    listrights = "LISTRIGHTS" SP mailbox SP identifier
    myrights   = "MYRIGHTS" SP mailbox

Identifiers are logins and ``anyone``, each also behind a dash: what that entry holds is taken away.
No right is tied to another one. A mailbox's owner has all of them and can't be named here.
"""

from __future__ import annotations

from lemonade_server.directory import sharing
from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.session import Session
from lemonade_server.store import access, mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.wire import rights
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.syntax import astring

ACL = Capability(b"ACL", rfc=4314)
RIGHTS = capability(Capability(b"RIGHTS=kxten", rfc=4314))

OPTIONAL = b"l r s w i p k x t e c d a n"
"""Each right by itself: none is tied to another one (§3.7)."""

LONGEST_IDENTIFIER = 320


@command(b"SETACL", states=states.LOGGED_IN, capability=ACL)
async def setacl(session: Session, args: Cursor) -> Ok | None:
    """Set, add to or take from what an identifier may do; without any right its entry goes."""
    name = args.sp().mailbox()
    identifier = _identifier(args)
    text = args.sp().astring().decode("latin-1")
    args.end()
    rights.change_rights("", text)  # grammar is judged before the mailbox
    await _change(session, name, identifier, text)
    return None


@command(b"DELETEACL", states=states.LOGGED_IN, capability=ACL)
async def deleteacl(session: Session, args: Cursor) -> Ok | None:
    """Remove the entry of an identifier; fine when there was none."""
    name = args.sp().mailbox()
    identifier = _identifier(args)
    args.end()
    await _change(session, name, identifier, "")
    return None


async def _change(session: Session, name: str, identifier: str, text: str) -> None:
    account, who = session.account, session.user.email

    def job(tx: Tx) -> None:
        row = mailboxes.need(tx, account, name, "a")
        sharing.change(tx, row, identifier, text, who)

    await session.write(job)


@command(b"GETACL", states=states.LOGGED_IN, capability=ACL)
async def getacl(session: Session, args: Cursor) -> Ok | None:
    """The whole list, with the owner's rights and those that are taken away."""
    name = args.sp().mailbox()
    args.end()
    account = session.account

    def job(tx: Tx) -> list[access.RightsEntry]:
        return access.entries(tx, mailboxes.need(tx, account, name, "a"))

    words = [b"ACL", session.dialect.mailbox(name)]
    for entry in await session.read(job):
        words += [astring(entry.grantee.identifier.encode()), rights.spell(entry.rights)]
    session.untagged(b" ".join(words))
    return None


@command(b"LISTRIGHTS", states=states.LOGGED_IN, capability=ACL)
async def listrights(session: Session, args: Cursor) -> Ok | None:
    """What an identifier can be granted: everything, one by one; the owner has it always."""
    name = args.sp().mailbox()
    identifier = _identifier(args)
    args.end()
    account = session.account

    def job(tx: Tx) -> bool:
        row = mailboxes.need(tx, account, name, "a")
        return sharing.grantee(tx, identifier).account == row.account

    always = rights.spell(rights.ALL) if await session.read(job) else b'"" ' + OPTIONAL
    shown = astring(identifier.encode(), utf8=session.dialect.utf8)
    session.untagged(b"LISTRIGHTS %b %b %b" % (session.dialect.mailbox(name), shown, always))
    return None


@command(b"MYRIGHTS", states=states.LOGGED_IN, capability=ACL)
async def myrights(session: Session, args: Cursor) -> Ok | None:
    """One's own rights in a mailbox. One of ``lrikxa`` is needed, else it is not there (§4)."""
    name = args.sp().mailbox()
    args.end()
    account = session.account
    row, granted = await session.read(lambda tx: mailboxes.find_with_rights(tx, account, name))
    if row is None or not set(granted).intersection("lrikxa"):
        raise No("there is no such mailbox", b"NONEXISTENT")
    session.untagged(b"MYRIGHTS %b %b" % (session.dialect.mailbox(name), rights.spell(granted)))
    return None


def _identifier(args: Cursor) -> str:
    """An identifier as the client wrote it. Raises Bad."""
    raw = args.sp().astring()
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise Bad("an identifier is UTF-8") from error
    if not 0 < len(text) <= LONGEST_IDENTIFIER:
        raise Bad("an identifier has from 1 to 320 characters")
    return text
