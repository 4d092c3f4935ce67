"""What goes wrong between a page and the mail server, in words for who reads the page."""

from __future__ import annotations


class MailError(Exception):
    """Something the user has to know. ``str(error)`` is a sentence fit for the page."""

    status = 502


class NotFound(MailError):
    """The folder, the message or the part is not there (any more)."""

    status = 404


class Unreachable(MailError):
    """The mail server can't be reached, or went away in the middle."""

    status = 503


class Refused(MailError):
    """The server understood and said no: quota, rights, size."""

    status = 409


class MailboxFull(Refused):
    """There is no room left for it (RFC 9208 §4.3.1, OVERQUOTA)."""


class ReplacedElsewhere(MailError):
    """A message that was to be replaced is not there any more: it was changed or sent elsewhere."""

    status = 409


class CannotHold(MailError):
    """The submission server sends everything at once (no FUTURERELEASE)."""


class SignInRequired(MailError):
    """The mail server no longer accepts this account's token."""

    status = 401


class BadDraft(MailError):
    """A field of the compose form can't be used: ``field`` names it."""

    status = 400

    def __init__(self, field_name: str, text: str) -> None:
        super().__init__(text)
        self.field = field_name
