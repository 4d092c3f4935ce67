"""The page on which somebody settles what holds for each of their addresses."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from webmail.mail import Address, Folder, NotFound
from webmail.pages.folders import tree_of
from webmail.pages.page import flash, mail_page, show
from webmail.pages.preferences import preferences_of

from . import identities
from .identities import account_of, own_of
from .identity import Identities
from .identity_form import IdentityForm


@mail_page
@require_http_methods(["GET", "POST"])
def identity(request: HttpRequest) -> HttpResponseBase:
    """One's own addresses, and the form of the one that ``?address=`` names. Raises NotFound."""
    own, account = own_of(request), account_of(request)
    chosen = _own_address(own, request.GET.get("address", "") or request.POST.get("address", ""))
    if request.method != "POST":
        is_default = identities.default_of(account) == chosen.address
        form = IdentityForm.of(chosen, own.settings_of(chosen.address), is_default=is_default)
        return _page(request, own, chosen, form)
    form = IdentityForm.read(request.POST)
    settings = form.check([each.name for each in _folders(request)])
    if settings is None:
        return _page(request, own, chosen, form)
    identities.settle(account, chosen.address, form.name, settings)
    identities.set_default(account, chosen.address, is_default=form.is_default)
    preferences = preferences_of(request)
    preferences.signature_above = request.POST.get("place") != "below"
    preferences.save()
    flash(request, _notice(form))
    query = urlencode({"address": chosen.address})
    return redirect(f"{reverse('webmail:identity')}?{query}")


def _folders(request: HttpRequest) -> list[Folder]:
    """Those in which what is sent can be kept."""
    return [each for each in tree_of(request) if each.selectable and each.may_file]


def _own_address(own: Identities, address: str) -> Address:
    if not address:
        return own.preferred
    found = own.find(address)
    if found is None or found not in own.addresses:
        raise NotFound(gettext("This is not an address of yours (any more)."))
    return found


def _notice(form: IdentityForm) -> str:
    if not form.removed:
        return gettext("Saved.")
    return gettext("Saved, without what mail can't have: %(names)s.") % {
        "names": ", ".join(form.removed)
    }


def _page(
    request: HttpRequest, own: Identities, chosen: Address, form: IdentityForm
) -> HttpResponseBase:
    above = own.signature_above
    if request.method == "POST":
        above = request.POST.get("place") != "below"
    context: dict[str, Any] = {
        "own": own.addresses,
        "chosen": chosen,
        "form": form,
        "above": above,
        "can_file": _folders(request),
    }
    return show(request, "webmail/people/identity.html", context, 400 if form.wrong else 200)
