"""A receipt for who asked to be told that a message was read: only when its reader agrees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from webmail import mail
from webmail.mail.composing import mailbox_label
from webmail.mail.receipts import refuse_receipt, send_receipt
from webmail.mail.types import Refused
from webmail.pages.page import email_of, flash, mail_page, pane
from webmail.writing.draftform import own_of


@mail_page
@require_POST
def receipt(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """Send it, or never; asked once for a message, whatever the answer was."""
    with mail.session(email_of(request)) as imap:
        opened = mail.letter(imap, name, uid, mark_seen=False)
        if not opened.may_answer:
            raise Refused("This message's sender has had an answer already.")
        if request.POST.get("do") == "send":
            me = mailbox_label(own_of(request).for_answer(opened))
            words = f"{send_receipt(imap, opened, me).label} is told."
        else:
            refuse_receipt(imap, opened)
            words = "Nobody is told that you read this."
    if pane(request):
        return JsonResponse({"text": words, "undo": None})
    flash(request, words)
    return redirect("webmail:letter", name, uid)
