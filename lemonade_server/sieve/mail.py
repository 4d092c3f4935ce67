"""The message as a script sees it: header fields, envelope, size and body parts.

Everything is read when it is first asked for, decoded, and within bounds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from lemonade_server.wire import addresses, headers, part_table, text
from lemonade_server.wire.html import html_to_text

MAX_HEADER = 65_536
"""Octets of the header of a part that are looked at."""

MAX_BODY = 1_048_576
"""Octets of bodies that a script can look into, all parts together."""


_FIELD_NAME = re.compile(r"[!-9;-~]+")


def is_field_name(name: str) -> bool:
    """Whether a header field could have the name (RFC 5322 §2.2)."""
    return _FIELD_NAME.fullmatch(name) is not None


@dataclass(slots=True)
class Address:
    """An address of a header field or of the envelope. Comparators fold it."""

    local: str
    domain: str

    @property
    def whole(self) -> str:
        """As it is written, without a display name."""
        return f"{self.local}@{self.domain}" if self.domain else self.local


def parse_addresses(value: bytes) -> list[Address]:
    """The addresses of a field's value; groups are opened (RFC 5228 §5.1)."""
    found = []
    for _, _, mailbox, host in addresses.addresses(value):
        if mailbox is not None and host is not None:
            found.append(Address(text.guess(mailbox), text.guess(host)))
    return found


class Mail:
    """One message on its way to one recipient.

    ``header`` is its header block, ``parts`` its packed part table (``wire/part_table.py``), and
    ``read`` gives octets of it. ``sender`` and ``recipient`` are those of the envelope.
    """

    def __init__(
        self,
        header: bytes,
        parts: bytes,
        size: int,
        read: Callable[[int, int], bytes],
        sender: str,
        recipient: str,
    ) -> None:
        self.header = header
        self.size = size
        self.sender = sender
        self.recipient = recipient
        self._parts = parts
        self._read = read
        self._left = MAX_BODY
        self._raw: str | None = None
        self._texts: dict[str, str] = {}
        self._exact: dict[int, str] = {}

    @cached_property
    def root(self) -> part_table.Entity:
        """The message as the tree of its parts."""
        return part_table.entity(self._parts)

    def part_header(self, part: part_table.Entity) -> bytes:
        """The header block of a part."""
        return self._read(part.header_start, min(part.start, part.header_start + MAX_HEADER))

    def exact_text(self, part: part_table.Entity) -> str:
        """The body of a text part, line ends as LF. Empty when it is no text, and when its encoding
        or charset is not known or not kept to (RFC 5703 §7).
        """
        known = self._exact.get(part.start)
        if known is None:
            stop = min(part.stop, part.start + self._left)
            octets = self._read(part.start, stop) if part.type == "text" else b""
            self._left -= len(octets)
            known = text.decode_exactly(octets, part.encoding, part.charset, stop < part.stop)
            self._exact[part.start] = known
        return known

    @property
    def has_body(self) -> bool:
        """Whether anything follows the header, if only an empty line (RFC 5173 §4)."""
        return self.size > len(self.header) or self.header.endswith((b"\n\r\n", b"\n\n"))

    def raw_body(self) -> str:
        """The body without decoding (RFC 5173 §5.1)."""
        if self._raw is None:
            start, stop = part_table.locate(self._parts, self.size, "TEXT") or (0, 0)
            self._raw = text.guess(self._read(start, min(stop, start + MAX_BODY)))
        return self._raw

    def bodies(self, kinds: Sequence[str]) -> list[str]:
        """The decoded bodies of the parts of these types (RFC 5173 §5.2).

        A kind is a main type, or type and subtype; ``""`` is any. What is not text is searched as
        the octets that it is. Of a multipart these are the texts before its first part and behind
        its last one, of an embedded message its header.
        """
        wanted = [kind.lower() for kind in kinds]
        found = []
        for holder in part_table.containers(self._parts):
            if _is_of(holder, wanted):
                found += self._own_texts(holder)
        for leaf in part_table.leaves(self._parts):
            if _is_of(leaf, wanted):
                found.append(self._body(leaf))
        return found

    def _own_texts(self, holder: part_table.Container) -> list[str]:
        """What a container holds beside its parts."""
        if holder.type != "multipart":
            return [self._text(start, body) for start, body, _ in holder.within[:1]]
        first, last = holder.within[0][0], holder.within[-1][2]
        before, after = self._text(holder.start, first), self._text(last, holder.stop)
        return [_before_boundary(before), _behind_boundary(after)]

    def _text(self, start: int, stop: int) -> str:
        octets = self._read(start, min(stop, start + self._left))
        self._left -= len(octets)
        return text.guess(octets)

    def readable(self) -> list[str]:
        """The text of all text parts, that of HTML without its tags (RFC 5173 §5.3)."""
        found = []
        for leaf in part_table.leaves(self._parts):
            if leaf.type == "text":
                body = self._body(leaf)
                found.append(html_to_text(body) if leaf.subtype == "html" else body)
        return found

    def _body(self, leaf: part_table.PackedPart) -> str:
        body = self._texts.get(leaf.section)
        if body is None:
            octets = self._read(leaf.start, min(leaf.stop, leaf.start + self._left))
            self._left -= len(octets)
            body = text.decode_body(octets, leaf.encoding, leaf.charset)
            self._texts[leaf.section] = body
        return body


def _is_of(part: part_table.PackedPart | part_table.Container, kinds: Sequence[str]) -> bool:
    known = "", part.type, f"{part.type}/{part.subtype}"
    return any(kind in known for kind in kinds)


def _before_boundary(prologue: str) -> str:
    """Without the boundary line that ends it, and the line end that belongs to that."""
    head, _, _ = prologue.removesuffix("\n").rpartition("\n")
    return head.removesuffix("\r")


def _behind_boundary(epilogue: str) -> str:
    """Without the boundary line in front, and the line end that belongs to that."""
    lines = epilogue.removeprefix("\r").removeprefix("\n")
    return lines.partition("\n")[2]


def table(header: bytes) -> dict[str, list[bytes]]:
    """Names in lower case and the unfolded values of their fields, in order."""
    found: dict[str, list[bytes]] = {}
    for name, raw, _, _ in headers.each(header):
        found.setdefault(name.decode("latin-1").lower(), []).append(headers.unfold(raw))
    return found
