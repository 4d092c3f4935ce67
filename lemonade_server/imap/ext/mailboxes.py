"""CREATE, DELETE, RENAME, SUBSCRIBE, UNSUBSCRIBE (RFC 3501 §6.3.3 to §6.3.7, RFC 6154 §3)."""

from __future__ import annotations

from collections.abc import Sequence

from lemonade_server.imap import big_writes, hooks, states
from lemonade_server.imap.ext.objectid import mailbox_id
from lemonade_server.imap.registry import Capability, Ok, capability, command
from lemonade_server.imap.session import Session
from lemonade_server.store import mailboxes, messages
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.utf7 import DELIMITER, canonical

NEEDS = ("objectid",)

CREATE_SPECIAL_USE = capability(
    Capability(b"CREATE-SPECIAL-USE", rfc=6154, beside=(b"SPECIAL-USE",))
)
SPECIAL_USES: dict[bytes, bytes] = {}
"""As they are written, by their names in lower case."""


def special_uses(*names: bytes) -> None:
    """Register uses that a client may give a mailbox when it makes one (RFC 6154 §3)."""
    SPECIAL_USES.update((name.lower(), name) for name in names)


# \All and \Flagged would have to be views of other mailboxes.
special_uses(b"\\Archive", b"\\Drafts", b"\\Junk", b"\\Sent", b"\\Trash")


@command(b"CREATE", states=states.LOGGED_IN)
async def create(session: Session, args: Cursor) -> Ok | None:
    """Make a mailbox with its missing parents; a trailing delimiter only states an intent."""
    typed = args.sp().typed_mailbox()
    name = canonical(typed)
    special_use = _special_use(args) if args.maybe(b" (") else b""
    args.end()
    if name.rstrip(DELIMITER) == "INBOX":
        raise No("INBOX exists already", b"ALREADYEXISTS")
    account = session.account
    use = special_use.decode()
    made = await session.db.write(lambda tx: mailboxes.create(tx, account, name, use))
    for state in session.extension_states:
        state.named(made.name, True)
    await hooks.name_typed.run(session, typed)
    return Ok(code=mailbox_id(made.id))


def _special_use(args: Cursor) -> bytes:
    """``USE (\\Sent)``: at most one, and one that is registered. Raises Bad, No."""
    args.expect(b"USE").sp()
    flags = args.flag_list()
    args.expect(b")")
    if not flags:
        return b""
    found = [SPECIAL_USES.get(flag.lower()) for flag in flags]
    use = found[0]
    if use is None or len(found) > 1:
        raise No("a mailbox can't have this special use here", b"USEATTR")
    return use


@command(b"DELETE", states=states.LOGGED_IN)
async def delete(session: Session, args: Cursor) -> Ok | None:
    """Remove a mailbox; one with children stays as a level without mail (B-32)."""
    typed = args.sp().typed_mailbox()
    name = canonical(typed)
    args.end()
    account = session.account
    row = await session.read(lambda tx: mailboxes.find(tx, account, name))
    await session.db.write(lambda tx: mailboxes.delete(tx, account, name))
    if row is not None and row.messages > mailboxes.FEW:
        await big_writes.erase(session.service, row.id)
    for state in session.extension_states:
        state.named(mailboxes.fold(name), False)
    if row is not None and session.view is not None and session.view.mailbox == row.id:
        session.deselect()
        session.ok(b"CLOSED", b"the selected mailbox is gone")
    await hooks.name_typed.run(session, typed)
    return None


@command(b"RENAME", states=states.LOGGED_IN)
async def rename(session: Session, args: Cursor) -> Ok | None:
    """Rename a mailbox and what is below it; from INBOX the messages move (B-11)."""
    typed = args.sp().typed_mailbox()
    old, new = canonical(typed), args.sp().mailbox()
    args.end()
    account = session.account
    rest = await session.write(lambda tx: mailboxes.rename(tx, account, old, new))
    if rest is not None:
        await _move_rest(session, rest)
    for state in session.extension_states:
        state.named(mailboxes.fold(old), old == "INBOX")
        state.named(mailboxes.check_name(new), True)
    if old != "INBOX":  # there is one still
        await hooks.renamed.run(session, new.removesuffix(DELIMITER), typed)
    return None


async def _move_rest(session: Session, rest: mailboxes.RestOfInbox) -> None:
    """What else was in INBOX when it was renamed, and still is."""

    async def move(uids: Sequence[int]) -> None:
        await session.write(
            lambda tx: messages.move(tx, rest.source, uids, rest.target, annotations=None)
        )

    await big_writes.in_pieces(session.service, rest.uids, move)


@command(b"SUBSCRIBE", states=states.LOGGED_IN)
async def subscribe(session: Session, args: Cursor) -> Ok | None:
    """Subscribe to a name; it need not exist (RFC 3501 §6.3.6 lets us not look)."""
    name = args.sp().mailbox().rstrip(DELIMITER)
    args.end()
    if not name or len(name) > mailboxes.LONGEST_NAME:
        raise Bad("a mailbox name is needed")
    account = session.account
    await session.db.write(lambda tx: mailboxes.subscribe(tx, account, name))
    for state in session.extension_states:
        state.subscribed(mailboxes.fold(name), True)
    return None


@command(b"UNSUBSCRIBE", states=states.LOGGED_IN)
async def unsubscribe(session: Session, args: Cursor) -> Ok | None:
    """End a subscription; fine when there was none."""
    name = args.sp().mailbox().rstrip(DELIMITER)
    args.end()
    account = session.account
    await session.db.write(lambda tx: mailboxes.unsubscribe(tx, account, name))
    for state in session.extension_states:
        state.subscribed(mailboxes.fold(name), False)
    return None
