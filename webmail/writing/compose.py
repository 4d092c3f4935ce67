"""Writing: a new message, an answer, a saved draft; and what the form's buttons do."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from webmail.mail import (
    Address,
    BadDraft,
    MailError,
    MailSession,
    NotFound,
    Refused,
    ServerSidePart,
    StoredMessage,
    mailbox_label,
)
from webmail.models import UnsentForm
from webmail.outgoing import outbox
from webmail.outgoing.draft import Draft, Source
from webmail.pages.folders import mail_of
from webmail.pages.page import (
    email_of,
    flash,
    form_token,
    mail_page,
    pane,
    read_form_token,
    show,
    written_by,
)
from webmail.people import identities
from webmail.people.identities import account_of, own_of
from webmail.people.identity import Identities
from webmail.transport.endpoint import message_limit

from . import idempotency, mailto, unsent_forms
from .answers import plan_forward, plan_reply
from .draftform import check_whole, checked_sender, chosen_sender, read_draft, release_time
from .drafts import open_draft, save_draft
from .idempotency import SentAlready

UNDO = 5  # seconds in which a sent message can be taken back


@mail_page
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest) -> HttpResponseBase:
    """An empty form, or one that the address fills in (``mailto.py``); POST sends or saves."""
    if request.method == "POST":
        return submit(request)
    if (unsent := unsent_forms.find(email_of(request), request.path)) is not None:
        resumed = resume(request, unsent)
        unsent_forms.note_shown(unsent)  # not before: the mail server may still be away
        return resumed
    if (again := reopen_form(request)) is not None:
        return again
    own = own_of(request)
    draft = mailto.new_draft(mailbox_label(own.preferred), request.GET)
    return form(request, own, draft, gettext("New message"))


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
    if (again := reopen_form(request)) is not None:
        return again
    own = own_of(request)
    session = mail_of(request)
    draft = plan_reply(session, name, uid, own, everyone)
    heading = gettext("Reply to all") if everyone else gettext("Reply")
    return form(request, own, draft, heading, back=message_url(name, uid))


@mail_page
@require_safe
def forward(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """The form for a forward; every part is offered, none is downloaded."""
    if (again := reopen_form(request)) is not None:
        return again
    as_whole = request.GET.get("whole") == "1"
    own = own_of(request)
    session = mail_of(request)
    draft = plan_forward(session, name, uid, mailbox_label(own.preferred), as_whole)
    return form(request, own, draft, gettext("Forward"), back=message_url(name, uid))


@mail_page
@require_safe
def draft(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """Go on with a saved draft."""
    if (again := reopen_form(request)) is not None:
        return again
    own = own_of(request)
    session = mail_of(request)
    as_text = request.GET.get("as") == "text"
    saved = open_draft(session, name, uid, as_text)
    saved.source = Source.parse(request.GET.get("source", ""))
    back = reverse("webmail:folder", args=[name])
    return form(request, own, saved, "Draft", back=back)


def resume(request: HttpRequest, unsent: UnsentForm) -> HttpResponseBase:
    """What was posted when the session had ended or the mail server was away."""
    own = own_of(request)
    posted = QueryDict(unsent.posted)
    session = mail_of(request)
    draft = read_draft(session, own, posted)
    missing = [*posted.getlist("missing"), *unsent.files]
    words = gettext("Nothing was sent yet: this is what you wrote. Send it again now.")
    problem = BadDraft("", words + missing_files_notice(missing))
    heading = posted.get("mode", "")[:40] or gettext("Message")
    more: dict[str, Any] = {"missing": missing, "once": posted.get("once", "")}
    return form(request, own, draft, heading, problem=problem, **more)


def reopen_form(request: HttpRequest) -> HttpResponseBase | None:
    """The form as it was sent, for who comes Back to it (``?form=``); None when it was not sent."""
    email, key = read_form_token(request.GET.get("form", ""))
    goal = idempotency.find_goal(account_of(request), key) if email == email_of(request) else ""
    row = outbox.find(email, goal.strip("/").rpartition("/")[2]) if goal else None
    if row is None:
        return None
    own = own_of(request)
    with contextlib.suppress(NotFound):
        session = mail_of(request)
        session.select(row.folder, row.uidvalidity)
        draft = open_draft(session, row.folder, row.uid)
        draft.replaces, draft.source = None, Source.parse(row.source)
        draft.original = draft.original if draft.design else None
        return form(request, own, draft, gettext("Message"), sent=goal)
    return None


def submit(request: HttpRequest) -> HttpResponseBase:
    """Send or save what was posted; what can't be used, or is refused, shows the form again."""
    own = own_of(request)
    files = request.FILES.getlist("files")
    session = mail_of(request)
    try:
        posted = read_draft(session, own, request.POST, files)
    except Refused:  # of a second press: what it wrote on went away with the first
        key = read_form_token(request.POST.get("once", ""))[1]
        if goal := idempotency.find_goal(account_of(request), key):
            return goal_response(request, goal)
        raise
    try:
        if written_by(request.POST) not in ("", email_of(request)):
            raise BadDraft(
                "", gettext("This was written from another account. Sign in there again.")
            )
        check_whole(request.POST, posted, [file.name or "" for file in files])
        return goal_response(request, submit_once(request, session, own, posted))
    except (BadDraft, Refused, SentAlready) as no:
        heading = request.POST.get("mode", "")[:40] or gettext("Message")
        given = [*request.POST.getlist("missing"), *(file.name or "file" for file in files)]
        more: dict[str, Any] = {"missing": list(dict.fromkeys(given))}
        if not isinstance(no, SentAlready):  # else the form is a new one
            more["once"] = request.POST.get("once", "")
        problem = as_problem(no)
        return form(request, own, posted, heading, problem=problem, **more)


