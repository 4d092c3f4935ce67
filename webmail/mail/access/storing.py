"""Storing a message (APPEND, CATENATE), and the ticket for it (URLAUTH)."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from typing import BinaryIO

from django.utils.translation import gettext

from lemonade_server.wire.imapurl import message_url, ticket_rump
from webmail.transport.endpoint import url_host

from ..imap.client import LemonadeClient
from ..imap.commands import Arguments, Payload, mailbox
from ..message.errors import Refused
from ..message.folders import StoredMessage
from ..message.parts import PartUrl
from ..message.responses import parse_fetch, values
from .fetching import CHUNK, blocks
from .filing import parse_appenduid
from .mailboxes import enter

MEMORY = 1024 * 1024  # octets; what is larger waits on disk while it is put together


def append(
    imap: LemonadeClient,
    folder: str,
    parts: Sequence[Payload | PartUrl],
    message_id: str,
    flags: Sequence[str],
) -> StoredMessage:
    """Store the message. With CATENATE only our own octets travel.

    Without it, parts are fetched and sent back. Raises NotFound when a part is gone, or Refused.
    """
    has_urls = any(isinstance(part, PartUrl) for part in parts)
    if has_urls and not imap.has("CATENATE"):
        with tempfile.SpooledTemporaryFile(MEMORY) as file:
            size = _download(imap, parts, file)  # type: ignore[arg-type]
            file.seek(0)
            octets = iter(lambda: file.read(CHUNK), b"")
            return _store(imap, folder, message_id, flags, (Payload(size, octets),))
    return _store(imap, folder, message_id, flags, message_data(parts))


def message_data(parts: Sequence[Payload | PartUrl]) -> Arguments:
    """The message of APPEND or REPLACE: literals or, where there are URLs, CATENATE."""
    own = [part for part in parts if isinstance(part, Payload)]
    if len(own) == len(parts):
        return own
    arguments: list[bytes | Payload] = [b"CATENATE", b"("]
    for part in parts:
        if isinstance(part, Payload):
            arguments += [b"TEXT", part]
        else:
            arguments += [b"URL", b'"' + part.url + b'"']
    return [*arguments, b")"]


def _store(
    imap: LemonadeClient, folder: str, message_id: str, flags: Sequence[str], message: Arguments
) -> StoredMessage:
    names = f"({' '.join(flags)})".encode("ascii")
    answer = imap.command(b"APPEND", mailbox(folder), names, *message).check()
    stored = parse_appenduid(answer, folder)
    imap.stirred = True
    return stored if stored.uid else find_newest(imap, folder, message_id)


def find_newest(imap: LemonadeClient, folder: str, message_id: str) -> StoredMessage:
    """The message just stored, by its Message-ID: for servers without UIDPLUS."""
    now = enter(imap, folder)
    key = b'HEADER Message-ID "%s"' % message_id.encode("ascii")
    answer = imap.burst([(b"NOOP", ()), (b"UID SEARCH", (key,))])[1].check()
    found = [x for x in values(answer.data.get("SEARCH", [])) if isinstance(x, int)]
    return StoredMessage(folder, now.uidvalidity, max(found, default=0))


def _download(imap: LemonadeClient, parts: Sequence[Payload | PartUrl], file: BinaryIO) -> int:
    """Write all parts into ``file``; the octets written. Raises NotFound."""
    for part in parts:
        if isinstance(part, Payload):
            octets: Iterable[bytes] = part.pieces
        else:
            where = StoredMessage(part.folder, part.uidvalidity, part.uid)
            octets = blocks(imap, where, part.section.encode())
        for block in octets:
            file.write(block)
    return file.tell()


def can_ticket(imap: LemonadeClient) -> bool:
    """Does the server sign URLs? RFC 4467."""
    return imap.has("URLAUTH")


def ticket(imap: LemonadeClient, stored: StoredMessage, expire: int, section: str = "") -> str:
    """A URL that only the submission server, acting for this user, may fetch; until ``expire``.

    ``expire`` in seconds since 1970. Raises Refused.
    """
    url = message_url(
        stored.folder,
        stored.uidvalidity,
        stored.uid,
        section,
        user=imap.email,
        host=url_host(),
    )
    rump = ticket_rump(url, f"submit+{imap.email}", expire)
    answer = imap.command(b"GENURLAUTH", b'"' + rump + b'"', b"INTERNAL").check()
    signed = next(values(answer.data.get("GENURLAUTH", [])), None)
    if not isinstance(signed, bytes) or not signed.startswith(rump):
        raise Refused(gettext("The mail server gave no ticket for the message."))
    return signed.decode("ascii")


def size_of(imap: LemonadeClient, stored: StoredMessage) -> int:
    """RFC822.SIZE of a stored message; 0 when it is not known."""
    if not stored.uid:
        return 0
    enter(imap, stored.folder)
    answer = imap.command(b"UID FETCH", b"%d" % stored.uid, b"(UID RFC822.SIZE)")
    size = parse_fetch(answer.data.get("FETCH", [])).get(stored.uid, {}).get(b"RFC822.SIZE")
    return size if isinstance(size, int) else 0
