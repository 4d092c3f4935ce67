"""Writing: a new message, an answer, a saved draft; and what the form's buttons do."""

from __future__ import annotations

import contextlib
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from webmail.mail import (
    BadDraft,
    NotFound,
    mailbox_label,
)
from webmail.models import UnsentForm
from webmail.outgoing import idempotency, outbox
from webmail.outgoing.draft import Draft, Source
from webmail.pages.folders import mail_of
from webmail.pages.page import (
    email_of,
    mail_page,
    read_form_token,
)
from webmail.pages.preferences import preferences_of
from webmail.people.identities import account_of, own_of
from webmail.people.identity import Identities

from . import mailto, message_templates, saved_forms, sender, unsent_forms
from .answers import plan_forward, plan_reply
from .draftform import (
    read_draft,
)
from .form_page import form, missing_files_notice
from .originals import note_form, open_draft
from .submit import submit


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
    draft.is_rich = preferences_of(request).rich_text
    message_templates.begin(account_of(request), draft, own, request.GET.get("template", ""))
    begin(request, own, draft, is_answer=False)
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
    draft = plan_reply(session, name, uid, own, everyone, preferences_of(request).rich_text)
    begin(request, own, draft, is_answer=True)
    heading = gettext("Reply to all") if everyone else gettext("Reply")
    return form(request, own, draft, heading, back=message_url(name, uid))


@mail_page
@require_safe
def forward(request: HttpRequest, name: str, uid: int) -> HttpResponseBase:
    """The form for a forward; every part is offered, none is downloaded."""
    if (again := reopen_form(request)) is not None:
        return again
    as_whole = request.GET.get("whole") == "1"
    is_rich = preferences_of(request).rich_text
    own = own_of(request)
    session = mail_of(request)
    draft = plan_forward(session, name, uid, mailbox_label(own.preferred), as_whole, is_rich)
    begin(request, own, draft, is_answer=not as_whole)
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
    if saved.replaces is not None:
        note_form(saved, saved_forms.find_at(account_of(request), saved.replaces))
    back = reverse("webmail:folder", args=[name])
    return form(request, own, saved, "Draft", back=back)


def resume(request: HttpRequest, unsent: UnsentForm) -> HttpResponseBase:
    """What was posted when the session had ended or the mail server was away."""
    own = own_of(request)
    posted = QueryDict(unsent.posted)
    session = mail_of(request)
    key = read_form_token(posted.get("once", ""))[1]
    draft = read_draft(session, own, posted, row=saved_forms.find(account_of(request), key))
    missing = [*posted.getlist("missing"), *unsent.files]
    words = gettext("Nothing was sent yet: this is what you wrote. Send it again now.")
    problem = BadDraft("", words + missing_files_notice(missing))
    heading = posted.get("mode", "")[:40] or gettext("Message")
    more: dict[str, Any] = {"missing": missing, "once": posted.get("once", "")}
    return form(request, own, draft, heading, problem=problem, **more)


def reopen_form(request: HttpRequest) -> HttpResponseBase | None:
    """The form as it was sent or saved, for who comes back to it (``?form=``); None when it was
    neither.
    """
    email, key = read_form_token(request.GET.get("form", ""))
    if email != email_of(request):
        return None
    goal = idempotency.find_goal(account_of(request), key)
    row = outbox.find(email, goal.strip("/").rpartition("/")[2]) if goal else None
    if row is None:
        return None if goal else reopen_saved(request, key)
    own = own_of(request)
    with contextlib.suppress(NotFound):
        session = mail_of(request)
        session.select(row.folder, row.uidvalidity)
        draft = open_draft(session, row.folder, row.uid)
        draft.replaces, draft.source = None, Source.parse(row.source)
        draft.original = draft.original if draft.design else None
        return form(request, own, draft, gettext("Message"), sent=goal)
    return None


def reopen_saved(request: HttpRequest, key: str) -> HttpResponseBase | None:
    """The form as it was last saved while it was written."""
    row = saved_forms.find(account_of(request), key)
    place = saved_forms.place_of(row)
    if place is None:
        return None
    with contextlib.suppress(NotFound):
        session = mail_of(request)
        session.select(place.folder, place.uidvalidity)
        draft = open_draft(session, place.folder, place.uid)
        note_form(draft, row)
        return form(request, own_of(request), draft, gettext("Draft"))
    return None


def begin(request: HttpRequest, own: Identities, draft: Draft, *, is_answer: bool) -> None:
    """What each form begins with that nobody has written in."""
    preferences = preferences_of(request)
    draft.receipt, draft.tell = preferences.wants_receipts, preferences.wants_reports
    sender.sign(own, draft, is_answer=is_answer)


def message_url(name: str, uid: int) -> str:
    return reverse("webmail:letter", args=[name, uid])