def submit_once(request: HttpRequest, session: MailSession, own: Identities, posted: Draft) -> str:
    """Send or save it unless this form did so before; the address that tells of it."""
    sender = checked_sender(own, posted)
    how = "save" if request.POST.get("do") == "save" else "send"
    release_at = release_time(posted.later) if how == "send" else None
    account = account_of(request)
    digest = idempotency.content_digest(posted, how)
    key = read_form_token(request.POST.get("once", ""))[1]
    if key and how == "save":  # as often as it is another
        key = f"{key}.{digest[:16]}"
    if goal := idempotency.begin(account, key, digest, "again" in request.POST or how == "save"):
        return goal
    try:
        if how == "save":
            goal = draft_address(save_draft(session, posted))
        else:
            row = outbox.send(session, posted, UNDO, release_at)
            goal = reverse("webmail:sending", args=[row.pk])
    except MailError:
        idempotency.let_go(account, key)
        raise
    idempotency.finish(account, key, goal)
    unsent_forms.drop(account, request.POST.get("once", ""))
    if how == "send" and (posted.source is None or posted.source.how != "reply"):
        identities.prefer(account, sender.address)
    return goal


def goal_response(request: HttpRequest, goal: str) -> HttpResponseBase:
    """On to what tells of it."""
    if request.POST.get("do") == "save":
        flash(request, gettext("Draft saved."))
    return JsonResponse({"goal": goal}) if pane(request) else redirect(goal)


def draft_address(stored: StoredMessage) -> str:
    """The form of a draft as it is stored now; its folder's, when nobody knows where it is."""
    if not stored.uid:
        return reverse("webmail:folder", args=[stored.folder])
    return reverse("webmail:draft", args=[stored.folder, stored.uid])


def form(
    request: HttpRequest,
    own: Identities,
    draft: Draft,
    heading: str,
    back: str = "",
    problem: BadDraft | None = None,
    missing: Sequence[str] = (),
    once: str = "",
    sent: str = "",
) -> HttpResponseBase:
    """The compose page. ``problem``: why it is shown again; ``missing``: names of files that must
    be attached again; ``once``: the form's token, if it has one; ``sent``: what tells of it.
    """
    email = email_of(request)
    token = once or request.GET.get("form", "")
    if read_form_token(token)[0] != email:
        token = form_token(email)
    if problem is not None and pane(request):  # the browser still has everything else
        gone = set(request.POST.getlist("offered")) - {part.token for part in draft.kept}
        words = {"text": str(problem), "field": problem.field, "once": token, "gone": list(gone)}
        return JsonResponse({"problem": words})
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
        "once": token,
        "again": bool(problem) and not once,
        "missing": missing,
        "sent": sent,
        "focus": first_field(draft),
    }
    if problem is not None:
        wrong = problem.field
        said = f"{problem}{missing_files_notice(missing)}" if request.FILES else str(problem)
        context.update(problem=said, wrong=wrong, focus=wrong)
    return show(request, "webmail/writing/compose.html", context, status=400 if problem else 200)


def first_field(draft: Draft) -> str:
    """The field to begin in; none where that would scroll what is said of a design out of sight."""
    if not draft.to:
        return "to"
    return "" if draft.design else "text"


def senders(own: Identities, chosen: Address) -> dict[str, Any]:
    """What From offers: each own address, and one with a detail when that is chosen."""
    named = [each.address for each in own.addresses]
    offered = own.addresses if chosen.address in named else [*own.addresses, chosen]
    return {"senders": offered, "sender": chosen.address}


def as_problem(no: BadDraft | Refused | SentAlready) -> BadDraft:
    """What the mail server refused is no field's fault; nobody loses what he wrote by it."""
    if isinstance(no, BadDraft):
        return no
    return BadDraft(
        "",
        str(no) if isinstance(no, SentAlready) else f"{no} {gettext('Nothing was sent or saved.')}",
    )


def missing_files_notice(missing: Sequence[str]) -> str:
    """That a browser never gives back the files of a form, and which they were."""
    if not missing:
        return ""
    words = gettext("Attach the files from this device again, please: %(names)s.")
    return " " + words % {"names": ", ".join(missing[:10])}


def split_whole(kept: list[ServerSidePart]) -> tuple[ServerSidePart | None, list[ServerSidePart]]:
    """The offer of the whole message, and the parts."""
    whole = next((part for part in kept if not part.section), None)
    return whole, [part for part in kept if part.section]


def replaces_token(stored: StoredMessage | None) -> str:
    return f"{stored.uidvalidity}.{stored.uid}.{stored.folder}" if stored else ""


def message_url(name: str, uid: int) -> str:
    return reverse("webmail:letter", args=[name, uid])
