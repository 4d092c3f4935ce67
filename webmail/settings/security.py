"""The page of one's password, and of the passwords of single programs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from webmail.pages.folders import tree_of
from webmail.pages.page import flash, mail_page, show
from webmail.people.identities import account_of

from .app_passwords import app_password_store, app_passwords_of

log = logging.getLogger(__name__)
LASTS = ("", "30", "90", "365")  # days; the first is for ever
LONGEST = 1_000  # characters of a password

ChangePassword = Callable[[AbstractBaseUser, str], None]


@dataclass(slots=True)
class Problem:
    """What is wrong in which field of which form."""

    form: str
    field: str
    text: str
    status: int = 400


@mail_page
@require_safe
def security(request: HttpRequest) -> HttpResponseBase:
    """Both forms, and the app passwords that there are."""
    return _page(request)


@sensitive_post_parameters()
@mail_page
@require_POST
def change_password(request: HttpRequest) -> HttpResponseBase:
    """Take another password. All other sessions end, this one goes on."""
    account, new = account_of(request), request.POST.get("new", "")
    problem = _problem_of_new(account, new, request.POST.get("again", ""))
    problem = problem or _problem_of_current(request, "password")
    if problem is not None:
        return _page(request, problem)
    change: ChangePassword = import_string(settings.WEBMAIL_CHANGE_PASSWORD)
    change(account, new)
    update_session_auth_hash(request, account)  # type: ignore[arg-type]
    log.info("password changed by its owner: %s", account.get_username())
    flash(request, gettext("Your password is changed. Wherever else you were signed in, it ended."))
    return redirect("webmail:security")


@sensitive_post_parameters()
@mail_page
@require_POST
def issue_app_password(request: HttpRequest) -> HttpResponseBase:
    """Make one, which this answer alone shows."""
    store = app_password_store()
    if store is None:
        raise Http404
    lasts = request.POST.get("lasts", "")
    if lasts not in LASTS:
        return _page(request, Problem("app", "lasts", gettext("Choose how long it lasts.")))
    if problem := _problem_of_current(request, "app"):
        return _page(request, problem)
    tree_of(request)  # what the page needs of the mail server: only then is there a secret to show
    name, scopes = request.POST.get("name", ""), request.POST.getlist("scope")
    days = int(lasts) if lasts else None
    try:
        secret = store.issue(account_of(request).pk, name, scopes, days)
    except ValueError as error:
        return _page(request, Problem("app", "name", str(error)))
    return _page(request, secret=secret, made=" ".join(name.split()))


@mail_page
@require_POST
def revoke_app_password(request: HttpRequest) -> HttpResponseBase:
    """End one, and what is connected by it. Nothing is wrong when it has ended already."""
    store, number = app_password_store(), request.POST.get("number", "")
    if store is None or not (number.isascii() and number.isdigit() and len(number) < 19):
        raise Http404
    store.revoke(account_of(request).pk, int(number))
    flash(request, gettext("The app password is revoked. What was connected by it, is no more."))
    return redirect("webmail:security")


def _problem_of_new(account: AbstractBaseUser, new: str, again: str) -> Problem | None:
    if len(new) > LONGEST:
        text = gettext("A password has at most %(count)d characters.") % {"count": LONGEST}
        return Problem("password", "new", text)
    if not new.isprintable():
        return Problem("password", "new", gettext("A password can't have such a character."))
    try:
        validate_password(new, account)  # type: ignore[arg-type]  # whatever the project has
    except ValidationError as error:
        return Problem("password", "new", " ".join(error.messages))
    if new != again:
        return Problem("password", "again", gettext("The two are not the same."))
    return None


def _problem_of_current(request: HttpRequest, form: str) -> Problem | None:
    """Who finds a browser signed in is not its owner yet. Guesses count as those of sign-ins."""
    name, typed = account_of(request).get_username(), request.POST.get("current", "")
    try:
        found = authenticate(request, username=name, password=typed[: LONGEST + 1])
    except ValidationError as refusal:
        return Problem(form, "current", " ".join(refusal.messages), 429)
    if found is None:
        return Problem(form, "current", gettext("This is not your password."))
    return None


def _page(
    request: HttpRequest, problem: Problem | None = None, *, secret: str = "", made: str = ""
) -> HttpResponse:
    store = app_password_store()
    posted = request.POST if problem is not None and problem.form == "app" else None
    scopes = store.scopes() if store else []
    context: dict[str, Any] = {
        "problem": problem,
        "secret": secret,
        "made": made,
        "has_app_passwords": store is not None,
        "app_passwords": app_passwords_of(store, account_of(request).pk) if store else [],
        "scopes": scopes,
        "chosen": posted.getlist("scope") if posted else [value for value, _ in scopes],
        "name": posted.get("name", "") if posted else "",
    }
    return show(
        request, "webmail/settings/security.html", context, problem.status if problem else 200
    )
