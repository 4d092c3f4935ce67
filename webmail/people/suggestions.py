"""Who is offered while somebody types into To, Cc or Bcc: those written to, contacts, groups."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from webmail.contacts.models import Contact, Correspondent
from webmail.mail import Address, mailbox_label
from webmail.pages.page import mail_page

from .address_book import contacts_of, members_of
from .correspondents import find_correspondents
from .folding import address_key, folded_text, search_text
from .identities import account_of

MOST = 8
LOOKED_AT = 30  # of each kind
MOST_ADDRESSES = 3  # of one contact
MOST_GROUPS = 3
LONGEST = 100  # characters that are looked for


class Colleagues(Protocol):
    """``settings.WEBMAIL_COLLEAGUES``: addresses and names of others here, for some letters."""

    def __call__(self, email: str, letters: str, most: int) -> list[tuple[str, str]]: ...


@dataclass(slots=True)
class Suggestion:
    """What is offered. ``label``: as it goes into the field; of a group, all of its people.

    ``photo``: the address of a photograph; "" without one.
    """

    name: str
    address: str
    label: str
    photo: str = ""
    note: str = ""
    rank: float = field(default=-math.inf)

    def as_json(self) -> dict[str, Any]:
        """For the script."""
        return {
            "name": self.name,
            "address": self.address,
            "label": self.label,
            "photo": self.photo,
            "note": self.note,
        }


@mail_page
@require_safe
def suggestions(request: HttpRequest) -> HttpResponseBase:
    """Those whom ``q`` may mean, the likeliest first."""
    letters = request.GET.get("q", "")[:LONGEST].strip()
    found = find_suggestions(account_of(request), letters) if letters else []
    return JsonResponse({"people": [one.as_json() for one in found]})


def find_suggestions(account: AbstractBaseUser, letters: str) -> list[Suggestion]:
    """A few of all whose name or address has words that begin so; each address once."""
    contacts = list(contacts_of(account.pk, letters).prefetch_related("addresses")[:LOOKED_AT])
    written = find_correspondents(account.pk, letters, LOOKED_AT)
    people = _merge(account, contacts, written, letters)
    people.sort(key=lambda one: -one.rank)
    for one in _colleagues(account.get_username(), letters):
        if all(address_key(one.address) != address_key(known.address) for known in people):
            people.append(one)
    groups = [_group(one) for one in contacts if one.is_group][:MOST_GROUPS]
    return [*[one for one in groups if one.label], *people][:MOST]


def _merge(
    account: AbstractBaseUser,
    contacts: Iterable[Contact],
    written: Iterable[Correspondent],
    letters: str,
) -> list[Suggestion]:
    """Contacts by their names in the address book, with the ranks of those who were written to."""
    out: dict[str, Suggestion] = {}
    for contact in contacts:
        if contact.is_group:
            continue
        for address in _matching_addresses(contact, letters):
            photo = photo_address(contact) if contact.has_photo else ""
            one = suggestion(contact.display_name, address, photo)
            out.setdefault(address_key(address), one)
    ranks = {row.key: row for row in written}
    unknown = [key for key in out if key not in ranks]
    more = Correspondent.objects.filter(account_id=account.pk, key__in=unknown)
    ranks.update((row.key, row) for row in more)
    for key, row in ranks.items():
        one = out.setdefault(key, suggestion(row.name, row.address))
        one.rank = row.rank
    return list(out.values())


def _matching_addresses(contact: Contact, letters: str) -> list[str]:
    """Those that were typed; of somebody who was named, the preferred ones."""
    found = [one.address for one in contact.addresses.all()]
    words = folded_text(letters).split()
    typed = [one for one in found if all(f" {word}" in search_text([one]) for word in words)]
    return (typed or found)[:MOST_ADDRESSES]


def suggestion(name: str, address: str, photo: str = "") -> Suggestion:
    """One person."""
    return Suggestion(name, address, mailbox_label(Address(name, address)), photo)


def photo_address(contact: Contact) -> str:
    """Where the photograph of a contact is; another one for another photograph."""
    return f"{reverse('webmail:photo', args=[contact.name])}?v={contact.etag[:8]}"


def _group(group: Contact) -> Suggestion:
    """All people of a group, each by the preferred address."""
    contacts, addresses = members_of(group)
    labels = [
        mailbox_label(Address(one.display_name, own[0].address))
        for one in contacts
        if (own := list(one.addresses.all()))
    ]
    labels += addresses
    note = gettext("Group: %(count)d") % {"count": len(labels)}
    return Suggestion(group.display_name, "", ", ".join(labels), note=note)


def _colleagues(email: str, letters: str) -> list[Suggestion]:
    path = getattr(settings, "WEBMAIL_COLLEAGUES", "")
    if not path:
        return []
    ask: Colleagues = import_string(path)
    found = [suggestion(name, address) for address, name in ask(email, letters, MOST)]
    for one in found:
        one.note = gettext("On this server")
    return found
