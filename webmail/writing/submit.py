"""What the buttons of the form do: send, save, throw away."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from webmail.mail import BadDraft, MailError, MailSession, NotFound, Refused, StoredMessage
from webmail.models import SavedForm
from webmail.outgoing import idempotency, outbox, plan
from webmail.outgoing.draft import Draft
from webmail.outgoing.idempotency import SentAlready, UnderWay
from webmail.pages.folders import mail_of
from webmail.pages.page import email_of, flash, pane, read_form_token, written_by
from webmail.pages.preferences import preferences_of
from webmail.people import identities
from webmail.people.identities import account_of, own_of
from webmail.people.identity import Identities

from . import saved_forms, unsent_forms, uploads
from .draftform import SAVING, check_whole, checked_sender, parse_replaces, read_draft, release_time
from .drafts import save_draft
from .form_page import as_problem, form
from .questions import ask_once
from .sender import apply_settings

BESIDE = gettext_lazy(
    "It was also changed, sent or deleted elsewhere: both are kept, this one as a draft of its own."
)


def submit(request: HttpRequest) -> HttpResponseBase:
    """Send or save what was posted; what can't be used, or is refused, shows the form again."""
    if request.POST.get("do") == "discard":
        return throw_away(request)
    own = own_of(request)
    files = request.FILES.getlist("files")
    session = mail_of(request)
    session.hold()  # what is saved by itself at this moment is saved before, or not at all
    key = read_form_token(request.POST.get("once", ""))[1]
    row = saved_forms.find(account_of(request), key)
    pictures = request.FILES.getlist("pictures")
    read = partial(read_draft, session, own, request.POST, files, pictures=pictures)
    try:
        posted = read(row)
    except Refused:  # of a second press: what it wrote on went away with the first
        if goal := idempotency.find_goal(account_of(request), key):
            return goal_response(request, goal)
        raise
    try:
        if written_by(request.POST) not in ("", email_of(request)):
            raise BadDraft(
                "", gettext("This was written from another account. Sign in there again.")
            )
        check_whole(request.POST, posted, [file.name or "" for file in files])
        if request.POST.get("do") not in SAVING and "again" not in request.POST:
            checked_sender(own, posted)
            release_time(posted.later)
            plan.check(posted)
            if "waited" not in request.POST:  # in the browser, for a connection: nobody is there
                ask_once(request, key, own, posted)
        goal = submit_once(request, session, own, posted, read)
        if request.POST.get("do") == "pick":
            goal = f"{reverse('webmail:pick')}?{urlencode({'form': request.POST.get('once', '')})}"
        return goal_response(request, goal)
    except (BadDraft, Refused, SentAlready) as no:
        if isinstance(no, UnderWay) and "waited" in request.POST:
            return JsonResponse({"text": str(no)}, status=no.status)
        heading = request.POST.get("mode", "")[:40] or gettext("Message")
        given = [*request.POST.getlist("missing"), *(file.name or "file" for file in files)]
        more: dict[str, Any] = {"missing": list(dict.fromkeys(given))}
        if not isinstance(no, SentAlready):
            more["once"] = request.POST.get("once", "")
        else:  # the form is a new one, and the draft went with what was sent
            posted.replaces = None
        problem = as_problem(no)
        return form(request, own, posted, heading, problem=problem, **more)


def submit_once(
    request: HttpRequest,
    session: MailSession,
    own: Identities,
    posted: Draft,
    read: Callable[[SavedForm], Draft],
) -> str:
    """Send or save it unless this form did so before; the address that tells of it. ``read`` gives
    the draft anew, where it is another than was thought.
    """
    sender = checked_sender(own, posted)
    how = "save" if request.POST.get("do") in SAVING else "send"
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
            goal = draft_address(save_now(request, session, posted, read))
        else:
            apply_settings(own, posted, sender)
            row = outbox.send(session, posted, preferences_of(request).undo_seconds, release_at)
            uploads.drop(session.email, posted.uploads)
            goal = reverse("webmail:sending", args=[row.pk])
    except BaseException as error:
        if isinstance(error, MailError) or not session.has_stored:  # else nobody knows
            with contextlib.suppress(DatabaseError):  # then it counts as dead after a while
                idempotency.let_go(account, key)
        raise
    idempotency.finish(account, key, goal)
    unsent_forms.drop(account, request.POST.get("once", ""))
    if how == "send" and (posted.source is None or posted.source.how != "reply"):
        identities.prefer(account, sender.address)
    return goal


def save_now(
    request: HttpRequest, session: MailSession, posted: Draft, read: Callable[[SavedForm], Draft]
) -> StoredMessage:
    """Save the draft in the place of its last version, and say so."""
    key = read_form_token(request.POST.get("once", ""))[1]
    row = saved_forms.begin(
        account_of(request), key or secrets.token_urlsafe(9), request.POST.get("lineage", "")
    )
    row.source = posted.source.token if posted.source else ""
    copy = save_draft(session, lambda: _with_sender(read(row), posted), row)
    if copy.beside:
        flash(request, f"{gettext('Draft saved.')} {BESIDE}")
    else:
        flash(request, gettext("Draft saved."))
    return copy.stored


def _with_sender(draft: Draft, posted: Draft) -> Draft:
    draft.sender = posted.sender  # it was looked at
    return draft


def throw_away(request: HttpRequest) -> HttpResponseBase:
    """What was saved of the form goes to the trash, and nothing more of it is saved."""
    account, session = account_of(request), mail_of(request)
    session.hold()
    token = request.POST.get("once", "")
    email, key = read_form_token(token)
    goal = reverse("webmail:home")
    row = saved_forms.find(account, key) if email == email_of(request) else None
    place = saved_forms.place_of(row) or parse_replaces(request.POST.get("replaces", ""))
    if place is not None and place.folder == session.role_folder("drafts"):
        with contextlib.suppress(NotFound):
            session.select(place.folder, place.uidvalidity)
            session.delete(place.folder, [place.uid])
            flash(request, gettext("The draft is in the trash."))
    if email == email_of(request):
        idempotency.close(account, key, goal)
        unsent_forms.drop(account, token)
    return goal_response(request, goal)


def goal_response(request: HttpRequest, goal: str) -> HttpResponseBase:
    """On to what tells of it. To a window, which stays where it is, it is told instead."""
    if pane(request) != "window":
        return JsonResponse({"goal": goal}) if pane(request) else redirect(goal)
    said = request.session.pop("flash", None)
    words: dict[str, Any] = {"goal": goal, "text": said["text"] if said else ""}
    row = outbox.find(email_of(request), goal.strip("/").rpartition("/")[2])
    if row is not None:
        words["sending"] = {
            "url": goal,
            "undo": reverse("webmail:take_back", args=[row.pk]),
            "seconds": outbox.seconds_to_undo(row),
        }
    return JsonResponse(words)


def draft_address(stored: StoredMessage) -> str:
    """The form of a draft as it is stored now; its folder's, when nobody knows where it is."""
    if not stored.uid:
        return reverse("webmail:folder", args=[stored.folder])
    return reverse("webmail:draft", args=[stored.folder, stored.uid])
