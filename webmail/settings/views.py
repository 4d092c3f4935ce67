"""How the pages look for this person, and the list of keys."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webmail.pages.forms import LookForm
from webmail.pages.page import LOOK_COOKIE, flash, look_of, mail_page, show
from webmail.people import identities
from webmail.people.identities import account_of, own_of

YEARS = 2 * 365 * 86_400  # seconds
KEY_HELP = [
    (
        "Moving about",
        [
            (["j"], "Next message"),
            (["k"], "Previous message"),
            (["o"], "Open it"),
            (["u"], "Back to the list"),
            (["n"], "Older page"),
            (["p"], "Newer page"),
            (["/"], "Search"),
            (["g", "i"], "Inbox"),
            (["g", "t"], "Sent"),
            (["g", "d"], "Drafts"),
            (["g", "a"], "Archive"),
        ],
    ),
    (
        "Doing",
        [
            (["x"], "Choose"),
            (["e"], "Archive"),
            (["#"], "Delete"),
            (["!"], "Move to Junk"),
            (["v"], "Move to a folder"),
            (["s"], "Flag or remove the flag"),
            (["Shift", "i"], "Mark as read"),
            (["Shift", "u"], "Mark as unread"),
            (["z"], "Undo"),
        ],
    ),
    (
        "Writing",
        [
            (["c"], "Write a message"),
            (["r"], "Reply"),
            (["a"], "Reply to all"),
            (["f"], "Forward"),
            (["Ctrl", "Enter"], "Send"),
            (["?"], "This list"),
        ],
    ),
]


@mail_page
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponseBase:
    """Theme and density. They belong to the device, so a cookie holds them, signed in or not."""
    form = LookForm(request.POST or None, initial=look_of(request))
    if request.method == "POST" and form.is_valid():
        flash(request, "Settings saved.")
        response = redirect("webmail:preferences")
        chosen = f"{form.cleaned_data['theme']}.{form.cleaned_data['density']}"
        response.set_cookie(LOOK_COOKIE, chosen, max_age=YEARS, samesite="Lax", httponly=True)
        return response
    context = {"form": form, "own": own_of(request).addresses}
    return show(request, "webmail/settings/preferences.html", context)


@mail_page
@require_POST
def names(request: HttpRequest) -> HttpResponseBase:
    """By which name each of the own addresses is shown to who gets mail from it."""
    given = zip(request.POST.getlist("address"), request.POST.getlist("name"), strict=False)
    identities.rename(account_of(request), dict(given))
    flash(request, "Names saved.")
    return redirect("webmail:preferences")


@mail_page
@require_safe
def keys(request: HttpRequest) -> HttpResponseBase:
    """The keyboard shortcuts; shown over the mailbox when there is script."""
    return show(request, "webmail/settings/keys.html", {"groups": KEY_HELP})
