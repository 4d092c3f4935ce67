"""An attachment to look at, with the next and the previous one: a page, or a piece of one that a
script puts over the message.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail.mail import MailError, MessagePart, NotFound, OpenedMessage
from webmail.pages.folders import folder_of, mail_of
from webmail.pages.page import mail_page, pane, show
from webmail.transport.time_limit import UNHURRIED, limit_waiting

from .contacts import contacts_context
from .kinds import viewer_kind
from .message import inside_query, open_unmarked, picture_url
from .pictures import room_of
from .texts import read_table, read_text


@mail_page
@require_safe
def preview(
    request: HttpRequest, name: str, uid: int, section: str, filename: str
) -> HttpResponseBase:
    """The attachment as its kind is shown. ``filename`` is for the eye only. Raises NotFound."""
    opened = open_unmarked(request, name, uid)
    shown = viewable_parts(opened)
    part = next((each for each in [*shown, *opened.parts] if each.section == section), None)
    kind = viewer_kind(part, converts=True) if part is not None else ""
    if part is None or not kind:
        raise NotFound(gettext("This part is not in the message."))
    context: dict[str, Any] = {
        "folder": folder_of(request, name),
        "letter": opened,
        "part": part,
        "kind": kind,
        "query": inside_query(opened),
        "back_url": _back_url(opened),
        "picture_url": picture_url(opened, part),
        "room": room_of(request.GET.get("room", "")),
    }
    try:
        context |= _content(request, opened, part, kind)
    except MailError as error:
        context["wrong"] = str(error)
    if pane(request) == "viewer":
        return HttpResponse(render_to_string("webmail/attachments/content.html", context, request))
    return show(request, "webmail/attachments/viewer.html", {**context, **_beside(shown, part)})


def viewable_parts(opened: OpenedMessage) -> list[MessagePart]:
    """The attachments that are shown, in their order."""
    return [each for each in opened.attachments if viewer_kind(each, converts=opened.converts)]


def _beside(shown: list[MessagePart], part: MessagePart) -> dict[str, Any]:
    """Where the part stands among the others."""
    sections = [each.section for each in shown]
    if part.section not in sections:
        return {}
    at = sections.index(part.section)
    return {
        "place": at + 1,
        "total": len(shown),
        "before": shown[at - 1] if at else None,
        "after": shown[at + 1] if at + 1 < len(shown) else None,
    }


def _back_url(opened: OpenedMessage) -> str:
    if opened.inside:
        return reverse("webmail:inside", args=[opened.folder, opened.uid, opened.inside])
    return reverse("webmail:letter", args=[opened.folder, opened.uid])


def _content(
    request: HttpRequest, opened: OpenedMessage, part: MessagePart, kind: str
) -> dict[str, Any]:
    """What a kind is drawn from. Raises MailError in words for its reader."""
    session = mail_of(request)
    where = (opened.folder, opened.uid, part.section)
    if kind in ("picture", "pages", "document") and not session.converts:
        return {"note": gettext("The mail server shows no previews.")}
    if kind in ("pages", "document"):
        with limit_waiting(UNHURRIED):  # the server answers: a conversion takes long
            found = session.words(*where)
        return {"words": found, "pages": range(1, found.pages + 1)}
    if kind == "message":
        return {"inner": session.open_attached(*where)}
    if kind == "contacts":
        return contacts_context(request, session.part(*where))
    if kind in ("text", "table"):
        text = read_text(session.part(*where))
        table = read_table(text) if kind == "table" else None
        return {"table": table} if table else {"words": text, "is_source": True}
    return {}
