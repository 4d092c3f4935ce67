"""The message that a page of attachments is about."""

from __future__ import annotations

from django.http import HttpRequest

from webmail.mail import OpenedMessage
from webmail.pages.folders import mail_of


def open_unmarked(request: HttpRequest, name: str, uid: int) -> OpenedMessage:
    """The message, not marked as read by this; ``?inside=2``: the one that this part is.

    Raises NotFound.
    """
    session = mail_of(request)
    if section := request.GET.get("inside", ""):
        return session.open_attached(name, uid, section)
    return session.open_message(name, uid, mark_seen=False)
