"""What every page has in common: who may see it, how it is framed, what its errors say."""

from __future__ import annotations

import secrets
import zoneinfo
from collections.abc import Callable, Mapping
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model, logout
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseForbidden,
    JsonResponse,
    QueryDict,
)
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext

from webmail.mail import BadDraft, MailError, NotFound, SignInRequired, Unreachable
from webmail.models import UnsentForm
from webmail.transport.time_limit import limit_waiting

from .folders import close_mail, saved_of, tree_of
from .forms import AFTER, DENSITIES, SWIPES, THEMES
from .preferences import absence_of

LOOK_COOKIE = "look"
LOOK = {  # in the order in which the cookie has them: choices, and what holds if none was chosen
    "theme": (THEMES, "auto"),
    "density": (DENSITIES, "comfortable"),
    "after": (AFTER, "list"),
    "swipe_right": (SWIPES, "archive"),
    "swipe_left": (SWIPES, "delete"),
}
LONGEST_UNSENT = 4_000_000  # characters, as a form is encoded
LONGEST_ADDRESS = 2_000  # characters of a page to go to
FORM_SALT = "webmail.form"
PANE_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""Of what a script fetches and puts into a page, whose own policy holds there. By itself it may do
nothing; the long one would be a sixth of a page of rows.
"""

View = Callable[..., HttpResponseBase]


def mail_page(view: View) -> View:
    """A page of somebody signed in: their time zone, never stored, gateway errors in words."""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **fields: Any) -> HttpResponseBase:
        if from_elsewhere(request):
            raise PermissionDenied
        if not request.user.is_authenticated:
            return ask_to_sign_in(request)
        with timezone.override(zone_of(request)), limit_waiting():
            try:
                response = view(request, *args, **fields)
            except MailError as error:
                response = error_response(request, error)
            finally:
                close_mail(request)
        patch_cache_control(response, private=True, no_store=True)
        response["Vary"] = "X-Pane, Cookie"
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if pane(request):
            response.headers.setdefault("Content-Security-Policy", PANE_POLICY)
        return response

    return inner


def from_elsewhere(request: HttpRequest) -> bool:
    """Does a page of another origin ask, other than by a link that somebody followed? It has no
    business with mail: not as a picture, a script or a frame (Fetch Metadata). Browsers that don't
    tell are held off by the cookies' SameSite and the token of each form.
    """
    if request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return False
    to_look = request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method == "GET"
    return not (to_look and request.headers.get("Sec-Fetch-Dest") == "document")


def zone_of(request: HttpRequest) -> zoneinfo.ZoneInfo | None:
    """The reader's time zone as the page's script told it in a cookie; None when it is none."""
    try:
        return zoneinfo.ZoneInfo(request.COOKIES.get("zone", ""))
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        return None


def look_of(request: HttpRequest) -> dict[str, str]:
    """What the cookie says of this device; anything else in it counts as not chosen."""
    chosen = request.COOKIES.get(LOOK_COOKIE, "").split(".")
    found = {}
    for place, (name, (choices, default)) in enumerate(LOOK.items()):
        value = chosen[place] if place < len(chosen) else default
        found[name] = value if value in dict(choices) else default
    return found


def look_cookie(chosen: Mapping[str, str]) -> str:
    """The same as the cookie has it."""
    return ".".join(chosen[name] for name in LOOK)


def email_of(request: HttpRequest) -> str:
    """The address under which the signed-in account has its mail."""
    return str(request.user.get_username())


def pane(request: HttpRequest) -> str:
    """Which part of the page the script asks for: "" the whole page, "all", "list", "letter"…"""
    return request.headers.get("X-Pane", "")


def ask_to_sign_in(request: HttpRequest) -> HttpResponseBase:
    """To the sign-in page and back; a script gets the address, as it must load it whole."""
    goal = request.get_full_path() if request.method == "GET" else ""
    if not goal and not pane(request):  # a script keeps what was written itself
        goal = keep_unsent(request)
    query = {"next": goal} if goal and pane(request) in ("", "all", "list", "letter") else {}
    if settings.SESSION_COOKIE_NAME in request.COOKIES:
        query["ended"] = "1"
    address = (
        f"{reverse('webmail:login')}?{urlencode(query)}" if query else reverse("webmail:login")
    )
    if pane(request):
        words = {"text": gettext("Your session has ended. Sign in again."), "login": address}
        return JsonResponse(words, status=401)
    return redirect(address)


def own_address(wanted: str) -> str:
    """An address that a request names to go to, if it is a page of this site; else "".

    It begins with its path, as all do that our pages write; what is relative to nothing, or would
    lead back to the sign-in, is nowhere to go.
    """
    is_ours = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    if not is_ours or len(wanted) > LONGEST_ADDRESS or not wanted.isprintable():
        return ""
    path = wanted.partition("?")[0].partition("#")[0]
    return "" if path in (reverse("webmail:login"), reverse("webmail:logout")) else wanted


def keep_unsent(request: HttpRequest) -> str:
    """What somebody wrote and posted in vain waits for them; where, or "" when it was none of ours.

    Files are not kept, but which there were is.
    """
    account = get_user_model().objects.filter(email=written_by(request.POST)).first()
    if request.method != "POST" or account is None:
        return ""
    fields = request.POST.copy()
    fields.pop("csrfmiddlewaretoken", None)
    posted = fields.urlencode()
    if len(posted) > LONGEST_UNSENT:
        return ""
    page = own_address(urlsplit(request.headers.get("Referer", "")).path)
    kept = {
        "path": request.path,
        "page": page or "/",
        "posted": posted,
        "files": [file.name for file in request.FILES.getlist("files")],
        "shown_at": None,
    }
    UnsentForm.objects.update_or_create(account=account, defaults=kept)
    return request.path if request.path == reverse("webmail:compose") else reverse("webmail:unsent")


def refused_form(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form whose token is outdated, as somebody has signed in anew in another window: what was
    written is shown again.
    """
    get_token(request)  # the answer brings the new one
    if pane(request) and not request.user.is_authenticated:
        return ask_to_sign_in(request)
    if pane(request):
        return JsonResponse(
            {"text": gettext("This page was outdated. Do that once more.")}, status=403
        )
    if kept := keep_unsent(request):
        return redirect(kept)
    return HttpResponseForbidden(render_to_string("403_csrf.html"))


