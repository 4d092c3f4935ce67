"""How the pages look for this person, and the list of keys."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from webmail.pages.forms import LookForm
from webmail.pages.page import LOOK_COOKIE, flash, look_cookie, look_of, mail_page, show
from webmail.pages.preferences import preferences_of
from webmail.people import identities
from webmail.people.identities import account_of, own_of

YEARS = 2 * 365 * 86_400  # seconds
RECEIPTS = ("wants_receipts", "wants_reports", "ignores_receipts")
KEY_HELP = [
    (
        gettext_lazy("Moving about"),
        [
            (["j"], gettext_lazy("Next message")),
            (["k"], gettext_lazy("Previous message")),
            (["o"], gettext_lazy("Open it")),
            (["u"], gettext_lazy("Back to the list")),
            (["n"], gettext_lazy("Older page; in a conversation, its next message")),
            (["p"], gettext_lazy("Newer page; in a conversation, its previous message")),
            (["/"], gettext_lazy("Search")),
            (["g", "i"], pgettext_lazy("folder", "Inbox")),
            (["g", "t"], pgettext_lazy("folder", "Sent")),
            (["g", "d"], pgettext_lazy("folder", "Drafts")),
            (["g", "a"], pgettext_lazy("folder", "Archive")),
        ],
    ),
    (
        gettext_lazy("Doing"),
        [
            (["x"], gettext_lazy("Choose")),
            (["Shift", "↓"], gettext_lazy("Choose down the list")),
            (["*", "a"], gettext_lazy("Choose all that are here")),
            (["*", "n"], gettext_lazy("Choose none")),
            (["e"], gettext_lazy("Archive")),
            (["#"], gettext_lazy("Delete")),
            (["!"], gettext_lazy("Move to Junk")),
            (["v"], gettext_lazy("Move to a folder")),
            (["b"], gettext_lazy("Snooze")),
            (["s"], gettext_lazy("Flag or remove the flag")),
            (["Shift", "i"], gettext_lazy("Mark as read")),
            (["Shift", "u"], gettext_lazy("Mark as unread")),
            (["m"], gettext_lazy("Mute the conversation")),
            (["z"], gettext_lazy("Undo")),
        ],
    ),
    (
        gettext_lazy("Writing"),
        [
            (["c"], gettext_lazy("Write a message")),
            (["r"], gettext_lazy("Reply")),
            (["a"], gettext_lazy("Reply to all")),
            (["f"], gettext_lazy("Forward")),
            (["Ctrl", "Enter"], gettext_lazy("Send")),
            (["Ctrl", "B"], gettext_lazy("Bold")),
            (["Ctrl", "I"], gettext_lazy("Italic")),
            (["Ctrl", "U"], gettext_lazy("Underline")),
            (["Ctrl", "K"], gettext_lazy("Link")),
            (["Ctrl", "Shift", "7"], gettext_lazy("Numbered list")),
            (["Ctrl", "Shift", "8"], gettext_lazy("List with bullets")),
            (["Ctrl", "Shift", "9"], gettext_lazy("Quotation")),
            (["Ctrl", "\\"], gettext_lazy("Remove the formatting")),
            (["?"], gettext_lazy("This list")),
        ],
    ),
]


@mail_page
@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponseBase:
    """How pages look and lists are made. Theme, density, gestures are of the device, so a cookie
    holds them, signed in or not.
    """
    own = preferences_of(request)
    initial = look_of(request) | {
        "language": getattr(request.user, "language", ""),
        "conversations": own.conversations,
        "undo_seconds": own.undo_seconds,
        "rich_text": own.rich_text,
        **{name: getattr(own, name) for name in RECEIPTS},
    }
    form = LookForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        get_user_model().objects.filter(pk=account_of(request).pk).update(language=language)
        own.conversations = form.cleaned_data["conversations"]
        if form.cleaned_data["undo_seconds"] is not None:  # of a page from before the setting
            own.undo_seconds = form.cleaned_data["undo_seconds"]
        own.rich_text = form.cleaned_data["rich_text"]
        for name in RECEIPTS:
            setattr(own, name, form.cleaned_data[name])
        own.save()
        translation.activate(language or translation.get_language_from_request(request))
        flash(request, gettext("Settings saved."))
        response = redirect("webmail:preferences")
        chosen = look_cookie(form.cleaned_data)
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
    flash(request, gettext("Names saved."))
    return redirect("webmail:preferences")


@mail_page
@require_safe
def keys(request: HttpRequest) -> HttpResponseBase:
    """The keyboard shortcuts; shown over the mailbox when there is script."""
    return show(request, "webmail/settings/keys.html", {"groups": KEY_HELP})
