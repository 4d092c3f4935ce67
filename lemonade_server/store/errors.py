"""What the store says when it can't."""

from __future__ import annotations

import errno
import sqlite3

from lemonade_server.wire.errors import No


class StoreFull(No):
    """No room on the disk or in the database; nothing was half-written."""

    def __init__(self) -> None:
        super().__init__("there is no room left to store this, try again later", b"UNAVAILABLE")


class Unavailable(Exception):
    """A store is away, or did not answer in time: what was asked for is not known to be done.

    ``store`` names it: one of the constants below. It is logged where it is found, once an outage;
    a protocol says "try again later" (RFC 5530 UNAVAILABLE, RFC 3463 4.3.0).
    """

    def __init__(self, store: str, reason: object = "") -> None:
        super().__init__(f"the {store} is unavailable: {reason}" if reason else store)
        self.store = store


class BlobMissing(LookupError):
    """A blob that a row names is not in the blob store."""


DATABASE, BLOBS, REDIS = "database", "blob store", "Redis"


class Gone(No):
    """The mailbox or message was removed meanwhile (RFC 5530 NONEXISTENT)."""

    def __init__(self, what: str = "mailbox") -> None:
        super().__init__(f"this {what} does not exist any more", b"NONEXISTENT")


def is_full(error: BaseException | None) -> bool:
    """Whether this error, or what caused it, means that a disk is full."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            return True
        if isinstance(error, sqlite3.Error):
            return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
        if getattr(error, "sqlstate", "") in ("53100", "53200"):
            return True
        error = error.__cause__
    return False
