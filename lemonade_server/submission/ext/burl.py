"""BURL: a part of the message is fetched from the mail store, not from the client (RFC 4468).

The store is our own, so a ticket is redeemed in process, by the same check that URLFETCH uses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lemonade_server import urlauth
from lemonade_server.accounts import Identity, canonical
from lemonade_server.store.contents import Piece
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import ContentId
from lemonade_server.urlauth import Redeemer
from lemonade_server.wire import imapurl, smtp
from lemonade_server.wire.errors import Reply

from ..face import SUBMISSION
from ..message import check_size, finish
from ..registry import command, extension
from ..session import Session
from ..transaction import CHUNKS, Redeemed


def _offered(session: Session) -> str:
    """``imap`` only once logged in: before, it means "log in first" (RFC 4468 §3.3)."""
    return "" if session.identity is None else "imap"


extension("BURL", rfc=4468, value=_offered, on=(SUBMISSION,))


@dataclass(slots=True)
class _Got:
    """What a URL stands for. ``whole``: it is this stored message and all of it."""

    ticket: int
    size: int
    pieces: Sequence[Piece | bytes]
    whole: ContentId | None


@command(b"BURL", on=(SUBMISSION,))
async def burl(session: Session, args: bytes) -> None:
    """Take what a URL stands for. A refused one spoils the transaction, as a chunk does."""
    transaction = session.current
    last = False
    try:
        url, last = smtp.burl(args)
        transaction.must_take(CHUNKS)
        identity = session.user
        _judge(url, identity)
        got = await session.service.db.read(lambda tx: _fetch(tx, url, identity))
        check_size(session, transaction.size + got.size)
        transaction.way = CHUNKS
        transaction.source = "burl"
        transaction.whole = None if transaction.parts else got.whole
        transaction.parts += got.pieces
        transaction.size += got.size
        transaction.redeemed.append(Redeemed(got.ticket, got.size))
        if last:
            await finish(session)
    except Reply:
        if last:
            session.reset()
        else:
            transaction.failed = True
        raise
    if not last:
        session.say(250, "2.5.0", f"{got.size} octets taken")


def _judge(raw: bytes, identity: Identity) -> None:
    """Refuse what must not even be looked up: no URL of ours, or a ticket for somebody else
    (RFC 4468 §3.1, P-25, P-28). Raises Reply.
    """
    if not raw.lower().startswith(b"imap://"):
        if b":" not in raw:
            raise Reply(501, "5.5.4", "That is no absolute URL")
        raise Reply(504, "5.5.4", "Only imap URLs can be fetched")
    try:
        url = imapurl.parse(raw)
    except imapurl.UrlError as error:
        raise Reply(501, "5.5.4", str(error)) from error
    if not urlauth.is_local(url):
        raise Reply(554, "5.7.14", "There is no trust between here and that server")
    if url.access is None or url.token is None:
        raise Reply(554, "5.7.0", "The URL carries no authorization")
    kind = urlauth.access_user(url.access)
    if kind is not None and kind[0] == "submit" and canonical(kind[1] or "") != identity.email:
        raise Reply(554, "5.7.0", "The URL was authorized for somebody else")


def _fetch(tx: Tx, url: bytes, identity: Identity) -> _Got:
    fetched = urlauth.resolve(tx, url, Redeemer(identity, submission=True))
    if fetched is None:
        raise Reply(554, "5.6.6", "The URL gives nothing")
    extract = fetched.extract
    size = tx.value("SELECT size FROM content WHERE id = %s", (extract.content,))
    is_whole = extract.data is None and (extract.start, extract.stop) == (0, size)
    return _Got(
        fetched.ticket, fetched.size, extract.pieces(tx), extract.content if is_whole else None
    )
