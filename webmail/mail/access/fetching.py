"""Octets of one message: whole sections, and piece by piece."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from django.utils.translation import gettext, gettext_lazy

from ..imap.client import LemonadeClient
from ..imap.pool import connections
from ..message.errors import MailError, NotFound
from ..message.folders import StoredMessage
from ..message.responses import Items, parse_fetch
from .mailboxes import enter

CHUNK = 256 * 1024  # octets fetched at a time for a download
GONE = gettext_lazy("This message is not in this folder any more.")


def fetch_one(imap: LemonadeClient, folder: str, uid: int, items: bytes) -> Items:
    """FETCH of one message in ``folder``. Raises NotFound."""
    enter(imap, folder)
    answer = imap.command(b"UID FETCH", b"%d" % uid, items).check()
    found = parse_fetch(answer.data.get("FETCH", [])).get(uid)
    if found is None:
        raise NotFound(GONE)
    return found


def pieces(
    email: str, folder: str, validity: int, uid: int, section: bytes, chunk: int = CHUNK
) -> Iterator[bytes]:
    """The raw octets of a section, ``chunk`` at a time. Raises NotFound when it vanishes."""
    offset = 0
    while True:
        with connections.session(email) as imap:
            data = piece(imap, folder, validity, uid, section, offset, chunk)
        if data:
            yield data
        if len(data) < chunk:
            return
        offset += chunk


def piece(
    imap: LemonadeClient,
    folder: str,
    validity: int,
    uid: int,
    section: bytes,
    offset: int,
    octets: int,
) -> bytes:
    """``octets`` of a section from ``offset`` on. Raises NotFound."""
    enter(imap, folder, validity)
    asked = b"(UID BODY.PEEK[%s]<%d.%d>)" % (section, offset, octets)
    found = fetch_one(imap, folder, uid, asked)
    data = found.get(b"BODY[%s]<%d>" % (section.upper(), offset))
    if isinstance(data, int):  # an unquoted number can't be, but a quoted one may look like it
        raise MailError(gettext("The mail server gave an answer that makes no sense."))
    return data if isinstance(data, bytes) else b""


def blocks(imap: LemonadeClient, stored: StoredMessage, section: bytes) -> Iterator[bytes]:
    """The raw octets of a section, fetched as they are read. Raises NotFound."""
    where = (stored.folder, stored.uidvalidity, stored.uid)
    for offset in itertools.count(0, CHUNK):
        data = piece(imap, *where, section, offset, CHUNK)
        yield data
        if len(data) < CHUNK:
            return
