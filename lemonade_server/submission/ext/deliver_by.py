"""DELIVERBY: in time, or it is returned or reported (RFC 2852).

``delivery/relay/parameters.py`` passes it on, ``delivery/queue/outcomes.py`` watches the time.
"""

from __future__ import annotations

import re
import time

from lemonade_server.wire.errors import Reply

from ..face import SUBMISSION
from ..registry import extension, parameter
from ..session import Session
from ..transaction import Transaction

NEEDS = ("mail",)

_BY = re.compile(r"([+-]?[0-9]{1,9});([NR])(T?)", re.IGNORECASE)

extension("DELIVERBY", rfc=2852, on=(SUBMISSION,))


@parameter("BY", on=(SUBMISSION,))
async def by(session: Session, transaction: Transaction, value: str) -> None:
    """Seconds from now, what to do when they are over, and whether each relay is reported (§4)."""
    found = _BY.fullmatch(value)
    if found is None:
        raise Reply(501, "5.5.4", "BY is written seconds;N or seconds;R, with a T behind it or not")
    left, mode = int(found[1]), (found[2] + found[3]).upper()
    if left <= 0 and mode.startswith("R"):
        raise Reply(501, "5.5.4", "BY with R needs a time to come")
    transaction.by_at, transaction.by_mode = int(time.time()) + left, mode
