"""Contacts out of a file: looked at first, then kept."""

from __future__ import annotations

import io
import re
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods

from webmail.contacts.models import Contact, ContactImport
from webmail.pages.page import flash, mail_page, show
from webmail.pages.sizes import size_in_words

from .address_book import MOST_CONTACTS, contacts_with, no_room_text, save_all
from .csv_contacts import decoded_table, parse_table, unknown_columns
from .identities import account_of
from .vcard.card import VCard, parse_vcards, vcard_text
from .vcard.properties import BadCard
from .vcard.versions import as_version_4

MOST_OCTETS = 20_000_000
MOST_SHOWN = 200  # of the contacts and of what is wrong


@mail_page
@require_http_methods(["GET", "POST"])
def import_contacts(request: HttpRequest) -> HttpResponseBase:
    """The form for a file; then what would come of it; then it comes. Raises Refused."""
    account_id = account_of(request).pk
    if request.method != "POST":
        return show(request, "webmail/people/import.html", {})
    if request.POST.get("do") == "keep":
        return _keep(request, account_id)
    file = request.FILES.get("file")
    try:
        cards, troubles = read_file(file)
    except BadCard as error:
        return show(request, "webmail/people/import.html", {"problem": error}, status=400)
    ContactImport.objects.update_or_create(
        account_id=account_id, defaults={"cards": "".join(map(vcard_text, cards))}
    )
    uids = {card.uid for card in cards if card.uid}
    there = set(Contact.objects.filter(account_id=account_id).values_list("uid", flat=True)) & uids
    doubles = contacts_with(account_id, (one for card in cards for one in card.emails[:3]))
    context: dict[str, Any] = {
        "cards": [
            (card, card.uid in there, any(one.lower() in doubles for one in card.emails))
            for card in cards[:MOST_SHOWN]
        ],
        "count": len(cards),
        "renewed": len(there),
        "troubles": troubles[:MOST_SHOWN],
        "trouble_count": len(troubles),
    }
    return show(request, "webmail/people/import.html", context)


def _keep(request: HttpRequest, account_id: int) -> HttpResponseBase:
    row = ContactImport.objects.filter(account_id=account_id).first()
    if row is None:
        return redirect("webmail:import_contacts")
    found = parse_vcards(io.StringIO(row.cards, newline=None))
    kept = save_all(account_id, [one for one in found if isinstance(one, VCard)])
    row.delete()
    words = ngettext("%(count)d contact imported.", "%(count)d contacts imported.", len(kept))
    flash(request, words % {"count": len(kept)})
    return redirect("webmail:people")


def read_file(file: UploadedFile | None) -> tuple[list[VCard], list[str]]:
    """The cards of a file, and words about what was not understood.

    Raises BadCard for a file that is none, or too large.
    """
    if file is None or not file.size:
        raise BadCard(gettext("Choose a file first."))
    if file.size > MOST_OCTETS:
        words = gettext(
            "This file has %(size)s; %(most)s is the most. Export it without photographs, or in "
            "several files."
        )
        raise BadCard(
            words % {"size": size_in_words(file.size), "most": size_in_words(MOST_OCTETS)}
        )
    text = decoded_table(file.read())
    cards: list[VCard] = []
    troubles: list[str] = []
    if re.search(r"^[ \t]*BEGIN:VCARD", text, re.IGNORECASE | re.MULTILINE):
        found = parse_vcards(io.StringIO(text, newline=None))
    else:
        found = parse_table(text)
        if unknown := unknown_columns(text):
            words = gettext("These columns are not known and go into the note: %(names)s.")
            troubles.append(words % {"names": ", ".join(unknown)[:500]})
    for one in found:
        if isinstance(one, BadCard):
            troubles.append(str(one))
        elif len(cards) == MOST_CONTACTS:
            raise BadCard(no_room_text())
        else:
            cards.append(as_version_4(one))
    if not cards and not troubles:
        raise BadCard(gettext("There is no contact in this file."))
    return cards, troubles
