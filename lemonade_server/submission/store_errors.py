"""What the store says, in the words of SMTP: always "not now", for the mail is not to be lost."""

from __future__ import annotations

from lemonade_server.store.errors import StoreError, StoreFull, Unavailable
from lemonade_server.wire.errors import Reply


def refusal(error: StoreError) -> Reply:
    """The reply that an error of the store stands for (RFC 3463)."""
    if isinstance(error, StoreFull):
        return Reply(452, "4.3.1", "There is no room left, try again later")
    if isinstance(error, Unavailable):
        return Reply(451, "4.3.0", "The mail store is unavailable, try again later")
    return Reply(451, "4.3.0", error.text)
