"""CATENATE: a message made of literals and of parts of messages that are here (RFC 4469).

Octets are joined untouched; no part is read, copied or marked \\Seen: the new message shares the
blobs of the old ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lemonade_server import urlauth
from lemonade_server.directory.accounts import Identity
from lemonade_server.imap import states
from lemonade_server.imap.message_data import formed_literal, octets_of, source
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.store import contents
from lemonade_server.store.contents import Piece
from lemonade_server.store.db import Tx, snapshot
from lemonade_server.store.extract import Extract
from lemonade_server.store.ingest import PreparedMessage
from lemonade_server.store.new_blobs import NewBlob, new_blob
from lemonade_server.store.spool import Spool
from lemonade_server.wire.cursor import Cursor, Literal
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.imapurl import UrlError, parse

CATENATE = capability(Capability(b"CATENATE", 4469, states.LOGGED_IN))

PARTS_LIMIT = 5_000

Part = Literal | bytes  # TEXT, or the octets of a URL as sent

_NOT_IN_CODE = re.compile(rb"[^\x21-\x5c\x5e-\x7e]")


@dataclass(slots=True)
class Catenation:
    """A message that is made of literals and URLs."""

    members: list[Part]

    @property
    def parts(self) -> int:
        return len(self.members)

    def prepare(self, identity: Identity, limit: int) -> PreparedMessage:
        """As ``join``."""
        return join(identity, self.members, limit)


@source(b"CATENATE")
def catenation(cursor: Cursor) -> Catenation:
    """CATENATE (cat-part ...): at least one. Raises Bad."""
    cursor.sp().expect(b"(")
    parts = cursor.all(_part)
    cursor.expect(b")")
    if len(parts) > PARTS_LIMIT:
        raise Bad("too many parts")
    return Catenation(parts)


def _part(cursor: Cursor) -> Part:
    """cat-part = "TEXT" SP literal / "URL" SP astring / "UTF8" SP "(" literal8 ")" """
    if cursor.word(b"URL"):
        return cursor.sp().astring()
    text = formed_literal(cursor)
    if text is not None:
        return text
    if not cursor.word(b"TEXT"):
        cursor.fail("TEXT, URL or UTF8")
    return cursor.sp().literal()


def join(identity: Identity, parts: list[Part], limit: int) -> PreparedMessage:
    """The new message, ready to be stored. Raises No BADURL or TOOBIG.

    URLs and size are judged before an octet is written; what they name stays readable until the
    message is stored, even if somebody expunges it meanwhile. Works with files: not for the loop.
    """
    with snapshot() as tx:
        resolved = [
            part if isinstance(part, Literal) else resolve(tx, identity, part) for part in parts
        ]
    size = sum(part.size for part in resolved)
    if size > limit:
        raise No(f"the message would have {size} octets, {limit} are allowed", b"TOOBIG")
    if not size:
        raise No("an empty message is not appended")
    ready = [_to_blob(part) for part in resolved]
    with snapshot() as tx:
        return contents.prepare_rope(tx, list(_rope(tx, ready)))


def _to_blob(part: Literal | Extract) -> NewBlob | Extract:
    """New text as a blob, written now if it is large: outside any transaction."""
    if isinstance(part, Extract):
        return part
    octets = octets_of(part)
    return new_blob(octets.buffer() if isinstance(octets, Spool) else octets)


def _rope(tx: Tx, ready: list[NewBlob | Extract]) -> Iterator[Piece | NewBlob | bytes]:
    for part in ready:
        if isinstance(part, Extract):
            yield from part.pieces(tx)
        elif part.size:
            yield part


def resolve(tx: Tx, identity: Identity, raw: bytes) -> Extract:
    """What a URL of CATENATE gives.

    Raises No BADURL with the URL bare (erratum 4046), the same for what is missing, forbidden or
    not a message of this user (P-11).
    """
    try:
        found = urlauth.plain(tx, identity, parse(raw))
    except UrlError:
        found = None
    if found is None:
        raise No("this URL can't be catenated", b"BADURL " + bare(raw))
    return found


def bare(raw: bytes) -> bytes:
    """A URL that can stand in a response code: ``]`` and what is not printable are encoded."""
    return _NOT_IN_CODE.sub(lambda found: b"%%%02X" % found[0][0], raw)
