"""MT-PRIORITY: what goes first when much is waiting (RFC 6710).

Who may submit here may say so; the queue's order follows it, and the next host is told.
"""

from __future__ import annotations

import re

from lemonade_server.wire.errors import Reply

from ..face import SUBMISSION
from ..registry import extension, parameter
from ..session import Session
from ..transaction import Transaction

NEEDS = ("mail",)

_PRIORITY = re.compile(r"-[1-9]|[0-9]")

extension("MT-PRIORITY", rfc=6710, on=(SUBMISSION,))


@parameter("MT-PRIORITY", on=(SUBMISSION,))
async def mt_priority(session: Session, transaction: Transaction, value: str) -> None:
    """From -9 to 9; 0 is the usual (§3)."""
    if not _PRIORITY.fullmatch(value):
        raise Reply(501, "5.5.2", "MT-PRIORITY is a number from -9 to 9")
    transaction.priority = int(value)
