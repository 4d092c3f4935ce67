"""Contacts are kept whole, found by the beginnings of words, and every change has a number."""

from __future__ import annotations

import pytest

from lemonade_server.models import Account
from webmail.contacts.models import Contact, RemovedContact
from webmail.mail import NotFound, Refused
from webmail.people import address_book
from webmail.people.address_book import ChangedMeanwhile, Condition, UidConflict
from webmail.people.vcard.card import VCard, parse_vcard
from webmail.people.vcard.properties import BadCard


@pytest.fixture
def account(db: None) -> int:
    return int(Account.objects.create_user("book@lemonade.test", "x").pk)


def card(name: str, *lines: str) -> VCard:
    return parse_vcard("\n".join(["BEGIN:VCARD", "VERSION:4.0", f"FN:{name}", *lines, "END:VCARD"]))


def names(account: int, letters: str = "") -> list[str]:
    return [one.display_name for one in address_book.contacts_of(account, letters)]


def test_a_contact_is_kept_whole_and_found_by_what_it_says(account: int) -> None:
    one = address_book.save(
        account,
        card("José Núñez", "EMAIL:jose@x.example", "ORG:Acme;Sales", "X-ODD;A=b:kept", "TEL:+49 1"),
    )
    address_book.save(account, card("Zoë", "EMAIL:zoe.b@y.example"))
    assert "X-ODD;A=b:kept\r\n" in one.card
    assert one.organization == "Acme"
    for letters in ("", "jose", "NUÑ", "acm", "jos nun", "jose@x.ex", "x.ex", "example"):
        assert "José Núñez" in names(account, letters), letters
    for letters in ("ose", "nothing", "jose zoe"):
        assert "José Núñez" not in names(account, letters), letters
    assert names(account, "b") == ["Zoë"]  # a word of the address
    assert address_book.contacts_with(account, ["JOSE@x.example"])["jose@x.example"] == one


def test_every_change_has_a_number_and_can_be_asked_for(account: int) -> None:
    first = address_book.save(account, card("A"))
    second = address_book.save(account, card("B"))
    assert [first.change, second.change, address_book.book_of(account).change] == [1, 2, 2]
    changed, gone = address_book.changes_since(account, 1)
    assert ([one.name for one in changed], gone) == ([second.name], [])
    assert address_book.remove(account, [first.name, "none"]) == [first.name]
    assert address_book.changes_since(account, 2) == ([], [first.name])
    assert names(account) == ["B"]


def test_what_was_removed_comes_back(account: int) -> None:
    one = address_book.save(account, card("A", "EMAIL:a@x.example"))
    address_book.remove(account, [one.name])
    with pytest.raises(NotFound):
        address_book.find_contact(account, one.name)
    assert address_book.restore(account, [one.name]) == 1
    again = address_book.find_contact(account, one.name)
    assert (again.card, again.etag) == (one.card, one.etag)
    assert not RemovedContact.objects.exists()
    assert address_book.restore(account, [one.name]) == 0


def test_a_change_depends_on_what_is_there(account: int) -> None:
    one = address_book.save(account, card("A"), "a.vcf", Condition(is_new=True))
    with pytest.raises(ChangedMeanwhile):
        address_book.save(account, card("B"), "a.vcf", Condition(is_new=True))
    with pytest.raises(ChangedMeanwhile):
        address_book.save(account, card("B"), "a.vcf", Condition(etag="other"))
    with pytest.raises(ChangedMeanwhile):
        address_book.save(account, card("B"), "b.vcf", Condition(etag=one.etag))
    with pytest.raises(ChangedMeanwhile):
        address_book.remove(account, ["a.vcf"], Condition(etag="other"))
    assert address_book.save(account, card("B"), "a.vcf", Condition(etag=one.etag)).pk == one.pk
    assert address_book.book_of(account).change == 2  # of what was refused nothing is left


def test_a_uid_is_one_contact_s(account: int) -> None:
    address_book.save(account, card("A", "UID:1"), "a.vcf")
    with pytest.raises(UidConflict) as conflict:
        address_book.save(account, card("B", "UID:urn:uuid:1"), "b.vcf")
    assert conflict.value.name == "a.vcf"
    (again,) = address_book.save_all(account, [card("C", "UID:1")])
    assert (again.name, again.display_name, Contact.objects.count()) == ("a.vcf", "C", 1)


def test_many_are_kept_all_or_none(account: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadCard):
        address_book.save_all(account, [card("A"), VCard([])])
    monkeypatch.setattr(address_book, "MOST_CONTACTS", 2)
    with pytest.raises(Refused, match="room for 2"):
        address_book.save_all(account, [card("A"), card("B"), card("C")])
    assert names(account) == []
    address_book.save_all(account, [card("A"), card("B")])
    assert names(account) == ["A", "B"]


def test_removed_ones_are_known_for_a_while(account: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(address_book, "MOST_REMOVED", 2)
    for letter in "ABC":
        one = address_book.save(account, card(letter))
        address_book.remove(account, [one.name])
    assert RemovedContact.objects.count() == 2
    assert address_book.book_of(account).oldest_change == 2  # A was removed by the second change


def test_the_book_of_somebody_else_is_not_touched(account: int) -> None:
    other = Account.objects.create_user("other@lemonade.test", "x").pk
    one = address_book.save(account, card("A", "UID:1"), "a.vcf")
    address_book.save(other, card("B", "UID:1"), "a.vcf")
    assert address_book.remove(other, ["a.vcf"]) == ["a.vcf"]
    assert address_book.find_contact(account, "a.vcf") == one
    assert names(other) == []


def test_a_group_has_contacts_and_addresses(account: int) -> None:
    ann = address_book.save(account, card("Ann", "UID:1", "EMAIL:ann@x.example"))
    lines = ["KIND:group", "MEMBER:urn:uuid:1", "MEMBER:mailto:b@y.example", "MEMBER:urn:uuid:9"]
    group = address_book.save(account, card("Friends", *lines))
    assert address_book.members_of(group) == ([ann], ["b@y.example"])
