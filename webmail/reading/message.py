"""One message: its pane, and its HTML body as a response of its own that can do nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.views.decorators.http import require_safe

from webmail import mail
from webmail.html import frame, inline_token, plain, sandboxed
from webmail.mail.content_ids import content_id
from webmail.mail.types import Address, Folder, Letter
from webmail.outgoing import timeline
from webmail.pages.page import email_of, mail_page, pane, show
from webmail.writing import mailto

from .mailbox import (
    address,
    current,
    draw,
    folder_tree,
    held,
    letter_context,
    list_context,
    load_page,
    window_of,
)


@mail_page
@require_safe
def letter(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """The message, and beside it the list it was opened from. Reading marks it as read."""
    window = window_of(request)
    with mail.session(email_of(request)) as imap:
        opened = mail.letter(imap, name, uid)
        tree = folder_tree(imap)
        here = current(tree, name)
        page = None if pane(request) == "letter" else load_page(imap, name, window)
    context: dict[str, Any] = {
        "folders": tree,
        "folder": here,
        "title": opened.subject or "(no subject)",
        "list_url": address(name, window),
        "held": held(request, here),
        "way": way_of(request, here, opened),
        "receipt_to": asks(here, opened),
        **letter_context(request, opened, window),
    }
    if page is not None:
        context.update(list_context(here, page, window))
    return draw(request, context)


@mail_page
@require_safe
def inside(request: HttpRequest, name: str, uid: int, section: str) -> HttpResponse:
    """A message that is attached to another one."""
    with mail.session(email_of(request)) as imap:
        opened = mail.letter_inside(imap, name, uid, section)
        tree = folder_tree(imap)
    context = letter_context(request, opened, {})
    return show(
        request,
        "webmail/reading/inside.html",
        {
            **context,
            "folders": tree,
            "folder": current(tree, name),
            "title": opened.subject or "(no subject)",
            "outer_url": reverse("webmail:letter", args=[name, uid]),
        },
    )


def way_of(request: HttpRequest, here: Folder, opened: Letter) -> timeline.Way | None:
    """What became of a message of one's own."""
    own = here.role == "sent" or opened.sender.address.lower() == email_of(request).lower()
    if not own or here.role == "drafts":
        return None
    return timeline.of_message(email_of(request), opened.message_id)


def asks(here: Folder, opened: Letter) -> list[Address]:
    """Who is to be offered a receipt; nobody for what was sent, is junk, or was answered."""
    unwanted = here.role in ("sent", "drafts", "junk") or not opened.may_answer
    return [] if unwanted else opened.receipt_to[:1]


@mail_page
@require_safe
def html(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """The cleaned HTML for the frame. ``?images=1``: with pictures from elsewhere; ``?inside=2``:
    of the message that this part is.
    """
    return designed(request, unmarked(request, name, uid))


@mail_page
@require_safe
def print_page(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """The message alone, as designed and in no frame, so that a browser prints all of it."""
    opened = unmarked(request, name, uid)
    head = render_to_string("webmail/reading/print_head.html", {"letter": opened})
    if not opened.html:
        opened.html = f'<div style="white-space:pre-wrap">{escape(opened.text)}</div>'
    return designed(request, opened, head)


@mail_page
@require_safe
def words(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """All words of the message as a piece of a page: they are printed in the frame's place."""
    return HttpResponse(plain(mail.words(unmarked(request, name, uid))))


def unmarked(request: HttpRequest, name: str, uid: int) -> Letter:
    """The message, not marked as read by this. Raises NotFound."""
    with mail.session(email_of(request)) as imap:
        if section := request.GET.get("inside", ""):
            return mail.letter_inside(imap, name, uid, section)
        return mail.letter(imap, name, uid, mark_seen=False)


def designed(request: HttpRequest, opened: Letter, head: str = "") -> HttpResponse:
    """Its HTML, cleaned and locked in."""
    remote = request.GET.get("images") == "1"
    email = email_of(request)
    named = {part.cid: part.section for part in reversed(opened.parts) if part.cid}
    sections = {**named, **{part.place: part.section for part in opened.parts}}

    def picture(cid: str) -> str | None:
        section = sections.get(content_id(cid))
        if section is None:
            return None
        token = inline_token(email, opened.folder, opened.uid, section)
        return reverse("webmail:inline", args=[token])

    return sandboxed(frame(opened.html, picture, remote, mailto.write_url, head), remote)
