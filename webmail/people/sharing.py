"""The page on which a folder is shared with others."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from webmail.mail import EVERYBODY, Grant, MailSession, Refused, UnknownPerson, level_of
from webmail.pages.folders import folder_of, mail_of
from webmail.pages.page import email_of, flash, mail_page, show

STEPS = {
    "read": gettext_lazy("Read only"),
    "file": gettext_lazy("Read, mark, file and delete messages"),
    "all": gettext_lazy("Everything, sharing it with others too"),
}
LONGEST = 254
NOT_YOURS = gettext_lazy("This folder can't be shared by you.")


@mail_page
@require_http_methods(["GET", "POST"])
def share(request: HttpRequest, name: str) -> HttpResponseBase:
    """Who may do what in this folder; a form beside each, and one to add somebody."""
    session = mail_of(request)
    if not session.can_share:
        raise Refused(NOT_YOURS)
    if request.method == "POST":
        try:
            said = _change(session, name, request)
        except UnknownPerson as error:
            return _page(request, session, name, error)
        flash(request, said)
        return redirect("webmail:share", name)
    return _page(request, session, name)


def _change(session: MailSession, name: str, request: HttpRequest) -> str:
    """Do what the form says; in words. Raises UnknownPerson or Refused."""
    who = request.POST.get("who", "").strip()[:LONGEST]
    if "everybody" in request.POST:
        who = EVERYBODY
    step = request.POST.get("step", "")
    if request.POST.get("do") == "remove":
        session.withdraw(name, who)
        return gettext("%(who)s: not shared any more.") % {"who": _display_name(who)}
    if step not in STEPS:
        raise Refused(gettext("Choose what may be done in the folder."))
    if who == EVERYBODY and step == "all":
        raise UnknownPerson(
            gettext(
                "Everybody here would then own the folder as you do. Choose less, or name people."
            )
        )
    session.grant(name, who, step)
    return f"{_display_name(who)}: {STEPS[step].lower()}."


def _display_name(who: str) -> str:
    return gettext("Everybody here") if who == EVERYBODY else who


def _page(
    request: HttpRequest,
    session: MailSession,
    name: str,
    wrong: Refused | None = None,
) -> HttpResponseBase:
    """Raises Refused for whoever may not share the folder."""
    folder = folder_of(request, name)
    if not folder.may_share:
        raise Refused(NOT_YOURS)
    owner = folder.owner or ("" if folder.prefix else email_of(request))
    found = session.grants(folder.name)
    context: dict[str, Any] = {
        "folder": folder,
        "steps": STEPS,
        "entries": [_row(entry, owner if at == 0 else "") for at, entry in enumerate(found)],
        "wrong": wrong,
        "who": request.POST.get("who", "") if wrong else "",
        "step": request.POST.get("step", "read") if wrong else "read",
    }
    return show(request, "webmail/people/share.html", context, status=400 if wrong else 200)


def _row(entry: Grant, owner: str) -> dict[str, Any]:
    """One line of the list, which begins with the owner if there is one."""
    is_owner = owner in (entry.who, entry.who.partition("@")[0])
    return {
        "who": entry.who,
        "called": _display_name(entry.who),
        "owner": is_owner,
        "step": level_of(entry.rights),
        "rights": entry.rights,
        "negative": entry.who.startswith("-"),
    }
