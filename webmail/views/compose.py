"""Writing: a new message, an answer, a saved draft; and what the form's buttons do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from webmail import gateway, identities, mailto, outbox
from webmail.gateway.client import LemonadeClient
from webmail.gateway.composing import mailbox_label
from webmail.gateway.endpoint import message_limit
from webmail.gateway.identity import Identities
from webmail.gateway.types import Address, BadDraft, Draft, Kept, Refused, Source, Stored

from .draftform import (
    checked_sender,
    chosen_sender,
    own_of,
    read_draft,
    release_time,
    writer_of,
)
from .mailbox import folder_tree
from .page import UNSENT, email_of, flash, form_token, mail_page, show, written_by

REMEMBERED = 20
UNDO = 5  # seconds in which a sent message can be taken back


@mail_page
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponseBase:
    """An empty form, or one that the address fills in (``mailto.py``); POST sends or saves."""
    if request.method == "POST":
        return submit(request)
    if unsent := request.session.get(UNSENT, ""):
        posted = QueryDict(unsent)
        mine = written_by(posted) == email_of(request)  # or somebody else is at this browser now
        resumed = resume(request, posted) if mine else None
        del request.session[UNSENT]  # not before: the mail server may still be away
        if resumed is not None:
            return resumed
    own = own_of(request)
    draft = mailto.new_draft(mailbox_label(own.preferred), request.GET)
    with gateway.session(email_of(request)) as imap:
        return form(request, imap, own, draft, "New message")


@mail_page
@require_safe
def reply(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """The form for an answer to the sender."""
    return answer(request, name, uid, everyone=False)


@mail_page
@require_safe
def reply_all(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """The form for an answer to everybody who got the message."""
    return answer(request, name, uid, everyone=True)


def answer(request: HttpRequest, name: str, uid: int, everyone: bool) -> HttpResponseBase:
    own = own_of(request)
    with gateway.session(email_of(request)) as imap:
        draft = gateway.plan_reply(imap, name, uid, own, everyone)
        heading = "Reply to all" if everyone else "Reply"
        return form(request, imap, own, draft, heading, back=letter_url(name, uid))


@mail_page
@require_safe
def forward(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """The form for a forward; every part is offered, none is downloaded."""
    as_whole = request.GET.get("whole") == "1"
    own = own_of(request)
    with gateway.session(email_of(request)) as imap:
        draft = gateway.plan_forward(imap, name, uid, mailbox_label(own.preferred), as_whole)
        return form(request, imap, own, draft, "Forward", back=letter_url(name, uid))


@mail_page
@require_safe
def draft(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """Go on with a saved draft."""
    own = own_of(request)
    with gateway.session(email_of(request)) as imap:
        as_text = request.GET.get("as") == "text"
        saved = gateway.open_draft(imap, name, uid, as_text)
        saved.source = Source.parse(request.GET.get("source", ""))
        back = reverse("webmail:folder", args=[name])
        return form(request, imap, own, saved, "Draft", back=back)


def resume(request: HttpRequest, posted: QueryDict) -> HttpResponseBase:
    """What was posted when the session had ended or the mail server was away."""
    own = own_of(request)
    with gateway.session(email_of(request)) as imap:
        draft = read_draft(imap, own, posted)
        problem = BadDraft("", "Nothing was sent yet: this is what you wrote. Send it again now.")
        heading = posted.get("mode", "")[:40] or "Message"
        return form(request, imap, own, draft, heading, problem=problem)


def submit(request: HttpRequest) -> HttpResponseBase:
    """Send or save what was posted; what can't be used, or is refused, shows the form again."""
    once = request.POST.get("once", "")
    sent: dict[str, str] = request.session.get("sent", {})
    if once in sent:  # the button was pressed twice, or the page reloaded
        return redirect("webmail:sending", sent[once])
    own = own_of(request)
    with gateway.session(email_of(request)) as imap:
        before = imap.octets
        posted = read_draft(imap, own, request.POST, request.FILES.getlist("files"))
        looked_up = imap.octets - before
        try:
            sender = checked_sender(own, posted)
            if request.POST.get("do") == "save":
                return saved_draft(request, gateway.save_draft(imap, posted))
            release_at = release_time(posted.later)
            row = outbox.send(email_of(request), posted, looked_up, UNDO, release_at)
            receipt_id = str(row.pk)
        except (BadDraft, Refused) as no:
            heading = request.POST.get("mode", "")[:40] or "Message"
            return form(request, imap, own, posted, heading, problem=as_problem(no))
    if posted.source is None or posted.source.how != "reply":
        identities.prefer(writer_of(request), sender.address)
    if once:
        kept = [*sent.items(), (once, receipt_id)][-REMEMBERED:]
        request.session["sent"] = dict(kept)
    return redirect("webmail:sending", receipt_id)


def saved_draft(request: HttpRequest, stored: Stored) -> HttpResponseBase:
    """Back to the draft as it is stored now."""
    if not stored.uid:
        flash(request, "Draft saved.")
        return redirect("webmail:folder", stored.folder)
    flash(request, "Draft saved.")
    return redirect("webmail:draft", stored.folder, stored.uid)


def form(
    request: HttpRequest,
    imap: LemonadeClient,
    own: Identities,
    draft: Draft,
    heading: str,
    back: str = "",
    problem: BadDraft | None = None,
) -> HttpResponseBase:
    """The compose page. ``problem``: why it is shown again."""
    whole, parts = split_whole(draft.kept)
    draft.kept = parts
    context: dict[str, Any] = {
        "draft": draft,
        "whole": whole,
        "as_whole": whole is not None and whole.chosen,
        "heading": heading,
        "back": back or reverse("webmail:home"),
        "limit": message_limit(),
        **senders(own, chosen_sender(own, draft) or own.preferred),
        "replaces": replaces_token(draft.replaces),
        "original": replaces_token(draft.original),
        "once": form_token(email_of(request)),
        "focus": "text" if draft.to else "to",
        "folders": folder_tree(imap),
    }
    if problem is not None:
        wrong = problem.field
        context.update(problem=words_for(problem, request), wrong=wrong, focus=wrong)
    return show(request, "webmail/compose.html", context, status=400 if problem else 200)


def senders(own: Identities, chosen: Address) -> dict[str, Any]:
    """What From offers: each own address, and one with a detail when that is chosen."""
    named = [each.address for each in own.addresses]
    offered = own.addresses if chosen.address in named else [*own.addresses, chosen]
    return {"senders": offered, "sender": chosen.address}


def as_problem(no: BadDraft | Refused) -> BadDraft:
    """What the mail server refused is no field's fault; nobody loses what he wrote by it."""
    return no if isinstance(no, BadDraft) else BadDraft("", f"{no} Nothing was sent or saved.")


def words_for(problem: BadDraft, request: HttpRequest) -> str:
    """What is wrong, and that a browser never gives back the files of a form."""
    lost = " Attach the files from this device again, please." if request.FILES else ""
    return f"{problem}{lost}"


def split_whole(kept: list[Kept]) -> tuple[Kept | None, list[Kept]]:
    """The offer of the whole message, and the parts."""
    whole = next((part for part in kept if not part.section), None)
    return whole, [part for part in kept if part.section]


def replaces_token(stored: Stored | None) -> str:
    return f"{stored.uidvalidity}.{stored.uid}.{stored.folder}" if stored else ""


def letter_url(name: str, uid: int) -> str:
    return reverse("webmail:letter", args=[name, uid])
