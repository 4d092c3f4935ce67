"""One message: its pane, and its HTML body as a response of its own that can do nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail.attachments.message import open_unmarked
from webmail.html import frame, plain
from webmail.html.frame import sandbox_response
from webmail.html.links import write_url
from webmail.html.parts import inline_token
from webmail.mail import Address, Folder, OpenedMessage, content_id, readable_words
from webmail.outgoing import timeline
from webmail.pages.folders import folder_of, mail_of
from webmail.pages.page import email_of, look_of, mail_page, pane, show
from webmail.pages.preferences import preferences_of
from webmail.search.highlights import highlights_of
from webmail.search.results import results_context
from webmail.trust.context import trust_of

from .mailbox import (
    address,
    draw,
    list_context,
    load_list,
    message_context,
    own_addresses,
    uids_for_later,
    window_of,
)
from .orders import offered_orders, order_of
from .snoozing import mark_returns, snoozed_context

SCHEMES = {"auto": "light dark", "light": "light", "dark": "dark"}  # by the theme of the page


@mail_page
@require_safe
def show_message(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """The message, and beside it the list it was opened from. Reading marks it as read."""
    window = window_of(request)
    session = mail_of(request)
    opened = session.open_message(name, uid)
    here = folder_of(request, name)
    if pane(request) == "card":
        return HttpResponse(draw_card(request, here, opened))
    alone = pane(request) == "letter"
    found = {} if alone or "all" not in window else results_context(request, window)
    page = None
    if not alone and not found:
        page = load_list(request, here, window, order_of(request, name))
    context: dict[str, Any] = {
        **found,
        "folder": here,
        "title": opened.subject or gettext("(no subject)"),
        "list_url": address(name, window),
        "held": uids_for_later(request, here),
        "own": own_addresses(request),
        "way": way_of(request, here, opened),
        "receipt_to": asks(request, here, opened),
        "trust": trust_of(request, here, opened),
        **message_context(request, opened, window),
    }
    context |= snoozed_context(request, here, opened.uidvalidity, [uid])
    if page is not None:
        mark_returns(request, here, page.uidvalidity, page.rows)
        context["orders"] = offered_orders(session, here)
        context.update(list_context(here, page, window))
    return draw(request, context)


@mail_page
@require_safe
def inside(request: HttpRequest, name: str, uid: int, section: str) -> HttpResponse:
    """A message that is attached to another one."""
    session = mail_of(request)
    opened = session.open_attached(name, uid, section)
    context = message_context(request, opened, {})
    return show(
        request,
        "webmail/reading/inside.html",
        {
            **context,
            "folder": folder_of(request, name),
            "title": opened.subject or gettext("(no subject)"),
            "outer_url": reverse("webmail:letter", args=[name, uid]),
        },
    )


def draw_card(request: HttpRequest, folder: Folder, opened: OpenedMessage) -> SafeString:
    """A message inside of its conversation, and what can be done with it."""
    context = {
        "folder": folder,
        "card_key": card_key(folder.name, opened.uid),
        "way": way_of(request, folder, opened),
        "receipt_to": asks(request, folder, opened),
        "trust": trust_of(request, folder, opened),
        **message_context(request, opened, {}, fold_quotes=True),
    }
    return render_to_string("webmail/reading/card.html", context, request=request)


def card_key(folder: str, uid: int) -> str:
    """A name for a message that ids of the page are made of."""
    return f"{crc32(folder.encode('utf-8', 'surrogateescape')):x}-{uid}"


def way_of(request: HttpRequest, here: Folder, opened: OpenedMessage) -> timeline.Way | None:
    """What became of a message of one's own."""
    own = here.role == "sent" or opened.sender.address.lower() == email_of(request).lower()
    if not own or here.role == "drafts":
        return None
    return timeline.of_message(email_of(request), opened.message_id)


def asks(request: HttpRequest, here: Folder, opened: OpenedMessage) -> list[Address]:
    """Who is to be offered a receipt; nobody for what was sent, is junk, or was answered."""
    if not opened.receipt_to or preferences_of(request).ignores_receipts:
        return []
    unwanted = here.role in ("sent", "drafts", "junk") or not opened.may_answer
    return [] if unwanted else opened.receipt_to[:1]


@mail_page
@require_safe
def html(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """The cleaned HTML for the frame, in the colours of the page. ``?images=1``: with pictures from
    elsewhere; ``?colours=original``: as by day; ``?inside=2``: of the message that this part is.
    """
    original = request.GET.get("colours") == "original"
    scheme = "light" if original else SCHEMES[look_of(request)["theme"]]
    found = highlights_of(request.GET.get("q", "")).text
    return html_response(request, open_unmarked(request, name, uid), scheme=scheme, found=found)


@mail_page
@require_safe
def print_page(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """The message alone, as designed and in no frame, so that a browser prints all of it."""
    opened = open_unmarked(request, name, uid)
    head = render_to_string("webmail/reading/print_head.html", {"letter": opened})
    if not opened.html:
        opened.html = f'<div style="white-space:pre-wrap">{escape(opened.text)}</div>'
    return html_response(request, opened, head=head)


@mail_page
@require_safe
def words(request: HttpRequest, name: str, uid: int) -> HttpResponse:
    """All words of the message as a piece of a page: they are printed in the frame's place."""
    return HttpResponse(plain(readable_words(open_unmarked(request, name, uid))))


def html_response(
    request: HttpRequest,
    opened: OpenedMessage,
    *,
    head: str = "",
    scheme: str = "light",
    found: Sequence[str] = (),
) -> HttpResponse:
    """Its HTML, cleaned and locked in; ``found`` are words to mark."""
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

    shown = frame(
        opened.html,
        picture,
        remote,
        write_url,
        head=head,
        scheme=scheme,
        words=found,
        fold_quotes=request.GET.get("quotes") == "folded",
    )
    return sandbox_response(shown, remote, may_print=bool(head))
