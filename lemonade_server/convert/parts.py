"""The part of a stored message that is to be converted: what it is, and where its octets are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from lemonade_server.store import contents
from lemonade_server.store.db import Tx
from lemonade_server.store.decoded_parts import DecodedPart, get_unmeasured_part
from lemonade_server.store.errors import UnknownEncoding
from lemonade_server.store.ids import ContentId
from lemonade_server.store.sql import contents as sql
from lemonade_server.wire import headers, parameters, part_table
from lemonade_server.wire.parameters import Params

from . import catalogue

LONGEST_HEADER = 65_536
WHOLE = "message/rfc822"


@dataclass(slots=True)
class PartSource:
    """``type`` is what it is taken for. ``octets`` is None for what holds other parts.

    ``params`` are those of its Content-Type; ``digest`` stands for its very octets; ``problem``
    says why these can't be had.
    """

    content: ContentId
    type: str
    charset: str
    params: Params
    octets: DecodedPart | None
    digest: str
    problem: str = ""


def source(tx: Tx, content: ContentId, size: int, parts: bytes, section: str) -> PartSource | None:
    """A part by its number, "" for the whole message; None when there is no such part."""
    if not section:
        return PartSource(content, WHOLE, "", [], None, "")
    found = part_table.leaf(parts, section)
    if found is None:
        return None
    name = catalogue.source_type(found.type, found.subtype, found.filename)
    if found.type in ("multipart", "message"):
        return PartSource(content, name, "", [], None, "")
    try:
        octets = get_unmeasured_part(tx, content, size, parts, section)
    except UnknownEncoding as error:
        return PartSource(content, name, "", [], None, "", error.text)
    if octets is None:
        return None
    params = _params(tx, content, found.header_start, found.start) if found.type == "text" else []
    digest = _digest(tx, content, found.start, found.stop, octets.encoding)
    return PartSource(content, name, found.charset, params, octets, digest)


def _params(tx: Tx, content: ContentId, start: int, stop: int) -> Params:
    """Parameters of the Content-Type but the charset, as format=flowed."""
    block = contents.read(tx, content, start, min(stop, start + LONGEST_HEADER))
    media = parameters.media_type(headers.value(block, b"Content-Type") or b"")
    return [(name, value) for name, value in media[2] if name != "charset"] if media else []


def _digest(tx: Tx, content: ContentId, start: int, stop: int, encoding: str) -> str:
    """Of the hashes of the blobs that hold the part: none of its octets is read."""
    pieces = contents.pieces(tx, content, start, stop)
    wanted = sorted({piece.blob for piece in pieces})
    hashes = dict(tx.rows(sql.BLOB_HASHES, [wanted]))
    digest = hashlib.sha256(encoding.encode())
    for piece in pieces:
        digest.update(bytes(hashes[piece.blob]))
        digest.update(b"%d %d\n" % (piece.start, piece.length))
    return digest.hexdigest()
