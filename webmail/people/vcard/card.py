"""A vCard as a value: read from a file, asked for what it says, and written (RFC 6350)."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext

from .properties import (
    BadCard,
    BadLine,
    Property,
    escaped_text,
    parse_property,
    plain_text,
    property_line,
    value_parts,
    whole_lines,
)

LONGEST_CARD = 1_000_000  # characters
MOST_PROPERTIES = 2_000
PICTURES = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
"""How the photographs begin that browsers show."""
_DATA = re.compile(r"data:[^,]{0,200};base64,", re.IGNORECASE)
_UUID = "urn:uuid:"


@dataclass(slots=True)
class VCard:
    """One vCard. Between BEGIN and END; VERSION is a field of its own."""

    properties: list[Property] = field(default_factory=list)
    version: str = "4.0"

    def all(self, name: str) -> list[Property]:
        """The properties of a name, the preferred ones first."""
        found = [each for each in self.properties if each.name == name]
        return sorted(found, key=preference)

    def text(self, name: str) -> str:
        """The first property of a name as a text; "" without it."""
        found = self.all(name)
        return plain_text(found[0].value).strip() if found else ""

    def fields(self, name: str) -> list[str]:
        """The fields of a structured one (N, ORG, ADR) as texts; what is a list within is joined
        by spaces.
        """
        found = self.all(name)
        return property_fields(found[0]) if found else []

    @property
    def uid(self) -> str:
        """Without the ``urn:uuid:`` that version 4 puts before it."""
        return bare_uid(self.text("UID"))

    @property
    def is_group(self) -> bool:
        """Whether it is a list of others (KIND, §6.1.4)."""
        return self.text("KIND").lower() == "group"

    @property
    def name(self) -> str:
        """By which name people know it; made of what there is where FN is missing."""
        parts = [*self.fields("N"), "", "", ""]
        known = " ".join(filter(None, (parts[1], parts[2], parts[0])))
        company = next(iter(self.fields("ORG")), "")
        found = self.text("FN") or known or company or self.text("NICKNAME")
        return " ".join((found or next(iter(self.emails), "")).split())

    @property
    def emails(self) -> list[str]:
        """The addresses, as they are written, the preferred one first."""
        values = [plain_text(each.value).strip() for each in self.all("EMAIL")]
        return list(dict.fromkeys(value.removeprefix("mailto:") for value in values if value))

    @property
    def members(self) -> list[str]:
        """Of a group: UIDs of cards, or ``mailto:`` addresses (§6.6.5)."""
        return [bare_uid(each.value.strip()) for each in self.all("MEMBER")]

    def photo(self) -> tuple[str, bytes] | None:
        """Type and octets of the photograph that is in the card; one elsewhere is not fetched."""
        for each in self.all("PHOTO"):
            found = _DATA.match(each.value)
            if found is None:
                continue
            try:
                octets = base64.b64decode(each.value[found.end() :])
            except (binascii.Error, ValueError):
                continue
            kind = next((PICTURES[start] for start in PICTURES if octets.startswith(start)), "")
            if kind:
                return kind, octets
        return None

    def put(self, name: str, value: str, at: int = 0) -> None:
        """Make ``value`` (escaped) the only property of its name; "" removes it."""
        found = [each for each in self.properties if each.name == name]
        others = {id(each) for each in found[1:]}
        self.properties = [each for each in self.properties if id(each) not in others]
        if found and value:
            found[0].value = value
        elif found:
            self.properties.remove(found[0])
        elif value:
            self.properties.insert(at or len(self.properties), Property(name, value))


def bare_uid(uid: str) -> str:
    """A UID, or a member's, without ``urn:uuid:``."""
    return uid[len(_UUID) :] if uid[: len(_UUID)].lower() == _UUID else uid


def preference(one: Property) -> int:
    """From 1, the most preferred, to 101, which says nothing (PREF, §5.3; TYPE=pref before)."""
    if one.parameter("PREF").isdecimal():
        return min(int(one.parameter("PREF")[:3]), 100)
    return 1 if "pref" in one.types else 101


def property_fields(one: Property) -> list[str]:
    """The fields of a structured property as texts."""
    out = []
    for part in value_parts(one.value, ";"):
        values = [plain_text(each).strip() for each in value_parts(part, ",")]
        out.append(" ".join(filter(None, values)))
    return out


def structured_value(fields: Iterable[str]) -> str:
    """The value of a structured property; "" where all fields are empty."""
    written = [escaped_text(each.strip()) for each in fields]
    return ";".join(written) if any(written) else ""


def parse_vcard(text: str) -> VCard:
    """The one card of a text. Raises BadCard."""
    found = list(parse_vcards(re.split(r"\r\n|\n|\r", text)))
    if len(found) != 1:
        raise BadCard(gettext("One vCard is needed; these are %(count)d.") % {"count": len(found)})
    if isinstance(found[0], BadCard):
        raise found[0]
    return found[0]


def parse_vcards(lines: Iterable[str]) -> Iterator[VCard | BadCard]:
    """Each card of a file, or what is wrong with it; what stands between them is passed over."""
    card: VCard | None = None
    trouble: BadCard | None = None
    depth = size = 0
    for line in whole_lines(lines):
        word = line[:40].strip().upper()
        if word == "BEGIN:VCARD":
            depth += 1
            if depth == 1:
                card, trouble, size = VCard([], ""), None, 0
        elif word == "END:VCARD" and card is not None:
            depth -= 1
            if depth == 0:
                yield trouble or _result(card)
                card = None
        elif card is not None and depth == 1:
            size += len(line)
            trouble = trouble or _add_line(card, line, size)
    if card is not None:
        yield BadCard(gettext("The file ends within a card."))


def _add_line(card: VCard, line: str, size: int) -> BadCard | None:
    """What is wrong with a line, if anything is."""
    if size > LONGEST_CARD or len(card.properties) >= MOST_PROPERTIES:
        most = LONGEST_CARD // 1_000
        return BadCard(gettext("A card is larger than %(most)d kB.") % {"most": most})
    try:
        one = _without_transfer(parse_property(line))
    except BadLine:
        words = {"name": card.name or "?", "line": line[:60]}
        return BadCard(gettext("%(name)s: this line can't be read: “%(line)s”.") % words)
    if one.name == "VERSION":
        card.version = one.value.strip()
    else:
        card.properties.append(one)
    return None


def _result(card: VCard) -> VCard | BadCard:
    if not card.name:
        return BadCard(gettext("A card has neither a name nor an address."))
    return card


def _without_transfer(one: Property) -> Property:
    """A text of version 2.1, which was encoded and may be in another charset, as it is meant."""
    charset = one.parameters.pop("CHARSET", [""])[0] or "utf-8"
    if one.parameter("ENCODING").upper() != "QUOTED-PRINTABLE":
        return one
    del one.parameters["ENCODING"]
    octets = quopri.decodestring(one.value.encode("utf-8", "replace"))
    try:
        text = octets.decode(charset)
    except (LookupError, ValueError):
        text = octets.decode("utf-8", "replace")
    one.value = text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return one


def vcard_text(card: VCard) -> str:
    """The card as it goes into a file."""
    lines = [property_line(each) for each in card.properties]
    return f"BEGIN:VCARD\r\nVERSION:{card.version}\r\n{''.join(lines)}END:VCARD\r\n"
