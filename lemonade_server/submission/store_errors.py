"""What the store says, in the words of SMTP: always "not now", for the mail is not to be lost."""

from __future__ import annotations

from lemonade_server.store.errors import StoreError, StoreFull, Unavailable
from lemonade_server.wire.errors import Reply

REPLIES: dict[type[StoreError], tuple[int, str, str]] = {
    StoreFull: (452, "4.3.1", "There is no room left, try again later"),
    Unavailable: (451, "4.3.0", "The mail store is unavailable, try again later"),
}
"""All others are 451 4.3.0 in words of their own."""


def refusal(error: StoreError) -> Reply:
    """The reply that an error of the store stands for."""
    return Reply(*REPLIES.get(type(error), (451, "4.3.0", error.text)))
