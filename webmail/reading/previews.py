"""Attachments as small pictures, pages and text: what is looked at need not be downloaded."""

from __future__ import annotations

from base64 import b64decode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail import mail
from webmail.mail import (
    MailError,
    NotConverted,
    NotFound,
    Picture,
    Words,
    converted_kind,
    number,
)
from webmail.pages.folders import folder_of, mail_of
from webmail.pages.page import email_of, mail_page, show
from webmail.transport.time_limit import UNHURRIED, limit_waiting

# Transparent: the icon behind it is seen.
NOTHING = Picture(
    "image/gif", b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
)
SIDES = {"thumb": 96, "page": 1_600}  # pixels; a thumbnail has 48 on the page


@require_safe
def picture(request: HttpRequest, name: str, uid: int, section: str, size: str) -> HttpResponse:
    """A part, or (``?page=2``) a page of it, as a picture; kept by the browser for an hour."""
    page = number(request.GET.get("page", "0"))
    if not request.user.is_authenticated or size not in SIDES or page is None:
        raise Http404
    try:
        with mail.session(email_of(request)) as mine:
            made = mine.picture(name, uid, section, SIDES[size], page)
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


@mail_page
@require_safe
def preview(
    request: HttpRequest, name: str, uid: int, section: str, filename: str
) -> HttpResponseBase:
    """A page that shows a part: a picture, the pages of a PDF, or a document's text."""
    wrong = ""
    found: Words | None = None
    session = mail_of(request)
    letter = session.open_message(name, uid, mark_seen=False)
    part = next((each for each in letter.parts if each.section == section), None)
    if part is None or not converted_kind(part):
        raise NotFound(gettext("This part is not in the message."))
    kind = converted_kind(part)
    if not session.converts:
        wrong = gettext("The mail server shows no previews.")
    elif kind != "picture":
        try:
            with limit_waiting(UNHURRIED):  # the server answers: a conversion takes long
                found = session.words(name, uid, section)
        except NotConverted as error:
            wrong = str(error)
    context = {
        "folder": folder_of(request, name),
        "letter": letter,
        "part": part,
        "kind": kind,
        "wrong": wrong,
        "words": found,
        "pages": range(1, found.pages + 1) if found else (),
    }
    return show(request, "webmail/reading/preview.html", context)
