"""The origin of a message, read from what FETCH gives of its header."""

from __future__ import annotations

from collections.abc import Sequence

from lemonade_server.wire import addresses as wire
from lemonade_server.wire import resent_headers

from .origin import Address, Origin
from .responses import Items, Value
from .texts import addresses, header_text, literal

RESENT = b"RESENT-FROM"
"""The field that is asked for beside the ENVELOPE."""

MOST = 20  # people of one kind that are named


def origin_of(envelope: Sequence[Value], items: Items) -> Origin:
    """The origin that an ENVELOPE and the topmost Resent-From tell of (``RESENT``).

    Who sends for nobody is not named: the policies of domains judge authors alone (RFC 7489
    §6.6.1), so anybody could stand there.
    """
    authors, senders = (_people(value) for value in (*envelope[2:4], *[None] * 2)[:2])
    named = {author.address.lower() for author in authors}
    return Origin(
        authors[:MOST],
        [one for one in senders if authors and one.address.lower() not in named][:MOST],
        _resenders(items)[:MOST],
        max(0, len(authors) - MOST),
    )


def _people(value: Value) -> list[Address]:
    return [person for person in addresses(value) if person.address]


def _resenders(items: Items) -> list[Address]:
    block = next((v for k, v in items.items() if k.startswith(b"BODY[HEADER.FIELDS")), b"")
    found = resent_headers.resenders(block) if isinstance(block, bytes) else []
    return [
        Address(header_text(one[0]), literal(wire.specification(one).encode())) for one in found
    ]
