"""The parts of a signed message in CMS (RFC 5652 §5): content, certificates, who signed.

BER is read, of indefinite lengths and with strings in pieces too, as mailers write it while they
stream. No element is looked into that is not needed, and their number is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
ENVELOPED_DATA = frozenset(
    {bytes.fromhex("2a864886f70d010703"), bytes.fromhex("2a864886f70d0109100117")}
)
_MESSAGE_DIGEST = bytes.fromhex("2a864886f70d010904")
MOST_ELEMENTS = 400_000
MAX_DEPTH = 40
_INTEGER, _OCTETS, _OID, _SEQUENCE, _SET = 0x02, 0x04, 0x06, 0x30, 0x31
_OCTETS_IN_PIECES = 0x24
_TAG_0, _TAG_1, _PRIMITIVE_0 = 0xA0, 0xA1, 0x80


class BadCms(ValueError):
    """It is no CMS, or none that can be read."""


@dataclass(slots=True)
class SignerInfo:
    """One signature. Algorithms are the octets of their object identifiers.

    ``attributes`` are what is signed, in DER as RFC 5652 §5.4 wants it; without any, the content
    is. Of the certificate ``serial`` and ``issuer`` (in DER) are known, or ``key_id``.
    """

    digest: bytes
    algorithm: bytes
    signature: bytes
    attributes: bytes = b""
    message_digest: bytes | None = None
    serial: int | None = None
    issuer: bytes = b""
    key_id: bytes = b""


@dataclass(slots=True)
class SignedData:
    """``content`` is None where it stands elsewhere: a detached signature."""

    content: bytes | None
    certificates: list[bytes] = field(default_factory=list)  # in DER
    signers: list[SignerInfo] = field(default_factory=list)


@dataclass(slots=True)
class _Element:
    """One element: [first, stop), its content [start, end)."""

    tag: int
    first: int
    start: int
    end: int
    stop: int


def content_type(data: bytes) -> bytes:
    """The object identifier of what it holds. Raises BadCms."""
    reader = _Reader(data)
    outer = reader.element(0, len(data))
    kind = next(reader.children(outer), None)
    if outer.tag != _SEQUENCE or kind is None or kind.tag != _OID:
        raise BadCms("no ContentInfo")
    return data[kind.start : kind.end]


def signed_data(data: bytes) -> SignedData:
    """A ContentInfo that holds SignedData. Raises BadCms."""
    if content_type(data) != SIGNED_DATA:
        raise BadCms("not signed")
    reader = _Reader(data)
    _, wrapper = reader.some(reader.element(0, len(data)), 2)
    (body,) = reader.some(wrapper, 1)
    fields = list(reader.children(body))
    if body.tag != _SEQUENCE or len(fields) < 4:
        raise BadCms("no SignedData")
    found = SignedData(reader.content(fields[2]))
    for each in fields[3:]:
        if each.tag == _TAG_0:
            found.certificates = [
                data[item.first : item.stop]
                for item in reader.children(each)
                if item.tag == _SEQUENCE
            ]
        elif each.tag == _SET:
            found.signers = [reader.signer(item) for item in reader.children(each)]
    return found


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = MOST_ELEMENTS

    def element(self, first: int, limit: int, depth: int = 0) -> _Element:
        """The element that begins at ``first``. Raises BadCms when it is not whole."""
        self._left -= 1
        if self._left < 0 or depth > MAX_DEPTH or first + 2 > limit:
            raise BadCms("too much, or cut")
        tag, length = self._data[first], self._data[first + 1]
        if tag & 0x1F == 0x1F:
            raise BadCms("no tag of CMS")
        start = first + 2
        if length == 0x80:
            return self._indefinite(tag, first, start, limit, depth)
        if length > 0x80:
            count = length & 0x7F
            if count > 6 or start + count > limit:
                raise BadCms("no length")
            length = int.from_bytes(self._data[start : start + count], "big")
            start += count
        if start + length > limit:
            raise BadCms("cut")
        return _Element(tag, first, start, start + length, start + length)

    def _indefinite(self, tag: int, first: int, start: int, limit: int, depth: int) -> _Element:
        """One that ends where two zeros stand in an element's place."""
        at = start
        while self._data[at : at + 2] != b"\0\0":
            at = self.element(at, limit, depth + 1).stop
        return _Element(tag, first, start, at, at + 2)

    def children(self, parent: _Element) -> Iterator[_Element]:
        at = parent.start
        while at < parent.end:
            child = self.element(at, parent.end)
            yield child
            at = child.stop

    def some(self, parent: _Element, count: int) -> list[_Element]:
        """The first children. Raises BadCms when there are fewer."""
        found = [child for child, _ in zip(self.children(parent), range(count), strict=False)]
        if len(found) < count:
            raise BadCms("something is missing")
        return found

    def octets(self, element: _Element, depth: int = 0) -> bytes:
        """An OCTET STRING, whole or in pieces."""
        if element.tag in (_OCTETS, _PRIMITIVE_0):
            return self._data[element.start : element.end]
        if element.tag not in (_OCTETS_IN_PIECES, _TAG_0) or depth > MAX_DEPTH:
            raise BadCms("no octets")
        return b"".join([self.octets(piece, depth + 1) for piece in self.children(element)])

    def content(self, element: _Element) -> bytes | None:
        """Of an EncapsulatedContentInfo."""
        fields = list(self.children(element))
        if len(fields) < 2:
            return None
        (octets,) = self.some(fields[1], 1)
        return self.octets(octets)

    def signer(self, element: _Element) -> SignerInfo:
        fields = list(self.children(element))
        if len(fields) < 5:
            raise BadCms("no SignerInfo")
        _, who, digest, *rest = fields
        found = SignerInfo(self._algorithm(digest), b"", b"")
        if rest[0].tag == _TAG_0:
            self._read_attributes(found, rest.pop(0))
        if len(rest) < 2:
            raise BadCms("no signature")
        found.algorithm = self._algorithm(rest[0])
        found.signature = self.octets(rest[1])
        if who.tag == _SEQUENCE:
            issuer, serial = self.some(who, 2)
            found.issuer = self._data[issuer.first : issuer.stop]
            found.serial = int.from_bytes(self._data[serial.start : serial.end], "big", signed=True)
        else:
            found.key_id = self.octets(who)
        return found

    def _algorithm(self, element: _Element) -> bytes:
        (name,) = self.some(element, 1)
        return self._data[name.start : name.end]

    def _read_attributes(self, found: SignerInfo, element: _Element) -> None:
        """What is signed is a SET; in the message it bears another tag (RFC 5652 §5.4)."""
        inner = self._data[element.start : element.end]
        found.attributes = bytes([_SET]) + _length(len(inner)) + inner
        for each in self.children(element):
            name, values = self.some(each, 2)
            if self._data[name.start : name.end] == _MESSAGE_DIGEST:
                found.message_digest = self.octets(self.some(values, 1)[0])


def _length(length: int) -> bytes:
    if length < 0x80:
        return bytes([length])
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(octets)]) + octets
