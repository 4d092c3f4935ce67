"""The three reports: cards that are named, cards that are searched, what changed since."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.http import HttpResponse

from webmail.contacts.models import Contact
from webmail.mail import number
from webmail.people.address_book import book_of, changes_since
from webmail.people.vcard.card import parse_vcard

from .filters import is_meant
from .resources import (
    BOOK,
    VERSIONS,
    AddressData,
    contact_path,
    contact_properties,
    missing_response,
    response,
    sync_token,
)
from .xml import Element, card, dav, element, error_response, href, multistatus, status_line

MOST_NAMED = 5_000
MOST_IN_FILTER = 200  # elements, each of which is compared with every contact


def report(account_id: int, email: str, root: Element) -> HttpResponse:
    """What a REPORT on the address book answers (RFC 3253 §3.6)."""
    known = {
        card("addressbook-multiget"): multiget,
        card("addressbook-query"): query,
        dav("sync-collection"): sync,
    }
    found = known.get(str(root.tag))
    if found is None:
        return error_response(403, element(dav("supported-report")))
    data = address_data(root)
    if data.version not in VERSIONS:
        return error_response(403, element(card("supported-address-data")))
    return found(account_id, email, root, data)


def asked_properties(root: Element) -> list[str] | None:
    """Tags of the properties that are asked for; None for all."""
    prop = root.find(dav("prop"))
    if prop is None:
        return None
    return [str(one.tag) for one in prop if isinstance(one.tag, str)][:100]


def address_data(root: Element) -> AddressData:
    """In which version, and which properties of a card (RFC 6352 §10.4)."""
    found = root.find(f"{dav('prop')}/{card('address-data')}")
    if found is None:
        return AddressData()
    names = [(one.get("name") or "").upper() for one in found.findall(card("prop"))]
    return AddressData(found.get("version") or "3.0", frozenset(names))


def multiget(account_id: int, email: str, root: Element, data: AddressData) -> HttpResponse:
    """The contacts whose addresses are listed (RFC 6352 §8.7)."""
    paths = [(one.text or "").strip() for one in root.findall(dav("href"))][:MOST_NAMED]
    names = {path: contact_name(path) for path in paths}
    wanted = [name for name in names.values() if name]
    rows = Contact.objects.filter(account_id=account_id, name__in=wanted)
    there = {row.name: row for row in rows}
    asked = asked_properties(root)
    return multistatus(
        response(path, contact_properties(email, there[name], data), asked)
        if name in there
        else missing_response(path)
        for path, name in names.items()
    )


def contact_name(path: str) -> str:
    """The name of a contact of the address that a client says; "" for what is none of ours."""
    plain = urlsplit(path).path
    name = unquote(plain.removeprefix(BOOK))
    return name if plain.startswith(BOOK) and name and "/" not in name else ""


def query(account_id: int, email: str, root: Element, data: AddressData) -> HttpResponse:
    """The contacts that a filter means (RFC 6352 §8.6)."""
    most = number((root.findtext(f"{card('limit')}/{card('nresults')}") or "").strip())
    chosen = root.find(card("filter"))
    if chosen is not None and sum(1 for _ in chosen.iter()) > MOST_IN_FILTER:
        return error_response(403, element(card("supported-filter")))
    asked = asked_properties(root)
    out: list[Element] = []
    rows = Contact.objects.filter(account_id=account_id).order_by("sort_key", "pk")
    for row in rows.iterator():
        if not is_meant(parse_vcard(row.card), chosen):
            continue
        if most is not None and len(out) >= most:
            out.append(element(dav("response"), href(BOOK), status_line(507)))
            break
        out.append(response(contact_path(row.name), contact_properties(email, row, data), asked))
    return multistatus(out)


def sync(account_id: int, email: str, root: Element, data: AddressData) -> HttpResponse:
    """What is new, changed or removed since a token (RFC 6578 §3.2)."""
    book = book_of(account_id)
    token = (root.findtext(dav("sync-token")) or "").strip()
    since = -1
    if token:
        since = -1 if (found := number(token.removeprefix("data:,"))) is None else found
        if token != sync_token(since) or not book.oldest_change <= since <= book.change:
            return error_response(403, element(dav("valid-sync-token")))
    changed, removed = changes_since(account_id, since)
    most = number((root.findtext(f"{dav('limit')}/{dav('nresults')}") or "").strip())
    if most is not None and len(changed) + len(removed) > most:
        return error_response(507, element(dav("number-of-matches-within-limits")))
    asked = asked_properties(root) or []
    out = [
        response(contact_path(one.name), contact_properties(email, one, data), asked)
        for one in changed
    ]
    out += [missing_response(contact_path(name)) for name in removed if token]
    return multistatus(out, sync_token(book.change))
