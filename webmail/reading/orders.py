"""The order of each folder's list, as its reader has chosen it; other devices show it, too."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from webmail.mail import NEWEST_FIRST, Folder, MailSession, Order, Refused, read_order
from webmail.models import FolderOrder
from webmail.pages.folders import folder_of
from webmail.pages.page import mail_page, pane
from webmail.people.identities import account_of

WORDS = {
    "-date": gettext_lazy("Newest first"),
    "date": gettext_lazy("Oldest first"),
    "from": gettext_lazy("Sender, A to Z"),
    "-from": gettext_lazy("Sender, Z to A"),
    "to": gettext_lazy("Recipient, A to Z"),
    "-to": gettext_lazy("Recipient, Z to A"),
    "subject": gettext_lazy("Subject, A to Z"),
    "-subject": gettext_lazy("Subject, Z to A"),
    "-size": gettext_lazy("Largest first"),
    "size": gettext_lazy("Smallest first"),
}


def order_of(request: HttpRequest, name: str) -> Order:
    """The order of that folder's list."""
    own = FolderOrder.objects.filter(account_id=account_of(request).pk, folder=name)
    return read_order(own.values_list("order", flat=True).first() or "") or NEWEST_FIRST


def offered_orders(session: MailSession, folder: Folder) -> list[tuple[str, str]]:
    """Names and words of the orders that a folder can have: people are those whom its rows name."""
    people = "from" if folder.role in ("sent", "drafts") else "to"
    keys = [key for key in session.order_keys if key != people]
    return [(name, str(words)) for name, words in WORDS.items() if name.lstrip("-") in keys]


@mail_page
@require_POST
def choose_order(request: HttpRequest, name: str) -> HttpResponseBase:
    """Keep it; the list begins at its top again."""
    wanted = read_order(request.POST.get("order", ""))
    if wanted is None:
        raise Refused(gettext("A list can't be sorted like that."))
    here = folder_of(request, name)
    account = account_of(request).pk
    if wanted.is_default:
        FolderOrder.objects.filter(account_id=account, folder=here.name).delete()
    else:
        FolderOrder.objects.update_or_create(
            account_id=account, folder=here.name, defaults={"order": str(wanted)}
        )
    if pane(request):
        return JsonResponse({"text": str(WORDS[str(wanted)])})
    return redirect("webmail:folder", here.name)
