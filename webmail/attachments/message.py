"""The message that a page of attachments is about."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from webmail.mail import MessagePart, OpenedMessage
from webmail.pages.folders import mail_of


def open_unmarked(request: HttpRequest, name: str, uid: int) -> OpenedMessage:
    """The message, not marked as read by this; ``?inside=2``: the one that this part is.

    Raises NotFound.
    """
    session = mail_of(request)
    if section := request.GET.get("inside", ""):
        return session.open_attached(name, uid, section)
    return session.open_message(name, uid, mark_seen=False)


def inside_query(opened: OpenedMessage) -> str:
    """What addresses of its parts end with, when it is inside another message; else ""."""
    return f"?{urlencode({'inside': opened.inside})}" if opened.inside else ""


def picture_url(opened: OpenedMessage, part: MessagePart) -> str:
    """Where the server shows the part in small: an address that a size is to follow. "" where it
    does not.
    """
    if not opened.converts or opened.inside or "~" in part.section:
        return ""
    sized = reverse("webmail:picture", args=[opened.folder, opened.uid, part.section, "page"])
    return sized.removesuffix("page/")
