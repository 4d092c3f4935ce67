"""To which addresses a message came, whatever its To says: a blind copy, or one from a list."""

from __future__ import annotations

import re
from email.utils import getaddresses
from urllib.parse import unquote

from lemonade_server.wire import headers

from ..imap.client import LemonadeClient
from ..message.texts import plain
from .fetching import fetch_one

FIELDS = (b"list-post", b"x-original-to", b"envelope-to", b"delivered-to")
"""RFC 2369 §3.4, and what servers note at delivery; RFC 9228 has the last of them."""
MOST_FIELD = 2_000  # characters
_POST = re.compile(r"<mailto:([^?>]+)", re.IGNORECASE)


def delivered_to(imap: LemonadeClient, folder: str, uid: int) -> list[str]:
    """Addresses as they are spelled, of the list first. Raises NotFound."""
    asked = b"(UID BODY.PEEK[HEADER.FIELDS (%s)])" % b" ".join(FIELDS).upper()
    items = fetch_one(imap, folder, uid, asked)
    block = next((v for k, v in items.items() if k.startswith(b"BODY[HEADER.FIELDS")), b"")
    table = headers.table(block if isinstance(block, bytes) else b"")
    found: list[str] = []
    for field in FIELDS:
        for value in table.get(field, []):
            text = plain(value)[:MOST_FIELD]
            if field == b"list-post":
                found += map(unquote, _POST.findall(text))
            else:
                found += [address for _, address in getaddresses([text])]
    return [one for one in found if "@" in one]
