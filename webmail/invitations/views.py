"""The answer to an invitation, sent to who organises it."""

from __future__ import annotations

import logging

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from webmail.attachments.message import open_unmarked
from webmail.mail import Address, MailError, OpenedMessage, Refused, mailbox_label
from webmail.outgoing import idempotency, outbox
from webmail.outgoing.draft import Draft, Source
from webmail.pages.folders import mail_of
from webmail.pages.page import email_of, flash, mail_page, read_form_token
from webmail.people.identities import account_of, own_of

from .card import invitation_part, load_invitation
from .invitation import Invitation
from .reply import ANSWERS, reply_text

log = logging.getLogger(__name__)
MOST_NOTE = 2_000  # characters


@mail_page
@require_POST
def answer(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """Accept, maybe or decline, with a note. Raises Refused when there is nothing to answer."""
    opened = open_unmarked(request, name, uid)
    part = invitation_part(opened)
    chosen = request.POST.get("do", "")
    if part is None or chosen not in ANSWERS:
        raise Refused(gettext("There is no invitation in this message to answer."))
    invitation = load_invitation(request, opened, part)
    if not invitation.is_request:
        raise Refused(gettext("Nobody waits for an answer to this."))
    draft = plan_answer(request, opened, invitation, chosen)
    _send_once(request, draft, reverse("webmail:letter", args=[name, uid]))
    log.info("%s answers an invitation: %s", email_of(request), chosen)
    flash(request, gettext("Your answer is on its way to %(name)s.") % {"name": draft.to})
    return redirect("webmail:letter", name, uid)


def _send_once(request: HttpRequest, draft: Draft, goal: str) -> None:
    """However often the button of one page is pressed. Raises what sending raises."""
    account, session = account_of(request), mail_of(request)
    key = read_form_token(request.POST.get("once", ""))[1]
    digest = idempotency.content_digest(draft, "send")
    if idempotency.begin(account, key, digest, again=True):
        return
    try:
        outbox.send(session, draft)
    except BaseException as error:
        if isinstance(error, MailError) or not session.has_stored:
            idempotency.let_go(account, key)
        raise
    idempotency.finish(account, key, goal)


def plan_answer(
    request: HttpRequest, opened: OpenedMessage, invitation: Invitation, chosen: str
) -> Draft:
    """The mail that carries the answer: words for people, and the calendar for programs."""
    assert invitation.organizer is not None  # or it would be no request
    own = own_of(request)
    named = (own.find(one.address.address) for one in invitation.attendees)
    me: Address = next(filter(None, named), None) or own.for_answer(opened)
    status, words = ANSWERS[chosen]
    subject = str(words) % {"subject": invitation.summary or opened.subject}
    note = request.POST.get("note", "")[:MOST_NOTE].strip()
    return Draft(
        sender=mailbox_label(me),
        to=mailbox_label(invitation.organizer),
        subject=subject,
        text=f"{subject}\n\n{note}\n" if note else f"{subject}\n",
        calendar=reply_text(invitation, me, status, note, timezone.now()),
        source=Source(opened.folder, opened.uidvalidity, opened.uid, "reply"),
        in_reply_to=opened.message_id,
        references=f"{opened.references} {opened.message_id}".strip(),
    )
