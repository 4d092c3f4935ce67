"""Who has which rights in a mailbox, and changing them (RFC 4314)."""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from lemonade_server.directory import sharing
from lemonade_server.models import Mailbox
from lemonade_server.store import access, mailboxes
from lemonade_server.store.access import RightsEntry
from lemonade_server.store.db import transaction
from lemonade_server.store.errors import Refused
from lemonade_server.store.ids import MailboxId

from .authority import has_authority_over
from .store_errors import add_refusal

MEANINGS = (
    ("l", gettext_lazy("see it in the list")),
    ("r", gettext_lazy("read it")),
    ("s", gettext_lazy("mark as seen")),
    ("w", gettext_lazy("set other flags")),
    ("i", gettext_lazy("put messages in")),
    ("p", gettext_lazy("post to its address")),
    ("k", gettext_lazy("make mailboxes below")),
    ("x", gettext_lazy("delete or rename it")),
    ("t", gettext_lazy("mark as deleted")),
    ("e", gettext_lazy("expunge")),
    ("a", gettext_lazy("change these rights")),
    ("n", gettext_lazy("annotate messages for all")),
)
MAY_CHANGE = "lemonade_server.change_mailboxaccess"


class GrantForm(forms.Form):
    """One entry of the list."""

    who = forms.CharField(
        label=gettext_lazy("Identifier"),
        max_length=320,
        help_text=gettext_lazy(
            "An e-mail address, or anyone. Behind a dash: the rights are taken away."
        ),
    )
    rights = forms.CharField(
        label=gettext_lazy("Rights"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("Letters as lrs; none removes the entry."),
    )


@dataclass(slots=True)
class RightsRow:
    """An entry as the page shows it; an owner's can't be changed."""

    identifier: str
    rights: str
    owner: bool


def rights_page(admin: ModelAdmin[Mailbox], request: HttpRequest, number: int) -> HttpResponse:
    """The list of a mailbox; a form changes one entry of it at a time."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    original = admin.get_object(request, str(number))
    if original is None:
        raise Http404("There is no such mailbox.")
    may_change = request.user.has_perm(MAY_CHANGE) and has_authority_over(request, original.account)
    form = GrantForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not may_change:
            raise PermissionDenied
        if form.is_valid() and _change_rights(admin, request, original, form):
            here = reverse("admin:lemonade_server_mailbox_rights", args=[number])
            return HttpResponseRedirect(here)
    seen, rows = listed_rights(MailboxId(number))
    context = {
        **admin.admin_site.each_context(request),
        "title": gettext("Rights"),
        "subtitle": str(original),
        "original": original,
        "opts": admin.opts,
        "seen": seen,
        "rows": rows,
        "form": form,
        "may_change": may_change,
        "meanings": MEANINGS,
    }
    return TemplateResponse(request, "admin/lemonade_server/mailbox/rights.html", context)


def _change_rights(
    admin: ModelAdmin[Mailbox], request: HttpRequest, original: Mailbox, form: GrantForm
) -> bool:
    """Do it, with a line in the log and in the mailbox's history. False: the form says why not."""
    who, rights = form.cleaned_data["who"].strip(), form.cleaned_data["rights"].strip()
    try:
        with transaction() as tx:
            row = mailboxes.get(tx, MailboxId(original.pk))
            if row is None:
                raise Http404("There is no such mailbox any more.")
            sharing.change(tx, row, who, rights, request.user.get_username())
    except Refused as error:
        add_refusal(form, error)
        return False
    admin.log_change(request, original, f"Rights of {who}: {rights or 'none'}.")
    text = gettext("Rights of %(who)s: %(rights)s.")
    said = text % {"who": who, "rights": rights or gettext("none")}
    admin.message_user(request, said, messages.SUCCESS)
    return True


def listed_rights(number: MailboxId) -> tuple[str, list[RightsRow]]:
    """The name that others see, and all entries."""
    with transaction() as tx:
        row = mailboxes.get(tx, number)
        if row is None:
            return "", []
        found = access.entries(tx, row)
        return sharing.shown_name(tx, row), [_row(entry, row.account) for entry in found]


def _row(entry: RightsEntry, owner: int) -> RightsRow:
    return RightsRow(entry.grantee.identifier, entry.rights, entry.grantee.account == owner)
