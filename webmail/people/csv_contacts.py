"""Contacts out of tables that Google, Outlook and others write, in whichever encoding."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes
from django.utils.translation import gettext

from .vcard.card import VCard, structured_value
from .vcard.properties import BadCard, Property, escaped_text

SEEN = 200_000  # octets by which the encoding is known
MOST_COLUMNS = 300
LONGEST_HEADING = 200  # characters: each row is compared with all of it
MOST_ROWS = 20_000
_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "koi8_r",
    "cp932", "euc_jp", "gb18030", "big5", "cp949",
]  # fmt: skip
"""Those in which programs write tables, beside Unicode's."""
_LABELS = re.compile(":::|;")
FIELDS = {
    "name": "name|display name|full name|file as|anzeigename|nom complet",
    "given": "first name|given name|vorname|prénom",
    "middle": "middle name|additional name|weitere vornamen|deuxième prénom",
    "family": "last name|family name|nachname|nom",
    "prefix": "name prefix|title|anrede|titre",
    "suffix": "name suffix|suffix|suffixe",
    "nickname": "nickname|spitzname|surnom",
    "company": "company|organization name|organization 1 - name|firma|société",
    "department": "department|organization department|organization 1 - department|abteilung",
    "job": "job title|organization title|organization 1 - title|position|profession",
    "note": "notes|note|notizen|remarques",
    "birthday": "birthday|geburtstag|anniversaire",
    "categories": "categories|labels|group membership|kategorien|catégories",
}
"""Headings, in small letters, of what has one column."""
COLUMNS = {name: field for field, names in FIELDS.items() for name in names.split("|")}
_EMAIL = re.compile(
    r"e-?mail(?:[- ]?adress?e?)?(?: ?\d)?(?:[- ]address)?(?: \d)?(?: - value)?"
    r"|adresse de messagerie(?: \d)?"
)
_PHONE = re.compile(
    r"phone \d+ - value|.*\b(?:phone|phone \d|pager)\b|.*fax\b|.*telefon.*|téléphone.*|tél\.? .*"
)
_WEB = re.compile(r"(?:personal )?web ?page|website \d+ - value|webseite|page web")
_STREET = re.compile(
    r"(home|business|other|address \d+ -) ?"
    r"(street|city|state|region|postal code|country(?:/region)?)"
)
_IGNORED = re.compile(
    r".* - (?:type|label|formatted)|e-?mail.*(?:type|display name)|.*\byomi\b.*|phonetic.*|"
    r"initials|priority|private|sensitivity|gender|account|photo|"
)
_PLACES = {"street": 2, "city": 3, "state": 4, "region": 4, "postal code": 5, "country": 6}


def decoded_table(octets: bytes) -> str:
    """The text of a file: as its mark says, or UTF-8, or what its letters look like.

    Raises BadCard for what is no text.
    """
    for mark, encoding in _MARKS.items():
        if octets.startswith(mark):
            return octets.decode(encoding, "replace")
    try:
        text = octets.decode("utf-8")
    except ValueError:
        found = [one.encoding for one in from_bytes(octets[:SEEN], cp_isolation=ENCODINGS)]
        # Letters that are the same in both are likelier of the West.
        encoding = "cp1252" if "cp1252" in found[:2] or not found else found[0]
        text = octets.decode(encoding, "replace")
    if "\0" in text:
        raise BadCard(gettext("This file is no text."))
    return text


def parse_table(text: str) -> Iterator[VCard | BadCard]:
    """A card for each row, or what is wrong. Raises BadCard for what is no table."""
    lines = text.lstrip("\r\n")
    heading = re.split(r"[\r\n]", lines, maxsplit=1)[0]
    separator = max(",;\t", key=heading.count)
    if heading.count(separator) == 0:
        raise BadCard(gettext("The first line of the table must name its columns."))
    rows = csv.reader(io.StringIO(lines, newline=""), delimiter=separator)
    try:
        columns = _columns(next(rows))
        if not any(_is_known(each.lower()) for each in columns):
            raise BadCard(
                gettext("None of these columns is known: %(names)s.") % {"names": heading[:200]}
            )
        for number, row in enumerate(rows, 2):
            if number > MOST_ROWS:
                yield BadCard(
                    gettext("The rows after row %(number)d were left out.") % {"number": number - 1}
                )
                return
            values = [(name, value.strip()) for name, value in zip(columns, row, strict=False)]
            if any(value for _, value in values):
                yield row_card(values, number)
    except csv.Error as error:
        yield BadCard(gettext("The table can't be read on: %(why)s.") % {"why": error})


