"""Templates in the settings and in the form to write in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from webmail.mail import BadDraft, NotFound, number
from webmail.models import MessageTemplate
from webmail.outgoing.draft import Draft
from webmail.pages.page import flash, mail_page, show
from webmail.people.identities import account_of, own_of
from webmail.people.signatures import unsign_text

from . import message_templates
from .draftform import chosen_sender

TYPED = ("name", "subject", "text", "html")


@mail_page
@require_http_methods(["GET", "POST"])
def templates(request: HttpRequest) -> HttpResponseBase:
    """All templates, and the form of one: a new one, or that of ``?template=``."""
    account = account_of(request)
    wanted = request.GET.get("template", "") or request.POST.get("template", "")
    row = message_templates.find(account, number(wanted))
    if wanted and row is None:
        raise NotFound(gettext("This template is not here any more."))
    if request.method != "POST":
        return _page(request, row, {name: getattr(row, name, "") for name in TYPED})
    if request.POST.get("do") == "remove" and row is not None:
        row.delete()
        flash(request, gettext("Template removed."))
        return redirect("webmail:templates")
    typed = {name: request.POST.get(name, "") for name in TYPED}
    try:
        saved, removed = message_templates.save(account, row, typed)
    except BadDraft as error:
        return _page(request, row, typed, error)
    flash(request, saved_notice(removed))
    return redirect(f"{reverse('webmail:templates')}?template={saved.pk}")


def saved_notice(removed: tuple[str, ...]) -> str:
    """That a template was saved, and what was taken out of it."""
    if not removed:
        return gettext("Template saved.")
    words = gettext("Template saved, without what mail can't have: %(names)s.")
    return words % {"names": ", ".join(removed)}


@mail_page
@require_POST
def fill_template(request: HttpRequest) -> HttpResponseBase:
    """A template for what stands in the form, as JSON. Raises NotFound."""
    own = own_of(request)
    row = message_templates.find(account_of(request), number(request.POST.get("template", "")))
    if row is None:
        raise NotFound(gettext("This template is not here any more."))
    draft = Draft(sender=request.POST.get("sender", ""), to=request.POST.get("to", ""))
    filled = message_templates.fill(row, draft, chosen_sender(own, draft) or own.preferred)
    return JsonResponse(asdict(filled))


@mail_page
@require_POST
def keep_template(request: HttpRequest) -> HttpResponseBase:
    """What stands in the form becomes a template. Raises BadDraft."""
    typed = {name: request.POST.get(name, "") for name in TYPED}
    typed["name"] = request.POST.get("template_name", "")
    own = own_of(request)
    found = own.find(request.POST.get("sender", "")) or own.preferred
    typed["text"] = unsign_text(typed["text"], own.settings_of(found.address).signature)
    saved, removed = message_templates.save(account_of(request), None, typed)
    return JsonResponse({"key": saved.pk, "name": saved.name, "text": saved_notice(removed)})


def _page(
    request: HttpRequest,
    row: MessageTemplate | None,
    typed: dict[str, str],
    problem: BadDraft | None = None,
) -> HttpResponseBase:
    context: dict[str, Any] = {
        "rows": message_templates.names(account_of(request)),
        "chosen": row,
        "typed": typed,
        "problem": problem,
        "fields": message_templates.FIELDS,
    }
    return show(request, "webmail/writing/template-settings.html", context, 400 if problem else 200)
