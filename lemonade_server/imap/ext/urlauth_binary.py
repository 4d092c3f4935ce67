"""URLAUTH=BINARY: URLFETCH of decoded octets and of what they are (RFC 5524).

    url-fetch-arg = url / "(" url *(SP ("BODY" / "BINARY" / "BODYPARTSTRUCTURE")) ")"

The RFC's IANA section says URLFETCH=BINARY; the registry and the grammar say URLAUTH=BINARY.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from lemonade_server.imap import states
from lemonade_server.imap.ext.urlauth import ARGUMENT_FORMS, Octets, Piece, data_of
from lemonade_server.imap.registry import Capability, capability
from lemonade_server.store import contents
from lemonade_server.store.contents import RopeSource
from lemonade_server.store.db import Tx
from lemonade_server.store.decoded_parts import DecodedPart, get_decoded_part
from lemonade_server.store.errors import UnknownEncoding
from lemonade_server.store.extract import Extract
from lemonade_server.store.ropes import strands
from lemonade_server.urlauth import RedeemedTicket
from lemonade_server.wire import imapurl
from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.encoding_names import IDENTITY
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.fetch_structures import structures
from lemonade_server.wire.mime import Part, scan
from lemonade_server.wire.section import Section, parse_section
from lemonade_server.wire.transfer_decoding import identity_encoding

NEEDS = ("urlauth",)

URLAUTH_BINARY = capability(Capability(b"URLAUTH=BINARY", 5524, states.LOGGED_IN, service=True))

ITEMS = (b"BODYPARTSTRUCTURE", b"BINARY", b"BODY")  # in the order of the response


@dataclass(slots=True)
class UrlWithItems:
    """A URL of URLFETCH in parentheses; without ``items`` it is answered as RFC 4467 says."""

    raw: bytes
    items: list[bytes] = field(default_factory=list)

    def answer(self, tx: Tx, fetched: RedeemedTicket) -> tuple[list[Piece], int]:
        """What follows the URL in the response, and how many octets of mail are in it."""
        return (
            _answer(tx, self, fetched)
            if self.items
            else (data_of(tx, fetched.extract), fetched.size)
        )


def url_with_items(cursor: Cursor) -> UrlWithItems | None:
    """url-fetch-arg. Raises Bad for an item that is unknown, repeated or at odds with another."""
    if not cursor.maybe(b"("):
        return None
    argument = UrlWithItems(cursor.astring())
    while not cursor.maybe(b")"):
        item = cursor.sp().keyword()
        if item not in ITEMS:
            raise Bad("URLFETCH knows BODY, BINARY and BODYPARTSTRUCTURE")
        if item in argument.items:
            raise Bad("an item of URLFETCH is asked for once only")
        argument.items.append(item)
    if b"BODY" in argument.items and b"BINARY" in argument.items:
        raise Bad("BODY and BINARY exclude each other")
    return argument


ARGUMENT_FORMS.append(url_with_items)


def _answer(tx: Tx, argument: UrlWithItems, fetched: RedeemedTicket) -> tuple[list[Piece], int]:
    url = imapurl.parse(argument.raw)
    section = parse_section(url.section or "")
    given: Octets | None = fetched.extract
    if b"BINARY" in argument.items:
        given = _decoded_octets(tx, fetched.extract, section, cut=url.partial is not None)
    out: list[Piece] = []
    for item in ITEMS:
        if item in argument.items:
            out.append(b"%b(%b " % (b" " if out else b"", item))
            if item == b"BODYPARTSTRUCTURE":
                out.append(_body_structure(tx, section, fetched.extract, given))
            else:
                out += [b"NIL"] if given is None else data_of(tx, given)
            out.append(b")")
    has_data = given is not None and argument.items != [b"BODYPARTSTRUCTURE"]
    return out, given.size if given is not None and has_data else 0


def _decoded_octets(tx: Tx, found: Extract, section: Section, *, cut: bool) -> Octets | None:
    """The octets without their transfer encoding; None when it can't be taken off.

    Headers and texts of messages have none. A piece of an encoded part can't be decoded alone,
    and the ticket gives the right to no more than that piece.
    """
    if section.names or not section.place.replace(".", "0").isdecimal():
        return _as_it_is(found)
    row = contents.size_and_part_table(tx, found.content)
    assert row is not None  # the ticket was honoured in this transaction
    try:
        whole = get_decoded_part(tx, found.content, *row, section.place)
    except UnknownEncoding:
        return None
    if whole is None:
        return None
    if not cut:
        return whole
    return _as_it_is(found) if whole.encoding in IDENTITY else None


def _as_it_is(found: Extract) -> Octets:
    """The same octets, with leave to hold NUL."""
    if found.data is not None:
        return found
    return DecodedPart(found, "binary", 0, found.size, binary=True)


def _body_structure(tx: Tx, section: Section, found: Extract, given: Octets | None) -> bytes:
    """The body structure of what is returned: decoded, it has an identity encoding (§3.2), that
    of the octets as they are sent.
    """
    source = RopeSource(tx, strands(tx, found.content))
    part = _part(scan(source), section)
    shown = found if given is None else given
    changes = isinstance(shown, DecodedPart) and shown.encoding not in IDENTITY
    lines = part.lines
    if changes or shown.size != part.stop - part.body_start:
        lines = _lines(tx, shown) if part.type == "text" else lines
    part = replace(
        part,
        encoding=_encoding(tx, part, shown),
        body_start=0,
        stop=shown.size,
        lines=lines,
    )
    return structures(part, source.read)[1]


def _encoding(tx: Tx, part: Part, shown: Octets) -> str:
    """What the part declares, if that is what is sent; else what its octets are.

    A whole message and a header declare nothing. A message is what its parts declare: it may be too
    large to be looked at.
    """
    if isinstance(shown, DecodedPart):
        return identity_encoding(shown.pieces(tx))
    if part.encoding:
        return part.encoding
    if part.is_message:
        return _loosest(part.children[0])
    return identity_encoding((shown.read(tx),))


def _loosest(part: Part) -> str:
    """The identity encoding that all parts fit in, as far as they say what they are."""
    found = {_loosest(child) for child in part.children} or {part.encoding}
    return next((name for name in ("binary", "8bit") if name in found), "7bit")


def _part(root: Part, section: Section) -> Part:
    """The part that a section is or belongs to; for a header a part that describes it."""
    numbers, _, word = section.place.rpartition(".")
    if section.place.replace(".", "0").isdecimal():
        numbers, word = section.place, ""
    elif not section.place:
        return Part(0, 0, "message", "rfc822", encoding="", stop=root.stop, children=[root])
    if word in ("HEADER", "MIME"):
        return Part(0, 0, "text", "rfc822-headers", encoding="")
    part = _find_part(root, numbers) if numbers else root
    return part.children[0] if word == "TEXT" and numbers else part


def _find_part(part: Part, numbers: str) -> Part:
    """The part with this number: "1" of a message that is no multipart is the message itself."""
    ready = [part]
    while ready:
        at = ready.pop()
        if at.section == numbers:
            return at
        ready += at.children
    return part


def _lines(tx: Tx, octets: Octets) -> int:
    if isinstance(octets, DecodedPart):
        return sum(piece.count(b"\n") for piece in octets.pieces(tx))
    return octets.read(tx).count(b"\n")
