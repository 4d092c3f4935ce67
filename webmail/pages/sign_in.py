"""Signing in and out."""

from __future__ import annotations

from django.contrib.auth import login as start_session
from django.contrib.auth import logout as end_session
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from webmail import mail

from .forms import SignInForm
from .page import email_of, look_of, own_address


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponseBase:
    """The sign-in form; afterwards to where one was going."""
    goal = safe_goal(request)
    if request.user.is_authenticated:
        return redirect(goal)
    form = SignInForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        start_session(request, form.get_user())
        request.session.set_expiry(None)  # what waited for this sign-in waited for a day
        return redirect(goal)
    context = {
        "form": form,
        "next": goal,
        "look": look_of(request),
        "ended": "ended" in request.GET and not form.is_bound,
    }
    seconds = wait_of(form)
    status = 429 if seconds else 403 if form.is_bound else 200
    response = render(request, "webmail/pages/login.html", context, status=status)
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


def wait_of(form: SignInForm) -> int:
    """Seconds until a sign-in is looked at again; 0 when it was."""
    errors = form.errors.as_data().get(NON_FIELD_ERRORS, []) if form.is_bound else []
    found = [error.params or {} for error in errors if error.code == "try_again"]
    return max((int(params.get("seconds", 1)) for params in found), default=0)


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End this session, and the connection to the mail; other sessions stay."""
    email = email_of(request)
    end_session(request)
    if email:
        mail.sign_out(email)
    response = redirect("webmail:login")
    # What the browser kept of messages that were being written; on pages with a script, that does
    # it, for whoever has no TLS.
    response["Clear-Site-Data"] = '"storage"'
    return response


def safe_goal(request: HttpRequest) -> str:
    """Where to go next, within this site; else the inbox."""
    goal = request.POST.get("next") or request.GET.get("next") or ""
    return own_address(goal) or reverse("webmail:home")
