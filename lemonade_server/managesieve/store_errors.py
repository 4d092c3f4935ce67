"""What the store says, in the words of ManageSieve: the response codes of RFC 5804 §1.3."""

from __future__ import annotations

from lemonade_server.store.errors import (
    AlreadyExists,
    InUse,
    LimitReached,
    NotFound,
    StoreError,
    StoreFull,
    TooLarge,
    Unavailable,
)
from lemonade_server.wire.errors import No

CODES: dict[type[StoreError], bytes] = {
    AlreadyExists: b"ALREADYEXISTS",
    InUse: b"ACTIVE",
    LimitReached: b"QUOTA/MAXSCRIPTS",
    NotFound: b"NONEXISTENT",
    StoreFull: b"TRYLATER",
    TooLarge: b"QUOTA/MAXSIZE",
    Unavailable: b"TRYLATER",
}

TEXTS: dict[type[StoreError], str] = {
    StoreFull: "There is no room left, try again later",
    Unavailable: "The mail store is unavailable, try again later",
}


def refusal(error: StoreError) -> No:
    """The NO that an error of the store stands for."""
    code = next((CODES[kind] for kind in type(error).__mro__ if kind in CODES), b"")
    return No(TEXTS.get(type(error), error.text), code)
