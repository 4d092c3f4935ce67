"""Contacts out of files of other programs: looked at first; what was not understood is said."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.webmail.website import Site
from webmail.contacts.models import Contact, ContactImport
from webmail.people import contact_import
from webmail.people.address_book import contacts_with
from webmail.people.csv_contacts import decoded_table, parse_table
from webmail.people.vcard.card import VCard, parse_vcard
from webmail.people.vcard.properties import BadCard

from .test_correspondents import keep

GOOGLE = """First Name,Middle Name,Last Name,Nickname,Organization Name,Birthday,Notes,Labels,\
E-mail 1 - Label,E-mail 1 - Value,E-mail 2 - Label,E-mail 2 - Value,Phone 1 - Label,\
Phone 1 - Value,Address 1 - Street,Address 1 - City,Custom Field 1 - Value
Jörg,,Müller,Jo,"Acme, Inc.",1990-12-31,"two
lines",* myContacts ::: Friends,Home,j@x.example ::: jm@x.example,Work,j@work.example,Mobile,+49 1,\
Hauptstr. 1,Bonn,odd
,,,,,,,,,,,,,,,,
"""
OUTLOOK = """Title;First Name;Last Name;Company;Business Street;Business City;Business Postal Code;\
Business Phone;Mobile Phone;E-mail Address;E-mail Type;E-mail 2 Address;Birthday;Priority
Dr.;Zoë;Ångström;Bygg;Gata 1;Åre;83013;+46 1;+46 2;zoe@x.example;SMTP;z@y.example;0/0/00;Normal
"""


def cards(text: str) -> list[VCard]:
    found = list(parse_table(text))
    assert not [one for one in found if isinstance(one, BadCard)], found
    return [one for one in found if isinstance(one, VCard)]


def look(site: Site, octets: bytes, status: int = 200) -> str:
    file = SimpleUploadedFile("contacts", octets)
    answer: Any = site.client.post("/people/import/", {"file": file})
    assert answer.status_code == status, answer.content
    return str(answer.content.decode())


def test_a_table_of_google() -> None:
    (one,) = cards(GOOGLE)
    assert one.name == "Jörg Müller"
    assert one.emails == ["j@x.example", "jm@x.example", "j@work.example"]
    assert one.fields("ORG") == ["Acme, Inc."]
    assert one.text("BDAY") == "19901231"
    assert one.text("NOTE") == "two\nlines\nCustom Field 1 - Value: odd"
    assert one.text("CATEGORIES") == "Friends"
    assert one.fields("ADR")[2:4] == ["Hauptstr. 1", "Bonn"]
    assert one.text("TEL") == "+49 1"


def test_a_table_of_outlook() -> None:
    (one,) = cards(OUTLOOK)
    assert one.fields("N") == ["Ångström", "Zoë", "", "Dr.", ""]
    assert one.emails == ["zoe@x.example", "z@y.example"]
    assert [(tel.value, tel.types) for tel in one.all("TEL")] == [
        ("+46 1", ["work"]),
        ("+46 2", ["cell"]),
    ]
    assert one.fields("ADR")[2:6] == ["Gata 1", "Åre", "", "83013"]
    assert not one.text("NOTE")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "iso8859_15"])
def test_western_tables_in_any_encoding(encoding: str) -> None:
    many = OUTLOOK + "".join(
        f";Jürgen;Größe {n};Käse & Söhne;;;;;;j{n}@x.example;;;;\n" for n in range(9)
    )
    assert cards(decoded_table(many.encode(encoding)))[0].name == "Zoë Ångström"


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("shift_jis", "山田太郎"),
        ("gb18030", "张伟明"),
        ("cp1251", "Иванов Пётр"),
        ("euc_kr", "김철수"),
    ],
)
def test_other_tables_in_any_encoding(encoding: str, name: str) -> None:
    text = "Name,E-mail Address,Notes\n" + f"{name},a@x.example,{name * 4}\n" * 20
    assert cards(decoded_table(text.encode(encoding)))[0].name == name


def test_a_file_is_looked_at_before_it_comes(site: Site) -> None:
    keep(site, "UID:1", "FN:Old", "EMAIL:old@x.example")
    text = (
        "BEGIN:VCARD\nVERSION:3.0\nUID:1\nFN:New\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nFN:Ann\nEMAIL:OLD@x.example\nX-ODD:kept\nEND:VCARD\n"
        "BEGIN:VCARD\nVERSION:3.0\nFN:Bad\nthis is nothing\nEND:VCARD\n"
    )
    page = look(site, text.encode())
    assert "2 contacts were understood" in page
    assert "1 of them is there already and is replaced" in page
    assert "address is there already" in page
    assert "Bad: this line can" in page
    assert Contact.objects.count() == 1
    answer: Any = site.client.post("/people/import/", {"do": "keep"}, follow=True)
    assert "2 contacts imported" in answer.content.decode()
    assert sorted(Contact.objects.values_list("display_name", flat=True)) == ["Ann", "New"]
    assert "X-ODD:kept" in Contact.objects.get(display_name="Ann").card
    assert not ContactImport.objects.exists()
    site.client.post("/people/import/", {"do": "keep"})  # pressed twice
    assert Contact.objects.count() == 2


def test_columns_that_nobody_knows_are_said_and_kept(site: Site) -> None:
    page = look(site, b"Name,E-mail Address,Shoe size\nAnn,ann@x.example,38\n,,40\n")
    assert "not known and go into the note: Shoe size" in page
    assert "Row 3 has neither a name nor an address" in page
    site.client.post("/people/import/", {"do": "keep"})
    assert parse_vcard(Contact.objects.get().card).text("NOTE") == "Shoe size: 38"


def test_what_can_not_be_imported_is_refused_in_words(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Choose a file" in look(site, b"", 400)
    assert "None of these columns" in look(site, b"a,b\n1,2\n", 400)
    assert "first line" in look(site, b"just words\n", 400)
    assert "no text" in look(site, b"\x00\x01\x02" * 100, 400)
    monkeypatch.setattr(contact_import, "MOST_OCTETS", 50_000_000 - 1)
    large = b"BEGIN:VCARD\nFN:x\nNOTE:" + b"x" * 50_000_000
    assert "50 MB" in look(site, large, 400)
    monkeypatch.setattr(contact_import, "MOST_OCTETS", 60_000_000)
    assert "The file ends within a card" in look(site, large)


BLANKS = " " * 100_000


@pytest.mark.parametrize(
    "text",
    [
        "\n " * 200_000 + "x",
        f"Name,E-mail,Web page,Phone 1 - Value\n{','.join([f'x{BLANKS}y'] * 4)}\n",
        f"Name,Labels\nx,a{BLANKS}b\n",
        f"Name,{'a fax ' * 20_000}\n" + "x,y\n" * 5_000,
        "\x1b$B" * 100_000,
    ],
    ids=["blank lines", "blanks in a cell", "blanks in labels", "a long heading", "one long line"],
)
def test_the_time_grows_with_the_size_of_a_file_alone(site: Site, text: str) -> None:
    """Each of these took hours, for which the web process did nothing else, or ended in a
    traceback.
    """
    file = SimpleUploadedFile("contacts", text.encode())
    answer: Any = site.client.post("/people/import/", {"file": file})
    assert answer.status_code in (200, 400)


def test_several_values_of_a_cell_stand_without_the_blanks_around_them() -> None:
    card = cards("Name,E-mail 1 - Value,Labels\nAnn, a@x.example  :::  b@x.example ::: ,a ;; b\n")[
        0
    ]
    assert card.emails == ["a@x.example", "b@x.example"]
    assert card.text("CATEGORIES") == "a,b"


def test_as_many_people_as_a_book_holds_can_come_and_no_more(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contact_import, "MOST_CONTACTS", 300)
    keep(site, "UID:1", "FN:Old", "EMAIL:c299.39@x.example")
    one = "BEGIN:VCARD\nFN:P\n{}END:VCARD\n"
    file = "".join(
        one.format("".join(f"EMAIL:c{person}.{at}@x.example\n" for at in range(37, 43)))
        for person in range(300)
    )
    page = look(site, file.encode())
    assert "300 contacts were understood" in page
    assert page.count("address is there already") == 0  # of the 200 that are shown
    assert "has room for" in look(site, (file + one.format("")).encode(), 400)


def test_contacts_are_found_by_more_addresses_than_a_statement_takes(site: Site) -> None:
    keep(site, "UID:1", "FN:Old", "EMAIL:a39999@x.example")
    account_id = Contact.objects.get().account_id
    found = contacts_with(account_id, (f"a{at}@x.example" for at in range(40_000)))
    assert list(found) == ["a39999@x.example"]
