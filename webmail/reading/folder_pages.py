"""The pages on which folders are made, renamed, moved, emptied and thrown away."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from webmail.mail import Folder, MailSession, NotFound, Refused
from webmail.pages.folders import forget_tree, mail_of, tree_of
from webmail.pages.page import flash, mail_page, show
from webmail.people.identities import account_of
from webmail.snooze.snoozes import follow_rename

from . import bulk
from .steps import Step


@mail_page
@require_http_methods(["GET", "POST"])
def overview(request: HttpRequest) -> HttpResponseBase:
    """Every folder of one's own, each with the way to its page; a form makes another one."""
    if request.method != "POST":
        return overview_page(request)
    try:
        parent = parent_of(request)
        made = mail_of(request).create_folder(parent, request.POST.get("label", ""))
    except Refused as error:
        return overview_page(request, error)
    forget_tree(request)
    flash(request, gettext("Folder made."), link=reverse("webmail:folder", args=[made]))
    return redirect("webmail:folders")


def parent_of(request: HttpRequest) -> Folder | None:
    """The folder that the form names as the one above; None for the top. Raises NotFound."""
    name = request.POST.get("parent", "")
    return any_folder(request, name) if name else None


def any_folder(request: HttpRequest, name: str) -> Folder:
    """The folder of that name, even one that is but a level of names. Raises NotFound."""
    for each in tree_of(request):
        if each.name == name:
            return each
    raise NotFound(gettext("There is no folder “%(folder)s” (any more).") % {"folder": name})


def overview_page(request: HttpRequest, wrong: Refused | None = None) -> HttpResponse:
    session = mail_of(request)
    own = [each for each in tree_of(request) if not each.prefix]
    shown = session.subscriptions()
    context = {
        "own": [(each, each.name in shown or each.name == "INBOX") for each in own],
        "wrong": wrong,
        "typed": request.POST if wrong else {},
        "title": gettext("Folders"),
    }
    return show(request, "webmail/folders/folders.html", context, status=400 if wrong else 200)


@mail_page
@require_http_methods(["GET", "POST"])
def manage(request: HttpRequest, name: str) -> HttpResponseBase:
    """What can be done with one folder."""
    folder = any_folder(request, name)
    if folder.prefix:
        raise Refused(gettext("This folder stays where it is: it has a task, or is not yours."))
    if request.method != "POST":
        return manage_page(request, folder)
    act = ACTIONS.get(request.POST.get("do", ""))
    if act is None:
        raise Refused(gettext("There is no such action."))
    try:
        return act(request, folder)
    except Refused as error:
        return manage_page(request, folder, error)


def manage_page(request: HttpRequest, folder: Folder, wrong: Refused | None = None) -> HttpResponse:
    own = [each for each in tree_of(request) if not each.prefix]
    below = folder.name + (folder.delimiter or "\0")
    above = folder.delimiter.join(folder.levels[:-1])
    context: dict[str, Any] = {
        "folder": folder,
        "above": request.POST.get("parent", above) if wrong else above,
        "typed": request.POST.get("label") if wrong else None,
        "others": [
            each for each in own if each.name != folder.name and not each.name.startswith(below)
        ],
        "inside": sum(each.name.startswith(below) for each in own),
        "for_good": is_thrown_away(mail_of(request), folder),
        "empties_for_good": folder.role == "trash",
        "subscribed": folder.name in mail_of(request).subscriptions(),
        "wrong": wrong,
        "title": folder.label,
    }
    return show(request, "webmail/folders/manage.html", context, status=400 if wrong else 200)


def is_thrown_away(session: MailSession, folder: Folder) -> bool:
    """Whether it lies in the trash already."""
    trash = session.role_folder("trash")
    return bool(folder.delimiter) and folder.name.startswith(trash + folder.delimiter)


def rename(request: HttpRequest, folder: Folder) -> HttpResponseBase:
    """Another name, another place, or both."""
    new = mail_of(request).rename_folder(folder, parent_of(request), request.POST.get("label", ""))
    follow_rename(account_of(request).pk, folder.name, new, folder.delimiter)
    forget_tree(request)
    flash(request, gettext("Saved."))
    return redirect("webmail:manage_folder", new)


def throw_away(request: HttpRequest, folder: Folder) -> HttpResponseBase:
    """Into the trash; what is there already goes for good."""
    session = mail_of(request)
    if is_thrown_away(session, folder):
        session.erase_folder(folder)
        flash(request, gettext("Folder deleted for good."))
    else:
        name = session.throw_folder_away(folder)
        words = gettext("The folder is in the trash now, with all that was in it.")
        above = folder.delimiter.join(folder.levels[:-1])
        undo = {
            "do": ["rename"],
            "label": [folder.levels[-1]],
            "parent": [above],
        }
        address = reverse("webmail:manage_folder", args=[name])
        flash(request, words, {"url": address, "fields": undo})
    forget_tree(request)
    return redirect("webmail:folders")


def empty(request: HttpRequest, folder: Folder) -> HttpResponseBase:
    """All messages go to the trash; those of the trash go for good."""
    goal = reverse("webmail:folder", args=[folder.name])
    if not folder.messages:
        flash(request, gettext("There was nothing in it."))
        return redirect(goal)
    step = Step(folder.name, folder.uidvalidity, "delete", upto=folder.uidnext - 1)
    return bulk.act_on_all(request, [step], folder.messages, goal)


def subscribe(request: HttpRequest, folder: Folder) -> HttpResponseBase:
    """Other programs show the folder, or do so no more."""
    on = request.POST.get("do") == "subscribe"
    mail_of(request).subscribe(folder.name, on=on)
    words = gettext("Other programs show this folder.")
    flash(request, words if on else gettext("Other programs do not show this folder."))
    return redirect("webmail:manage_folder", folder.name)


ACTIONS = {
    "rename": rename,
    "delete": throw_away,
    "empty": empty,
    "subscribe": subscribe,
    "unsubscribe": subscribe,
}
