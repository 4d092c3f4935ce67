"""The photographs of contacts, out of their cards."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from webmail.pages.page import mail_page

from .address_book import find_contact
from .identities import account_of
from .vcard.card import parse_vcard


@mail_page
@require_safe
def photo(request: HttpRequest, name: str) -> HttpResponseBase:
    """As it is in the card: a picture of a kind that browsers show, or nothing."""
    found = parse_vcard(find_contact(account_of(request).pk, name).card).photo()
    if found is None:
        raise Http404
    response = HttpResponse(found[1], content_type=found[0])
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
