"""Whose names a submitted message may bear: readers see From, not the envelope (RFC 6409 §6.1).

Each author in From must be one of the submitter's own addresses, and so must Sender: neither a
second author nor Sender licenses somebody else's name.

A message that is sent on as it is keeps its author (RFC 5322 §3.6.6). There the same is asked of
the newest Resent-From and Resent-Sender, which readers show beside the author.

Programs read broken headers in different ways. What two of them may read as from two people is
refused, or another program would show somebody whom this one has not seen.
"""

from __future__ import annotations

import re

from lemonade_server.directory import accounts
from lemonade_server.directory.accounts import Identity
from lemonade_server.directory.ownership import owns_address
from lemonade_server.store.db import Tx
from lemonade_server.wire import addresses, headers, resent_headers
from lemonade_server.wire.errors import Reply
from lemonade_server.wire.source import MAX_HEADER

MOST_AUTHORS = 50
_BROKEN = re.compile(rb"\0|\r(?!\n)|(?<!\r)\n")

Fields = dict[bytes, list[bytes]]


def judge(tx: Tx, identity: Identity, sender: str, header: bytes) -> bytes:
    """The From field that the message lacks, empty when it has one. ``sender`` is the envelope's,
    which is known to be own.

    Raises Reply 554: 5.7.1 for a message that is not in the submitter's own name, 5.6.0 for one
    whose author can't be told.
    """
    _check_block(header)
    fields, resent = headers.table(header), resent_headers.newest(header)
    known = {identity.email, sender.lower()}
    if resent_headers.resenders(header):
        _check_field(tx, identity, known, resent, "Resent-From")
        _check_field(tx, identity, known, resent, "Resent-Sender")
        _check_presence(fields)
        return b""
    for field in ("From", "Sender"):
        _check_field(tx, identity, known, fields, field)
        if len(fields.get(field.lower().encode(), ())) > 1:
            raise Reply(554, "5.6.0", f"The message has more than one {field}")
    if b"from" not in fields:
        return f"From: <{sender or identity.email}>\r\n".encode()
    _check_presence(fields)
    return b""


def _check_block(header: bytes) -> None:
    """Raises Reply for a header of which another program may see more or less fields."""
    if len(header) >= MAX_HEADER:
        raise Reply(554, "5.6.0", f"The header is longer than {MAX_HEADER} octets")
    if _BROKEN.search(header):
        raise Reply(554, "5.6.0", "The header holds NUL, or line ends that are not CRLF")


def _check_presence(fields: Fields) -> None:
    """Raises Reply where nobody is named who wrote it (RFC 5322 §3.6.2)."""
    if not addresses.mailboxes(fields.get(b"from", ())):
        raise Reply(554, "5.6.0", "From names no address; a group is not an author")


def _check_field(tx: Tx, identity: Identity, known: set[str], fields: Fields, name: str) -> None:
    """Raises Reply unless all that a field names are own addresses, in words that can be read in
    one way only.
    """
    values = fields.get(name.lower().encode(), [])
    for value in values:
        if ambiguity := addresses.ambiguity(value):
            raise Reply(554, "5.7.1", f"{name} has {ambiguity}")
    named = addresses.mailboxes(values)
    if len(named) > MOST_AUTHORS:
        raise Reply(554, "5.7.1", f"{name} has more than {MOST_AUTHORS} addresses")
    for author in dict.fromkeys(map(addresses.specification, named)):
        address = accounts.canonical(author)
        if address not in known and not owns_address(tx, identity.id, address):
            raise Reply(554, "5.7.1", f"{name}: <{author}> is not an address of {identity.email}")
