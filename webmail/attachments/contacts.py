"""vCards that came as an attachment: what they say, and into the address book with them."""

from __future__ import annotations

import io
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from webmail.contacts.models import Contact
from webmail.mail import PartStream, Refused
from webmail.pages.folders import mail_of
from webmail.pages.page import flash, mail_page, own_address
from webmail.people.address_book import save_all
from webmail.people.contact_pages import details_of
from webmail.people.identities import account_of
from webmail.people.vcard.card import VCard, parse_vcards
from webmail.people.vcard.properties import BadCard
from webmail.people.vcard.versions import as_version_4

from .texts import read_text

MOST_SHOWN = 50
MOST = 2_000_000  # octets: photographs are in them


def contacts_context(request: HttpRequest, stream: PartStream) -> dict[str, Any]:
    """What the page says of each card. Raises Refused when there is none."""
    cards, cut = read_cards(stream)
    uids = [card.uid for card in cards if card.uid]
    own = Contact.objects.filter(account_id=account_of(request).pk, uid__in=uids)
    there = set(own.values_list("uid", flat=True))
    return {
        "cards": [(card, details_of(card), card.uid in there) for card in cards[:MOST_SHOWN]],
        "is_cut": cut or len(cards) > MOST_SHOWN,
    }


def read_cards(stream: PartStream) -> tuple[list[VCard], bool]:
    """The cards of a part that can be read, and whether there are more. Raises Refused."""
    found = read_text(stream, MOST)
    cards = [
        as_version_4(each)
        for each in parse_vcards(io.StringIO(found.text, newline=None))
        if not isinstance(each, BadCard)
    ]
    if not cards:
        raise Refused(gettext("There is no contact in this file."))
    return cards, found.cut


@mail_page
@require_POST
def add_contacts(request: HttpRequest, name: str, uid: int, section: str) -> HttpResponseBase:
    """The cards of a part into the address book; one that is there already is replaced.

    Raises NotFound, or Refused.
    """
    cards, _ = read_cards(mail_of(request).part(name, uid, section))
    kept = save_all(account_of(request).pk, cards)
    words = ngettext("%(count)d contact imported.", "%(count)d contacts imported.", len(kept))
    flash(request, words % {"count": len(kept)})
    if len(kept) == 1:
        return redirect("webmail:contact", kept[0].name)
    return redirect(own_address(request.POST.get("back", "")) or "webmail:people")
