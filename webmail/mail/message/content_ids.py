"""How HTML names the pictures that came with it (RFC 2392)."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import unquote

_USED = re.compile(
    r"""(?:(?:src|background)\s{0,9}=\s{0,9}|url\(\s{0,9})
        (?:"\s{0,9}cid:([^"]{1,998})|'\s{0,9}cid:([^']{1,998})|cid:([^\s>)"']{1,998}))""",
    re.IGNORECASE | re.VERBOSE,
)


def content_id(text: str) -> str:
    """A Content-ID, or what follows ``cid:``, to be compared: mailers differ in case, angle
    brackets, blanks and percent escapes.
    """
    return "".join(unquote(text).split()).strip("<>").casefold()


def find_content_ids(html: str) -> set[str]:
    """The pictures that a document shows, as ``content_id`` has them."""
    return {content_id(unescape(a or b or c)) for a, b, c in _USED.findall(html)}
