"""Attachments as small pictures, at the size of the screen: what is looked at need not travel."""

from __future__ import annotations

import re
from base64 import b64decode

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from webmail import mail
from webmail.mail import MailError, NotConverted, Picture, number
from webmail.pages.page import email_of

# Transparent: the icon behind it is seen.
NOTHING = Picture(
    "image/gif", b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
)
SIDES = {"thumb": 96, "page": 1_600}  # pixels; a thumbnail has 48 on the page
STEP, LARGEST = 160, 3_840  # pixels; few sizes, so that made pictures are found again
_ROOM = re.compile(r"(\d{3,4})x(\d{3,4})")


def room_of(size: str) -> tuple[int, int] | None:
    """The pixels that a picture may have each way; None for what no page asks for."""
    if size in SIDES:
        return SIDES[size], SIDES[size]
    match = _ROOM.fullmatch(size)
    if match is None:
        return None
    width, height = int(match[1]), int(match[2])
    sides = (width, height)
    is_good = all(STEP <= side <= LARGEST and side % STEP == 0 for side in sides)
    return sides if is_good else None


@require_safe
def picture(request: HttpRequest, name: str, uid: int, section: str, size: str) -> HttpResponse:
    """A part, or (``?page=2``) a page of it, as a picture; kept by the browser for an hour.

    ``size``: "thumb", "page", or the room on a screen, as "1440x960".
    """
    page = number(request.GET.get("page", "0"))
    room = room_of(size)
    if not request.user.is_authenticated or room is None or page is None:
        raise Http404
    try:
        with mail.session(email_of(request)) as mine:
            made = mine.picture(name, uid, section, room, page)
    except NotConverted:
        made = NOTHING
    except MailError as error:
        raise Http404 from error
    return HttpResponse(
        made.data,
        headers={
            "Content-Type": made.type,
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Cache-Control": "private, max-age=3600",
            "Vary": "Cookie",
            "Content-Encoding": "identity",  # compressed already: no gzip
        },
    )
