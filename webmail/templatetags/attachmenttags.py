"""How the rows of attachments lead to what is in them."""

from __future__ import annotations

from dataclasses import dataclass

from django import template
from django.urls import reverse

from webmail.attachments.kinds import viewer_kind
from webmail.attachments.message import inside_query, picture_url
from webmail.mail import MessagePart, OpenedMessage

register = template.Library()
MADE_BY_SERVER = ("picture", "pages", "document")


@dataclass(frozen=True, slots=True)
class AttachmentView:
    """An attachment that can be looked at. ``url``: its page; ``piece``: for the script, which puts
    it over the message; ``picture``: where a size is to follow; ``original``: the part itself.
    """

    kind: str
    url: str
    piece: str
    picture: str
    original: str
    is_elsewhere: bool  # the page is the browser's own viewer


@register.simple_tag
def view_of(letter: OpenedMessage, part: MessagePart) -> AttachmentView | None:
    """How a part is looked at; None when it is not."""
    kind = viewer_kind(part, converts=letter.converts)
    is_own = part.type == "application/pdf" and not kind
    if not kind and not is_own:
        return None
    names = [letter.folder, letter.uid, part.section, part.label]
    original = reverse("webmail:part", args=names)
    piece = reverse("webmail:preview", args=names) + inside_query(letter)
    if kind == "message":
        url = reverse("webmail:inside", args=names[:3])
    elif is_own or (kind == "picture" and not letter.converts):
        return AttachmentView(kind, original, "", "", original, True)
    else:
        url = piece
    picture = picture_url(letter, part) if kind == "picture" else ""
    return AttachmentView(kind, url, piece, picture, original, False)
