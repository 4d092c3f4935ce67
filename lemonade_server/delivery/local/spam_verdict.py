"""The spam filter's verdict, as ``screening/rspamd.py`` has written it into the header."""

from __future__ import annotations

import re

from lemonade_server.wire import headers

FIELD = b"X-Spam-Status"
_SCORES = re.compile(rb"(?:Yes|No), score=(-?\d+\.\d+) required=(\d+\.\d+)")


def share(header: bytes) -> float | None:
    """The score as a part of what is needed to refuse a message; None where there is none."""
    found = _SCORES.fullmatch((headers.value(header, FIELD) or b"").strip())
    if found is None:
        return None
    score, required = float(found[1]), float(found[2])
    return score / required if required > 0 else None
