"""What somebody wrote and posted in vain: the session had ended, or the mail server was away."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from webmail.pages.page import email_of, mail_page, show

from . import unsent_forms

HIDDEN = ("once", "seen", "do", "number")
NAMES = {
    "sender": gettext_lazy("From"),
    "to": gettext_lazy("To"),
    "subject": gettext_lazy("Subject"),
    "text": gettext_lazy("Text"),
    "script": gettext_lazy("Script"),
    "who": gettext_lazy("Who"),
    "name": gettext_lazy("Name"),
    "address": gettext_lazy("Address"),
}


@mail_page
@require_safe
def unsent(request: HttpRequest) -> HttpResponseBase:
    """It is shown to be written again where it belongs; a message opens in its own form."""
    form = unsent_forms.find(email_of(request))
    if form is None:
        return redirect("webmail:home")
    if form.path == reverse("webmail:compose"):
        return redirect(form.path)
    given = QueryDict(form.posted)
    written = [
        (NAMES.get(name, name.capitalize()), value)
        for name, values in given.lists()
        for value in values
        if value and name not in HIDDEN
    ]
    context = {"written": written, "page": form.page}
    response = show(request, "webmail/writing/unsent.html", context)
    unsent_forms.note_shown(form)
    return response