def unknown_columns(text: str) -> list[str]:
    """The headings that say nothing to us; what stands below them goes into the note."""
    heading = re.split(r"[\r\n]", text.lstrip("\r\n"), maxsplit=1)[0]
    try:
        row = next(csv.reader([heading], delimiter=max(",;\t", key=heading.count)), [])
    except csv.Error:  # of which ``parse_table`` tells
        return []
    return [name for name in _columns(row) if name and not _is_known(name.lower())]


def _columns(row: list[str]) -> list[str]:
    return [name.strip()[:LONGEST_HEADING] for name in row[:MOST_COLUMNS]]


def row_card(values: list[tuple[str, str]], number: int) -> VCard | BadCard:
    """What a row says as a card. ``number``: of the row."""
    known: dict[str, str] = {}
    card, rest = VCard(), []
    places: dict[str, list[str]] = {}
    for column, value in values:
        name = column.lower()
        field = COLUMNS.get(name)
        if not value:
            continue
        if field:
            known.setdefault(field, value)
        elif _EMAIL.fullmatch(name):
            card.properties += [Property("EMAIL", escaped_text(v)) for v in _values(value)]
        elif street := _STREET.fullmatch(name):
            kind, part = street.groups()
            places.setdefault(kind, [""] * 7)[_PLACES[part.partition("/")[0]]] = value
        elif _WEB.fullmatch(name):
            card.properties += [Property("URL", v) for v in _values(value)]
        elif _PHONE.fullmatch(name):
            card.properties += [_phone(name, v) for v in _values(value)]
        elif not _IGNORED.fullmatch(name):
            rest.append(f"{column}: {value}")
    _add_known(card, known, rest)
    for kind, fields in places.items():
        types = {"home": ["home"], "business": ["work"]}.get(kind, [])
        parameters = {"TYPE": types} if types else {}
        card.properties.append(Property("ADR", structured_value(fields), parameters))
    if not card.name:
        return BadCard(
            gettext("Row %(number)d has neither a name nor an address.") % {"number": number}
        )
    return card


def _add_known(card: VCard, known: dict[str, str], rest: list[str]) -> None:
    """Names, company, dates and the note, where what we don't know is kept too."""
    parts = [known.get(name, "") for name in ("family", "given", "middle", "prefix", "suffix")]
    whole = " ".join(filter(None, (known.get("given"), known.get("middle"), known.get("family"))))
    card.put("N", structured_value(parts))
    card.put("FN", escaped_text(known.get("name") or whole))
    card.put("NICKNAME", escaped_text(known.get("nickname", "")))
    card.put("ORG", structured_value(filter(None, (known.get("company"), known.get("department")))))
    card.put("TITLE", escaped_text(known.get("job", "")))
    date = re.fullmatch(r"(\d{4})-?(\d\d)-?(\d\d)", known.get("birthday", ""))
    if date:
        card.put("BDAY", "".join(date.groups()))
    elif known.get("birthday", "0/0/00") != "0/0/00":
        rest.append(f"{gettext('Birthday')}: {known['birthday']}")
    labels = [one.strip() for one in _LABELS.split(known.get("categories", ""))]
    labels = [one for one in labels if one and not one.startswith("* ")]
    card.put("CATEGORIES", ",".join(map(escaped_text, labels)))
    card.put("NOTE", escaped_text("\n".join(filter(None, [known.get("note", ""), *rest]))))


def _values(cell: str) -> list[str]:
    """Google's tables have several in a cell."""
    return [value for each in cell.split(":::") if (value := each.strip())]


def _phone(name: str, value: str) -> Property:
    kinds = {"mobil": "cell", "home": "home", "business": "work", "fax": "fax"}
    types = [kind for word, kind in kinds.items() if word in name]
    return Property("TEL", escaped_text(value), {"TYPE": types} if types else {})


def _is_known(name: str) -> bool:
    tries = (_EMAIL, _PHONE, _WEB, _STREET, _IGNORED)
    return name in COLUMNS or any(one.fullmatch(name) for one in tries)