def form_token(email: str) -> str:
    """A name for one form to write in, which says who has it."""
    return signing.dumps([email, secrets.token_urlsafe(9)], salt=FORM_SALT)


def written_by(posted: QueryDict) -> str:
    """Whose form it is; "" when none of ours. Strangers have nothing kept."""
    return read_form_token(posted.get("once", ""))[0]


def read_form_token(token: str) -> tuple[str, str]:
    """Who has the form, and its key; both "" when the token is none of ours."""
    try:
        email, key = signing.loads(token, salt=FORM_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return "", ""
    return str(email), str(key)


def show(
    request: HttpRequest, template: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render with what the frame needs: the look, the folders, what the last action said.

    The folders are asked for when they are drawn. Raises what that raises.
    """
    frame = {
        "look": look_of(request),
        "folders": SimpleLazyObject(partial(tree_of, request)),
        "saved_searches": SimpleLazyObject(partial(saved_of, request)),
        "flash": request.session.get("flash"),
        "absence": SimpleLazyObject(partial(absence_of, request)),
        "form_token": partial(form_token, email_of(request)),
    }
    response = render(request, template, {**frame, **context}, status=status)
    request.session.pop("flash", None)  # it has been said
    return response


def flash(
    request: HttpRequest, text: str, undo: Mapping[str, Any] | None = None, link: str = ""
) -> None:
    """Say ``text`` on the next page. ``undo``: ``url`` and ``fields`` of the form that takes it
    back; ``link``: an address behind "Show"."""
    request.session["flash"] = {
        "text": text,
        "undo": undo,
        "link": link,
        "link_text": gettext("Show"),
    }


def error_response(request: HttpRequest, error: MailError) -> HttpResponseBase:
    """What happened and what to do about it, as a page or, for the script, as JSON."""
    if isinstance(error, SignInRequired):
        logout(request)
        return ask_to_sign_in(request)
    if pane(request):
        return JsonResponse({"text": str(error)}, status=error.status)
    heading, advice, again = advice_for(error)
    links = [(reverse("webmail:home"), gettext("To the inbox"))]
    if again and request.method == "GET":
        links.insert(0, (request.get_full_path(), gettext("Try again")))
    elif kept := keep_unsent(request):
        advice = f"{advice} {gettext('What you wrote is kept.')}"
        links.insert(0, (kept, gettext("Back to what you wrote")))
    context = {"heading": heading, "what": str(error), "do": advice, "links": links}
    return show(request, "webmail/pages/error.html", context, status=error.status)


def advice_for(error: MailError) -> tuple[str, str, bool]:
    """Heading, what to do, and whether trying again may help."""
    if isinstance(error, NotFound):
        return (
            gettext("This is not here any more"),
            gettext(
                "It may have been moved or deleted meanwhile, here or in another program. "
                "Look into the other folders, or search for it."
            ),
            False,
        )
    if isinstance(error, Unreachable):
        return (
            gettext("The mail server can't be reached"),
            gettext("Your mail is safe. This mostly passes by itself within a minute."),
            True,
        )
    if isinstance(error, BadDraft):
        return (
            gettext("This message can't be sent as it is"),
            gettext("Go back and mend it; nothing was sent."),
            False,
        )
    return gettext("That did not work"), gettext("Nothing was changed."), False
