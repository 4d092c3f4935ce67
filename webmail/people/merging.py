"""Doubles: contacts with the same address or name, and one contact made of several."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext

from webmail.contacts.models import Contact, ContactAddress
from webmail.mail import Refused

from .address_book import remove, save
from .vcard.card import VCard, bare_uid, parse_vcard
from .vcard.properties import Property, escaped_text, plain_text

MOST = 50  # that are shown at once
MOST_MERGED = 20
ONCE = {"FN", "N", "UID", "REV", "PRODID", "KIND", "BDAY", "ANNIVERSARY", "GENDER"}
"""What a card has once (RFC 6350 §6)."""


def find_doubles(account_id: int) -> list[list[Contact]]:
    """Groups of contacts that seem to be the same person."""
    rows = Contact.objects.filter(account_id=account_id, is_group=False)
    by_name = rows.values("sort_key").annotate(count=Count("pk")).filter(count__gt=1)
    links: dict[tuple[str, str], list[int]] = defaultdict(list)
    same = [one["sort_key"] for one in by_name[:500]]
    for pk, key in rows.filter(sort_key__in=same).values_list("pk", "sort_key"):
        links["name", key].append(pk)
    addresses = ContactAddress.objects.filter(account_id=account_id, contact__is_group=False)
    by_address = addresses.values("key").annotate(count=Count("contact", distinct=True))
    shared = [one["key"] for one in by_address.filter(count__gt=1)[:500]]
    for pk, key in addresses.filter(key__in=shared).values_list("contact_id", "key"):
        links["address", key].append(pk)
    groups = [sorted(group) for group in connected_sets(links.values())][:MOST]
    wanted = [pk for group in groups for pk in group]
    found = rows.filter(pk__in=wanted).defer("card").prefetch_related("addresses")
    contacts = {one.pk: one for one in found}
    return [[contacts[pk] for pk in group if pk in contacts] for group in groups]


def connected_sets(links: Iterable[Sequence[int]]) -> list[set[int]]:
    """Sets of all that hang together, those with the smallest members first."""
    of: dict[int, set[int]] = {}
    for link in links:
        together = set(link).union(*(of.get(one, ()) for one in link))
        of |= dict.fromkeys(together, together)
    return sorted({id(each): each for each in of.values()}.values(), key=min)


def merge(account_id: int, names: Sequence[str]) -> tuple[Contact, list[str]]:
    """One contact of several, the first of which it stays; and the names of those that went.

    Groups then have that one. Raises Refused.
    """
    with transaction.atomic():
        rows = Contact.objects.filter(account_id=account_id, name__in=list(names), is_group=False)
        found = sorted(rows, key=lambda one: list(names).index(one.name))
        if not 2 <= len(found) <= MOST_MERGED:
            raise Refused(gettext("Choose from 2 to 20 contacts that are the same person."))
        first, *others = found
        card = parse_vcard(first.card)
        for other in others:
            add_missing(card, parse_vcard(other.card))
        gone = remove(account_id, [one.name for one in others])
        kept = save(account_id, card, first.name)
        _follow(account_id, first.uid, {one.uid for one in others})
    return kept, gone


def add_missing(card: VCard, other: VCard) -> None:
    """All that ``other`` says and ``card`` does not."""
    there = {(one.name, _value(one)) for one in card.properties}
    names = {one.name for one in card.properties}
    if other.name and other.name != card.name:
        known = [plain_text(one.value) for one in card.all("NICKNAME")]
        if other.name not in known:
            card.properties.append(Property("NICKNAME", escaped_text(other.name)))
    for one in other.properties:
        if one.name in ONCE and one.name in names:
            continue
        if (one.name, _value(one)) not in there:
            if one.group:  # which the other card has for something else
                one.group = f"{one.group}-{len(card.properties)}"
            card.properties.append(one)


def _value(one: Property) -> str:
    plain = plain_text(one.value).strip()
    return plain.lower() if one.name == "EMAIL" else plain


def _follow(account_id: int, uid: str, gone: set[str]) -> None:
    """Groups that had those that went have the one that they became."""
    for row in Contact.objects.filter(account_id=account_id, is_group=True):
        card = parse_vcard(row.card)
        members = [one for one in card.properties if one.name == "MEMBER"]
        if not any(bare_uid(one.value) in gone for one in members):
            continue
        for one in members:
            if bare_uid(one.value) in gone:
                one.value = f"urn:uuid:{bare_uid(uid)}"
        once = {one.value: one for one in members}
        others = [one for one in card.properties if one.name != "MEMBER"]
        card.properties = [*others, *once.values()]
        save(account_id, card, row.name)
