"""What there is to be asked for: the principal, the home, the address book, and its contacts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from urllib.parse import quote

from django.utils.translation import gettext

from webmail.contacts.models import AddressBook, Contact
from webmail.people.vcard.card import LONGEST_CARD, parse_vcard, vcard_text
from webmail.people.vcard.versions import as_version_3

from .xml import CALENDAR_SERVER, Element, card, dav, element, href, status_line

ROOT, PRINCIPAL, HOME = "/dav/", "/dav/principal/", "/dav/books/"
BOOK = "/dav/books/contacts/"
VERSIONS = ("3.0", "4.0")
REPORTS = (card("addressbook-multiget"), card("addressbook-query"), dav("sync-collection"))
PRIVILEGES = ("read", "write", "write-content", "bind", "unbind", "read-current-user-privilege-set")
Properties = dict[str, Callable[[], Element]]


@dataclass(slots=True)
class AddressData:
    """What is asked of cards: version, and names of properties, or all (RFC 6352 §10.4)."""

    version: str = "3.0"
    names: frozenset[str] = frozenset()

    def text(self, contact: Contact) -> str:
        """The card as it is wanted."""
        if self.version == "4.0" and not self.names:
            return contact.card
        found = parse_vcard(contact.card)
        found = found if self.version == "4.0" else as_version_3(found)
        if self.names:
            found.properties = [one for one in found.properties if one.name in self.names]
        return vcard_text(found)


def contact_path(name: str) -> str:
    """The address of a contact."""
    return BOOK + quote(name, safe="")


def sync_token(change: int) -> str:
    """The state of the address book after a change (RFC 6578 §4)."""
    return f"data:,{change}"


def common_properties(email: str) -> Properties:
    """Those of everything."""

    def principal(tag: str) -> Element:
        return element(dav(tag), href(PRINCIPAL))

    def privileges() -> Element:
        each = [element(dav("privilege"), element(dav(one))) for one in PRIVILEGES]
        return element(dav("current-user-privilege-set"), *each)

    return {
        dav("current-user-principal"): partial(principal, "current-user-principal"),
        dav("owner"): partial(principal, "owner"),
        dav("principal-collection-set"): lambda: element(
            dav("principal-collection-set"), href(ROOT)
        ),
        dav("current-user-privilege-set"): privileges,
        dav("displayname"): lambda: element(dav("displayname"), email),
        dav("resourcetype"): lambda: element(dav("resourcetype"), element(dav("collection"))),
    }


def principal_properties(email: str) -> Properties:
    """Whose address book it is, and where (RFC 6352 §7.1)."""
    return common_properties(email) | {
        dav("resourcetype"): lambda: element(
            dav("resourcetype"), element(dav("collection")), element(dav("principal"))
        ),
        dav("principal-URL"): lambda: element(dav("principal-URL"), href(PRINCIPAL)),
        card("addressbook-home-set"): lambda: element(card("addressbook-home-set"), href(HOME)),
    }


def book_properties(email: str, book: AddressBook) -> Properties:
    """Of the address book (RFC 6352 §6.2)."""

    def data() -> Element:
        kinds = [
            element(card("address-data-type"), **{"content-type": "text/vcard", "version": one})
            for one in VERSIONS
        ]
        return element(card("supported-address-data"), *kinds)

    def reports() -> Element:
        each = [
            element(dav("supported-report"), element(dav("report"), element(one)))
            for one in REPORTS
        ]
        return element(dav("supported-report-set"), *each)

    return common_properties(email) | {
        dav("displayname"): lambda: element(dav("displayname"), gettext("Contacts")),
        dav("resourcetype"): lambda: element(
            dav("resourcetype"), element(dav("collection")), element(card("addressbook"))
        ),
        dav("supported-report-set"): reports,
        dav("sync-token"): lambda: element(dav("sync-token"), sync_token(book.change)),
        f"{{{CALENDAR_SERVER}}}getctag": lambda: element(
            f"{{{CALENDAR_SERVER}}}getctag", str(book.change)
        ),
        card("supported-address-data"): data,
        card("max-resource-size"): lambda: element(card("max-resource-size"), str(LONGEST_CARD)),
    }


def contact_properties(
    email: str, contact: Contact, wanted: AddressData | None = None
) -> Properties:
    """Of one contact; with its card where that is asked for."""
    found = common_properties(email) | {
        dav("displayname"): lambda: element(dav("displayname"), contact.display_name),
        dav("resourcetype"): lambda: element(dav("resourcetype")),
        dav("getetag"): lambda: element(dav("getetag"), f'"{contact.etag}"'),
        dav("getcontenttype"): lambda: element(dav("getcontenttype"), "text/vcard; charset=utf-8"),
    }
    if wanted is not None:
        found[card("address-data")] = lambda: element(card("address-data"), wanted.text(contact))
    return found


def response(path: str, there: Properties, asked: Iterable[str] | None) -> Element:
    """What a resource says to what is asked; None for all that is no card (RFC 4918 §9.1)."""
    names = [name for name in there if name != card("address-data")] if asked is None else asked
    good, missing = element(dav("prop")), element(dav("prop"))
    for name in names:
        if name in there:
            good.append(there[name]())
        else:
            missing.append(element(name))
    out = element(dav("response"), href(path))
    if len(good) or not len(missing):
        out.append(element(dav("propstat"), good, status_line(200)))
    if len(missing):
        out.append(element(dav("propstat"), missing, status_line(404)))
    return out


def missing_response(path: str) -> Element:
    """That there is nothing."""
    return element(dav("response"), href(path), status_line(404))
