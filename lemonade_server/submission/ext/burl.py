"""BURL: a part of the message is fetched from the mail store, not from the client (RFC 4468).

A ticket of our own store is redeemed in process, by the same check that URLFETCH uses; one of a
server elsewhere there, if it is among those that we trust.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from lemonade_server import urlauth
from lemonade_server.directory.accounts import Identity, canonical
from lemonade_server.store import contents
from lemonade_server.store.contents import Piece
from lemonade_server.store.db import Tx
from lemonade_server.store.extract import Extract
from lemonade_server.store.ids import ContentId
from lemonade_server.urlauth import Redeemer
from lemonade_server.wire import imapurl, smtp
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.trusted_servers import TrustedServer, trusted_servers

from .. import remote_fetch
from ..face import SUBMISSION
from ..message import check_size, finish
from ..registry import command, extension
from ..session import Session
from ..spooling import Intake
from ..transaction import CHUNKS, TicketUse, Transaction

NEEDS = ("auth", "chunking")


def _ehlo_value(session: Session) -> str:
    """``imap`` only once logged in: before, it means "log in first" (RFC 4468 §3.3)."""
    return "" if session.identity is None else "imap"


extension("BURL", rfc=4468, value=_ehlo_value, on=(SUBMISSION,))


@dataclass(slots=True)
class _UrlContent:
    """What a URL of this server stands for. ``whole``: it is this stored message and all of it.

    ``first`` and ``last`` are its octets at both ends: a line end may be divided there.
    """

    ticket: int
    size: int
    pieces: Sequence[Piece | bytes]
    whole: ContentId | None
    first: bytes
    last: bytes


@command(b"BURL", on=(SUBMISSION,))
async def burl(session: Session, args: bytes) -> None:
    """Take what a URL stands for. A refused one spoils the transaction, as a chunk does."""
    transaction = session.current
    last = False
    try:
        url, last = smtp.burl(args)
        transaction.must_take(CHUNKS)
        server = _judge(url, session.user)
        size = await (_take(session, url) if server is None else _take_from(session, server, url))
        transaction.way = CHUNKS
        transaction.source = "burl"
        if last and transaction.ends_in_cr and transaction.mail.body != "BINARYMIME":
            raise Reply(554, "5.6.0", "The message ends in the middle of a line end")
        if last:
            await finish(session)
    except Reply:
        if last:
            session.reset()
        else:
            transaction.failed = True
        raise
    if not last:
        session.say(250, "2.5.0", f"{size} octets taken")


async def _take(session: Session, url: bytes) -> int:
    """Octets of this server: none is copied. Raises Reply."""
    transaction, identity = session.current, session.user
    got = await session.service.db.read(lambda tx: _fetch(tx, url, identity))
    check_size(session, transaction.size + got.size)
    _judge_ends(transaction, got)
    transaction.whole = None if transaction.parts else got.whole
    transaction.parts += got.pieces
    transaction.size += got.size
    transaction.redeemed.append(TicketUse(got.ticket, got.size))
    return got.size


async def _take_from(session: Session, server: TrustedServer, url: bytes) -> int:
    """Octets of a server that we trust and that trusts us. Raises Reply."""
    transaction = session.current
    intake = Intake(session)
    size = await remote_fetch.fetch(
        server, url, session.max_message - transaction.size, intake.take
    )
    await intake.finish()
    check_size(session, transaction.size + size)
    if intake.bare and transaction.mail.body != "BINARYMIME":
        raise Reply(554, "5.6.0", "The message has line ends that are not CRLF")
    transaction.size += size
    return size


def _judge_ends(transaction: Transaction, got: _UrlContent) -> None:
    """A CRLF may be divided between what came before and these octets; anything else that begins
    or ends so is a line end of its own, which only a BINARYMIME message may hold. Raises Reply.
    """
    if not got.size:
        return
    matches = transaction.ends_in_cr == (got.first == b"\n")
    transaction.ends_in_cr = got.last == b"\r"
    if not matches and transaction.mail.body != "BINARYMIME":
        raise Reply(554, "5.6.0", "The message has line ends that are not CRLF")


def _judge(raw: bytes, identity: Identity) -> TrustedServer | None:
    """Refuse what must not even be looked up: no URL of a server we know, or a ticket for somebody
    else (RFC 4468 §3.1, P-25, P-28). The server elsewhere, None for this one. Raises Reply.
    """
    if not raw.lower().startswith(b"imap://"):
        if b":" not in raw:
            raise Reply(501, "5.5.4", "That is no absolute URL")
        raise Reply(504, "5.5.4", "Only imap URLs can be fetched")
    try:
        url = imapurl.parse(raw)
    except imapurl.UrlError as error:
        raise Reply(501, "5.5.4", str(error)) from error
    if url.access is None or url.token is None:
        raise Reply(554, "5.7.0", "The URL carries no authorization")
    here = urlauth.is_local(url)
    known = trusted_servers(settings.LEMONADE.burl_servers)
    server = None if here else next((each for each in known if each.serves(url)), None)
    if not here and server is None:
        raise Reply(554, "5.7.14", "There is no trust between here and that server")
    kind = urlauth.access_user(url.access)
    if kind is not None and kind[0] == "submit" and not _is_own(kind[1] or "", identity, server):
        raise Reply(554, "5.7.0", "The URL was authorized for somebody else")
    return server


def _is_own(user: str, identity: Identity, server: TrustedServer | None) -> bool:
    """Whether ``submit+user`` is who has logged in here; a server elsewhere may know them by the
    name before the @.
    """
    if server is not None and "@" not in user:
        return user.lower() == identity.email.partition("@")[0]
    return canonical(user) == identity.email


def _fetch(tx: Tx, url: bytes, identity: Identity) -> _UrlContent:
    fetched = urlauth.resolve(tx, url, Redeemer(identity, submission=True))
    if fetched is None:
        raise Reply(554, "5.6.6", "The URL gives nothing")
    extract = fetched.extract
    size = contents.size_of(tx, extract.content)
    is_whole = extract.data is None and (extract.start, extract.stop) == (0, size)
    return _UrlContent(
        fetched.ticket,
        fetched.size,
        extract.pieces(tx),
        extract.content if is_whole else None,
        *_ends(tx, extract),
    )


def _ends(tx: Tx, extract: Extract) -> tuple[bytes, bytes]:
    """The first and the last octet."""
    if extract.data is not None:
        return extract.data[:1], extract.data[-1:]
    first = contents.read(tx, extract.content, extract.start, min(extract.start + 1, extract.stop))
    last = contents.read(tx, extract.content, max(extract.stop - 1, extract.start), extract.stop)
    return first, last
