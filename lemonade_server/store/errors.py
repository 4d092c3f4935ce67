"""What the store says when it can't. Each protocol puts it into its own words, in one table."""

from __future__ import annotations

import errno
import sqlite3

DATABASE, BLOBS, REDIS = "database", "blob store", "Redis"


class StoreError(Exception):
    """``text`` is a sentence for whoever asked."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class StoreFull(StoreError):
    """No room on the disk or in the database; nothing was half-written."""

    def __init__(self) -> None:
        super().__init__("there is no room left to store this, try again later")


class Unavailable(StoreError):
    """A store is away, or did not answer in time: what was asked for is not known to be done.

    ``store`` names it: one of the constants above. It is logged where it is found, once an outage.
    """

    def __init__(self, store: str, reason: object = "") -> None:
        super().__init__(f"the {store} is unavailable: {reason}" if reason else store)
        self.store = store


class BlobMissing(LookupError):
    """A blob that a row names is not in the blob store."""


class Refused(StoreError):
    """The store is well, and will not do this. Nothing was changed."""


class NotFound(Refused):
    """There is none of this name, or none that may be known of. ``what``: mailbox, script."""

    def __init__(self, what: str, text: str) -> None:
        super().__init__(text)
        self.what = what


class Gone(NotFound):
    """A mailbox, message or account was removed meanwhile."""

    def __init__(self, what: str = "mailbox") -> None:
        super().__init__(what, f"this {what} does not exist any more")


class TargetNotFound(NotFound):
    """The mailbox that something was to be put into does not exist; it could be made."""

    def __init__(self) -> None:
        super().__init__("mailbox", "the mailbox does not exist")


class MessageExpunged(Refused):
    """The message was expunged meanwhile."""

    def __init__(self) -> None:
        super().__init__("the message was expunged meanwhile")


class AlreadyExists(Refused):
    """Another one has this name. ``what``: mailbox, script."""

    def __init__(self, what: str, text: str) -> None:
        super().__init__(text)
        self.what = what


class Denied(Refused):
    """The account's rights don't reach that far."""


class Impossible(Refused):
    """It goes against what always holds, whoever asks."""


class SpecialUseRefused(Refused):
    """This mailbox can't have a special use."""


class HasChildren(Refused):
    """There are mailboxes below, and nothing else that could be removed."""

    def __init__(self) -> None:
        super().__init__("the mailbox has children")


class InUse(Refused):
    """The active script stays."""


class OverQuota(Refused):
    """The account has as much as it may have. ``resource``: storage, messages (RFC 9208 §5)."""

    def __init__(self, resource: str) -> None:
        super().__init__(
            "the account's quota is used up"
            if resource == "storage"
            else "the account has as many messages as it may have"
        )
        self.resource = resource


class LimitReached(Refused):
    """There would be more of ``what`` than ``most``."""

    def __init__(self, what: str, most: float, text: str) -> None:
        super().__init__(text)
        self.what = what
        self.most = most


class TooLarge(Refused):
    """One of ``what`` would have more than ``most`` octets."""

    def __init__(self, what: str, most: int, text: str) -> None:
        super().__init__(text)
        self.what = what
        self.most = most


class UnknownEncoding(Refused):
    """A part is in a content transfer encoding that nobody can decode."""

    def __init__(self) -> None:
        super().__init__("a part is in an encoding that is unknown")


class Invalid(Refused):
    """What was asked for means nothing, whatever the store holds: a mistake of whoever asked."""


class UnknownFlag(Invalid):
    """A system flag that nobody may set."""


class Conflict(Refused):
    """The store has changed since this was prepared: the same once more may well do."""

    def __init__(self) -> None:
        super().__init__("the store has changed meanwhile, try again")


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
