"""Whom a person knows: who is in the address book, and to whom they have written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.http import HttpRequest

from webmail.contacts.models import ContactAddress, Correspondent
from webmail.people.folding import address_key, folded_text
from webmail.people.identities import account_of, own_of

from .domains import domain_of, organization_of

KEPT = "known_people"
LEAST_WORDS = 2  # of a name that is a person's: "Support" and "Anna" are many


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """``own`` are the reader's addresses, ``addresses`` those of people, all to be compared.

    ``organizations`` are their domains as registered; ``names`` has the addresses of each name.
    """

    own: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def knows(self, address: str) -> bool:
        """Whether somebody of that address is known, oneself included."""
        key = address_key(address)
        return key in self.addresses or key in self.own

    def addresses_of(self, name: str) -> tuple[str, ...]:
        """Those of the people of that name; none for a name that could be anybody's."""
        key = name_key(name)
        return self.names.get(key, ()) if key.count(" ") >= LEAST_WORDS - 1 else ()


def name_key(name: str) -> str:
    """A name to be compared: "Oliveira, María" is "maria oliveira"."""
    plain = folded_text(name).replace('"', "")
    behind, comma, before = plain.partition(",")
    return " ".join(f"{before} {behind}".split()) if comma else plain


def known_people_of(request: HttpRequest) -> KnownPeople:
    """Those of who has signed in; asked for once a request, in three statements."""
    kept = vars(request)
    if KEPT not in kept:
        account = account_of(request).pk
        written = Correspondent.objects.filter(account_id=account).values_list("key", "name")
        cards = ContactAddress.objects.filter(account_id=account)
        listed = cards.values_list("key", "contact__display_name")
        own = [each.address for each in own_of(request).addresses]
        kept[KEPT] = people(own, [*written, *listed])
    found: KnownPeople = kept[KEPT]
    return found


def people(own: Iterable[str], named: Iterable[tuple[str, str]]) -> KnownPeople:
    """``named``: addresses with names."""
    mine = frozenset(map(address_key, own))
    names: dict[str, tuple[str, ...]] = {}
    addresses = set()
    for address, name in named:
        addresses.add(address)
        if name:
            key = name_key(name)
            names[key] = (*names.get(key, ()), address)
    domains = {domain_of(each) for each in (*mine, *addresses)}
    organizations = frozenset(organization_of(each) for each in domains if each)
    return KnownPeople(mine, frozenset(addresses), organizations, names)
