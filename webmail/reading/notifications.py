"""A receipt for who asked to be told that a message was read: only when its reader agrees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from webmail.mail import Refused, mailbox_label
from webmail.outgoing.disposition_notification import refuse_notification, send_notification
from webmail.pages.folders import mail_of
from webmail.pages.page import flash, mail_page, pane
from webmail.people.identities import own_of


@mail_page
@require_POST
def receipt(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """Send it, or never; asked once for a message, whatever the answer was."""
    session = mail_of(request)
    opened = session.open_message(name, uid, mark_seen=False)
    if not opened.may_answer:
        raise Refused(gettext("This message's sender has had an answer already."))
    if request.POST.get("do") == "send":
        me = mailbox_label(own_of(request).for_answer(opened))
        words = gettext("%(name)s is told.") % {
            "name": send_notification(session, opened, me).label
        }
    else:
        refuse_notification(session, opened)
        words = gettext("Nobody is told that you read this.")
    if pane(request):
        return JsonResponse({"text": words, "undo": None})
    flash(request, words)
    return redirect("webmail:letter", name, uid)
