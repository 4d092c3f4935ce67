"""The message as a script sees it: header fields, envelope, size and body parts.

Everything is read when it is first asked for, decoded, and within bounds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lemonade_server.wire import addresses, headers, sections, text
from lemonade_server.wire.html import html_to_text

MAX_BODY = 1_048_576
"""Octets of bodies that a script can look into, all parts together."""


@dataclass(slots=True)
class Address:
    """An address of a header field or of the envelope. ``domain`` in lower case."""

    local: str
    domain: str

    @property
    def whole(self) -> str:
        """As it is written, without a display name."""
        return f"{self.local}@{self.domain}" if self.domain else self.local


def parsed(value: bytes) -> list[Address]:
    """The addresses of a field's value; groups are opened (RFC 5228 §5.1)."""
    found = []
    for _, _, mailbox, host in addresses.addresses(value):
        if mailbox is not None and host is not None:
            found.append(Address(text.guess(mailbox), text.guess(host)))
    return found


class Mail:
    """One message on its way to one recipient.

    ``header`` is its header block, ``parts`` its packed part table (``wire/sections.py``), ``read``
    gives octets of it. ``sender`` and ``recipient`` are those of the envelope.
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

    def raw_body(self) -> str:
        """The body without decoding (RFC 5173 §5.1)."""
        if self._raw is None:
            start, stop = sections.locate(self._parts, self.size, "TEXT") or (0, 0)
            self._raw = text.guess(self._read(start, min(stop, start + MAX_BODY)))
        return self._raw

    def bodies(self, kinds: Sequence[str]) -> list[str]:
        """The decoded bodies of the parts of these types (RFC 5173 §5.2).

        A kind is a main type, or type and subtype; ``""`` is any. What is not text is searched as
        the octets that it is.
        """
        return [
            self._body(leaf)
            for leaf in sections.leaves(self._parts)
            if any(_is_of(leaf, kind.lower()) for kind in kinds)
        ]

    def readable(self) -> list[str]:
        """The text of all text parts, that of HTML without its tags (RFC 5173 §5.3)."""
        found = []
        for leaf in sections.leaves(self._parts):
            if leaf.type == "text":
                body = self._body(leaf)
                found.append(html_to_text(body) if leaf.subtype == "html" else body)
        return found

    def _body(self, leaf: sections.PackedPart) -> str:
        body = self._texts.get(leaf.section)
        if body is None:
            stop = min(leaf.stop, leaf.start + self._left)
            octets = self._read(leaf.start, stop)
            self._left -= len(octets)
            body = text.decode_body(octets, leaf.encoding, leaf.charset)
            self._texts[leaf.section] = body
        return body


def _is_of(leaf: sections.PackedPart, kind: str) -> bool:
    return kind in ("", leaf.type, f"{leaf.type}/{leaf.subtype}")


def table(header: bytes) -> dict[str, list[bytes]]:
    """Names in lower case and the unfolded values of their fields, in order."""
    found: dict[str, list[bytes]] = {}
    for name, raw, _, _ in headers.each(header):
        found.setdefault(name.decode("latin-1").lower(), []).append(headers.unfold(raw))
    return found
