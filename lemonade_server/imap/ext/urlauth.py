"""GENURLAUTH, URLFETCH and RESETKEY (RFC 4467 §7): tickets for parts of messages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol
from weakref import WeakKeyDictionary

from lemonade_server import urlauth
from lemonade_server.imap import hooks, states
from lemonade_server.imap.extension_state import ExtensionState
from lemonade_server.imap.fetch.stream import INLINE_OCTETS, send_octets
from lemonade_server.imap.registry import Capability, Ok, command
from lemonade_server.imap.session import Session
from lemonade_server.imap.view import View
from lemonade_server.store import mailboxes
from lemonade_server.store.db import Tx
from lemonade_server.store.decoded_parts import DecodedPart
from lemonade_server.store.extract import Extract
from lemonade_server.store.ids import MailboxId
from lemonade_server.urlauth import RedeemedTicket, Redeemer
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.syntax import literal_head, string

URLAUTH = Capability(b"URLAUTH", 4467, states.LOGGED_IN, service=True)

URLS_AT_ONCE = 1_000
FREE_FAILURES = 10
FIRST_DELAY = 0.1
LONGEST_DELAY = 8.0

MECHANISMS = b"URLMECH INTERNAL"

Octets = Extract | DecodedPart
Piece = bytes | Octets


class UrlArgument(Protocol):
    """A URL of URLFETCH, and what is wanted of it."""

    raw: bytes

    def answer(self, tx: Tx, fetched: RedeemedTicket) -> tuple[list[Piece], int]:
        """What follows the URL in the response, and how many octets of mail are in it."""


@dataclass(slots=True)
class WholeUrl:
    """A URL by itself: what it names is answered as it is."""

    raw: bytes

    def answer(self, tx: Tx, fetched: RedeemedTicket) -> tuple[list[Piece], int]:
        return data_of(tx, fetched.extract), fetched.size


ARGUMENT_FORMS: list[Callable[[Cursor], UrlArgument | None]] = []
"""Other forms of an argument of URLFETCH: None where that form does not stand. Raise Bad."""

_failures: WeakKeyDictionary[Session, int] = WeakKeyDictionary()


@command(b"GENURLAUTH", states=states.LOGGED_IN, capability=URLAUTH)
async def genurlauth(session: Session, cursor: Cursor) -> Ok:
    """Sign URLs. Every one is judged before any is signed or a key is made (P-14)."""
    wanted = cursor.sp().all(lambda c: (c.astring(), c.sp().atom()))
    cursor.end()
    if len(wanted) > URLS_AT_ONCE:
        raise Bad("too many URLs")
    identity = session.user

    def job(tx: Tx) -> list[bytes]:
        for raw, _ in wanted:
            urlauth.check(tx, identity, raw)
        return [urlauth.generate(tx, identity, raw, mechanism) for raw, mechanism in wanted]

    signed = await session.write(job)
    await _know_key(session)
    session.untagged(b" ".join([b"GENURLAUTH", *map(string, signed)]))
    return Ok(b"GENURLAUTH completed")


@command(b"URLFETCH", states=states.LOGGED_IN, capability=URLAUTH, service=True)
async def urlfetch(session: Session, cursor: Cursor) -> Ok:
    """Redeem tickets: data, or NIL for any reason. Nothing else in the session changes (P-22)."""
    urls = cursor.sp().all(_argument)
    cursor.end()
    if len(urls) > URLS_AT_ONCE:
        raise Bad("too many URLs")
    redeemer = Redeemer(session.user)
    used: list[tuple[RedeemedTicket, int]] = []
    for url in urls:
        fetched, octets = await _answer(session, url, redeemer)
        if fetched is None:
            await _brake(session)
        else:
            _failures.pop(session, None)
            used.append((fetched, octets))
    if used:
        await session.db.write(lambda tx: _count(tx, used, redeemer))
    return Ok(b"URLFETCH completed")


def _argument(cursor: Cursor) -> UrlArgument:
    for form in ARGUMENT_FORMS:
        found = form(cursor)
        if found is not None:
            return found
    return WholeUrl(cursor.astring())


def data_of(tx: Tx, found: Octets) -> list[Piece]:
    """A string. What is large is announced here and streamed behind the transaction."""
    if found.data is None and found.size > INLINE_OCTETS:
        return [literal_head(found.size, binary=found.binary), found]
    return [string(found.read(tx), allow8=found.binary)]


async def _answer(
    session: Session, url: UrlArgument, redeemer: Redeemer
) -> tuple[RedeemedTicket | None, int]:
    """One URLFETCH response, and how many octets of mail are in it.

    What fits is read in the transaction that judged the ticket.
    """

    def job(tx: Tx) -> tuple[RedeemedTicket | None, list[Piece], int]:
        fetched = urlauth.resolve(tx, url.raw, redeemer)
        if fetched is None:
            return None, [b"NIL"], 0
        return fetched, *url.answer(tx, fetched)

    fetched, pieces, octets = await session.read(job)
    await session.send(b"* URLFETCH %b " % string(url.raw))
    for piece in pieces:
        if isinstance(piece, bytes):
            await session.send(piece)
        else:
            await send_octets(session, piece)
    await session.send(b"\r\n")
    return fetched, octets


def _count(tx: Tx, used: list[tuple[RedeemedTicket, int]], redeemer: Redeemer) -> None:
    for fetched, octets in used:
        urlauth.count_use(tx, fetched.ticket, octets, redeemer.identity.email)


async def _brake(session: Session) -> None:
    """A session that guesses waits longer and longer for its answers (RFC 4467 §10).

    What it was told so far is sent first: one that has gone is not waited for.
    """
    failures = _failures.get(session, 0) + 1
    _failures[session] = failures
    if failures > FREE_FAILURES:
        await session.conn.flush()
        doublings = min(failures - FREE_FAILURES - 1, 10)
        await asyncio.sleep(min(FIRST_DELAY * 2**doublings, LONGEST_DELAY))


@command(b"RESETKEY", states=states.LOGGED_IN, capability=URLAUTH)
async def resetkey(session: Session, cursor: Cursor) -> Ok:
    """Make one mailbox's tickets void, or without a mailbox all of the user's."""
    identity = session.user
    if cursor.at_end():
        await session.write(lambda tx: urlauth.reset_all(tx, identity))
        await _know_key(session)
        return Ok(b"all keys removed")
    name = cursor.sp().mailbox()
    while not cursor.at_end():
        if cursor.sp().atom().upper() != b"INTERNAL":
            raise No("the only mechanism is INTERNAL")

    def job(tx: Tx) -> None:
        mailbox = mailboxes.need(tx, identity.id, name, "r")
        if mailbox.noselect:
            raise No("there is no such mailbox", b"NONEXISTENT")
        urlauth.reset_mailbox(tx, identity, mailbox.id)

    await session.write(job)
    await _know_key(session)
    return Ok(b"the mailbox has a new key", MECHANISMS)


@dataclass(slots=True)
class KnownKey(ExtensionState[Session]):
    """The key of the selected mailbox's tickets that the client knows of (§7), 0 for none."""

    until_deselected: ClassVar[bool] = True
    follows_changes: ClassVar[bool] = False

    key: int


def read_key(tx: Tx, session: Session, mailbox: MailboxId) -> hooks.Noting:
    """Look whether the mailbox has a new key, and say so."""
    key, _ = urlauth.find_key(tx, session.account, mailbox)

    def note(session: Session) -> None:
        known = session.find(KnownKey)
        if known is None:
            session.keep(KnownKey(key))
        elif known.key != key:
            known.key = key
            session.ok(MECHANISMS, b"the mailbox has a new access key")

    return note


hooks.reads_with_mailbox.append(read_key)


@hooks.codes
async def say_mechanisms(session: Session, _: View) -> None:
    """How URLs of this mailbox are authorized (§4)."""
    session.ok(MECHANISMS, b"URLs")


async def _know_key(session: Session) -> None:
    """This client has just been answered: the change feed need not tell it of the new key."""
    view, known = session.view, session.find(KnownKey)
    if view is not None and known is not None:
        account, mailbox = session.account, view.mailbox
        known.key, _ = await session.read(lambda tx: urlauth.find_key(tx, account, mailbox))
