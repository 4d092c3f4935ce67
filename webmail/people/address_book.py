"""The address book of an account: its contacts changed, removed, brought back, and found.

Every change has a number, the next of its address book, so that who keeps a copy can ask what is
new since. A change is whole or nothing.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext, ngettext

from webmail.contacts.models import AddressBook, Contact, ContactAddress, RemovedContact
from webmail.mail import MailError, NotFound, Refused

from .folding import address_key, begins, folded_text, search_text
from .vcard.card import VCard, bare_uid, parse_vcard, vcard_text
from .vcard.properties import BadCard, Property
from .vcard.versions import as_version_4

MOST_CONTACTS = 20_000
MOST_REMOVED = 2_000  # that are known of, and can be brought back
MOST_ADDRESSES = 50  # of one contact by which it is found
MOST_MEMBERS = 500
AT_ONCE = 1_000  # values of a statement, of which databases take so many and no more
LONGEST_NAME = 200
SEARCHED = ("NICKNAME", "ORG", "TITLE", "NOTE", "CATEGORIES")


class ChangedMeanwhile(MailError):
    """The contact is not as whoever changes it thinks (If-Match, If-None-Match)."""

    status = 412


class UidConflict(MailError):
    """Another contact has this UID; ``name`` is its (RFC 6352 §6.3.2.1)."""

    status = 409

    def __init__(self, name: str) -> None:
        super().__init__(gettext("Another contact has the same UID."))
        self.name = name


@dataclass(slots=True)
class Condition:
    """What must be so of a contact before it is changed. ``etag``: it is as it was then;
    ``is_new``: there is none.
    """

    etag: str = ""
    is_new: bool = False


def book_of(account_id: int) -> AddressBook:
    """The address book; one with nothing in it, where there is none yet."""
    found = AddressBook.objects.filter(account_id=account_id).first()
    return found or AddressBook(account_id=account_id)


def contacts_of(account_id: int, letters: str = "") -> QuerySet[Contact]:
    """All contacts in order, or those of which words begin so; without their cards."""
    rows = Contact.objects.filter(account_id=account_id).filter(begins(letters))
    return rows.defer("card").order_by("sort_key", "pk")


def find_contact(account_id: int, name: str) -> Contact:
    """Raises NotFound."""
    found = Contact.objects.filter(account_id=account_id, name=name).first()
    if found is None:
        raise NotFound(gettext("This contact is not here any more."))
    return found


def contacts_with(account_id: int, addresses: Iterable[str]) -> dict[str, Contact]:
    """For each address, to be compared, a contact that has it, if there is one."""
    keys = list(dict.fromkeys(address_key(one) for one in addresses))
    own = ContactAddress.objects.filter(account_id=account_id)
    rows = own.select_related("contact").defer("contact__card").order_by("-position", "-pk")
    out: dict[str, Contact] = {}
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        out |= {row.key: row.contact for row in rows.filter(key__in=some)}
    return out


def save(
    account_id: int, card: VCard, name: str = "", condition: Condition | None = None
) -> Contact:
    """Keep a card under ``name``, or as a new contact.

    Raises BadCard, ChangedMeanwhile, UidConflict, and Refused when there are too many.
    """
    with transaction.atomic():
        book = _next_change(account_id)
        return _put(book, card, name, condition)


def save_all(account_id: int, cards: Sequence[VCard]) -> list[Contact]:
    """Keep many, all or none. One whose UID is there already takes its place. Raises as ``save``,
    but for UidConflict.
    """
    with transaction.atomic():
        book = _next_change(account_id)
        rows = Contact.objects.filter(account_id=account_id).values_list("uid", "name")
        there = dict(rows)
        out = []
        for card in cards:
            found = _put(book, card, there.get(card.uid[:255], "") if card.uid else "", None)
            there[found.uid] = found.name
            out.append(found)
        return out


def remove(account_id: int, names: Sequence[str], condition: Condition | None = None) -> list[str]:
    """Remove contacts; the names of those that were there. Raises ChangedMeanwhile."""
    with transaction.atomic():
        rows = list(Contact.objects.filter(account_id=account_id, name__in=list(names)))
        if condition and condition.etag and any(row.etag != condition.etag for row in rows):
            raise ChangedMeanwhile(gettext("This contact was changed elsewhere meanwhile."))
        if not rows:
            return []
        book = _next_change(account_id)
        _note_removed(book, rows)
        Contact.objects.filter(pk__in=[row.pk for row in rows]).delete()
        return [row.name for row in rows]


def restore(account_id: int, names: Sequence[str]) -> int:
    """Bring back what was removed; how many there were. Those of which there are new ones by now
    stay as these are. Raises Refused when there are too many.
    """
    with transaction.atomic():
        rows = RemovedContact.objects.filter(account_id=account_id, name__in=list(names))
        book = _next_change(account_id)
        done = 0
        for row in list(rows):
            try:
                _put(book, parse_vcard(row.card), row.name, Condition(is_new=True))
            except (ChangedMeanwhile, UidConflict):
                continue
            done += 1
        return done


def changes_since(account_id: int, change: int) -> tuple[list[Contact], list[str]]:
    """Contacts that are new or changed since a change, and the names of those removed since."""
    rows = Contact.objects.filter(account_id=account_id, change__gt=change).defer("card")
    gone = RemovedContact.objects.filter(account_id=account_id, change__gt=change)
    return list(rows.order_by("change", "pk")), list(gone.values_list("name", flat=True))


def members_of(group: Contact) -> tuple[list[Contact], list[str]]:
    """The contacts of a group, and the addresses that stand in it without one."""
    members = parse_vcard(group.card).members[:MOST_MEMBERS]
    uids = [bare_uid(each)[:255] for each in members if not each.lower().startswith("mailto:")]
    rows = Contact.objects.filter(account_id=group.account_id, uid__in=uids, is_group=False)
    named = {row.uid: row for row in rows.defer("card").prefetch_related("addresses")}
    found = [named[uid] for uid in uids if uid in named]
    return found, [each[7:] for each in members if each.lower().startswith("mailto:")]


def _next_change(account_id: int) -> AddressBook:
    """The book, locked for a change, with the number of that."""
    AddressBook.objects.get_or_create(account_id=account_id)
    book = AddressBook.objects.select_for_update().get(account_id=account_id)
    book.change += 1
    book.save(update_fields=["change"])
    return book


def _put(book: AddressBook, card: VCard, name: str, condition: Condition | None) -> Contact:
    """Raises BadCard, ChangedMeanwhile, UidConflict, Refused."""
    account_id = book.account_id
    card = as_version_4(card)
    if not card.uid:
        card.put("UID", f"urn:uuid:{uuid.uuid4()}")
    name = name or f"{uuid.uuid4()}.vcf"
    row = Contact.objects.filter(account_id=account_id, name=name).first()
    if condition is not None:
        _check(row, condition)
    uid = card.uid[:255]
    other = Contact.objects.filter(account_id=account_id, uid=uid).exclude(name=name).first()
    if other is not None:
        raise UidConflict(other.name)
    if row is None:
        _check_room(account_id)
        row = Contact(account_id=account_id, name=name[:LONGEST_NAME])
        RemovedContact.objects.filter(account_id=account_id, name=name).delete()
    row.change = book.change
    _fill(row, card)
    row.save()
    row.addresses.all().delete()
    ContactAddress.objects.bulk_create(_addresses(row, card))
    return row


def _check(row: Contact | None, condition: Condition) -> None:
    """Raises ChangedMeanwhile."""
    if condition.is_new and row is not None:
        raise ChangedMeanwhile(gettext("There is such a contact already."))
    if condition.etag and (row is None or row.etag != condition.etag):
        raise ChangedMeanwhile(gettext("This contact was changed elsewhere meanwhile."))


def _check_room(account_id: int) -> None:
    """Raises Refused."""
    if Contact.objects.filter(account_id=account_id).count() >= MOST_CONTACTS:
        raise Refused(no_room_text())


def no_room_text() -> str:
    """That there are too many contacts."""
    words = ngettext(
        "An address book has room for %(most)d contact.",
        "An address book has room for %(most)d contacts.",
        MOST_CONTACTS,
    )
    return words % {"most": MOST_CONTACTS}


def _fill(row: Contact, card: VCard) -> None:
    """What is taken from a card. Raises BadCard."""
    display_name = card.name.replace("\0", "")[:255]
    if not display_name:
        raise BadCard(gettext("A card has neither a name nor an address."))
    row.card = vcard_text(card).replace("\0", "")
    row.etag = hashlib.sha256(row.card.encode()).hexdigest()[:32]
    row.uid = card.uid[:255]
    row.is_group = card.is_group
    row.display_name = display_name
    row.sort_key = folded_text(_sorted_by(card) or display_name)[:255]
    row.organization = next(iter(card.fields("ORG")), "")[:255]
    texts = [card.text(name) for name in SEARCHED] + card.emails[:MOST_ADDRESSES]
    row.search_text = search_text([display_name, *texts, *_phones(card)])[:4000]
    row.has_photo = card.photo() is not None


def _sorted_by(card: VCard) -> str:
    """By what a person is sorted: what is said so (SORT-AS, §5.9), or the name as it is shown."""
    found: list[Property] = [*card.all("N"), *card.all("FN")]
    return next((one.parameter("SORT-AS") for one in found if one.parameter("SORT-AS")), "")


def _phones(card: VCard) -> list[str]:
    return [each.value for each in card.all("TEL")][:MOST_ADDRESSES]


def _addresses(row: Contact, card: VCard) -> list[ContactAddress]:
    found = [each for each in card.emails if len(each) <= 254][:MOST_ADDRESSES]
    return [
        ContactAddress(
            account_id=row.account_id,
            contact=row,
            position=at,
            address=address,
            key=address_key(address),
        )
        for at, address in enumerate(found)
    ]


def _note_removed(book: AddressBook, rows: Sequence[Contact]) -> None:
    """That they were removed, for a while: then who keeps a copy must read all anew."""
    RemovedContact.objects.bulk_create(
        [
            RemovedContact(
                account_id=book.account_id, name=row.name, change=book.change, card=row.card
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["account", "name"],
        update_fields=["change", "card"],
    )
    known = RemovedContact.objects.filter(account_id=book.account_id).order_by("-change")
    if last := known[MOST_REMOVED : MOST_REMOVED + 1].first():
        book.oldest_change = last.change
        book.save(update_fields=["oldest_change"])
        known.filter(change__lte=last.change).delete()
