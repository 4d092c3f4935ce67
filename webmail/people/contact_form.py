"""The form of a contact or a group: between its fields and a vCard, which keeps all else."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext

from webmail.contacts.models import Contact
from webmail.mail import Address, BadDraft, mailbox_labels, parse_list, parse_one

from .address_book import contacts_with, members_of
from .vcard.card import VCard, bare_uid, structured_value
from .vcard.properties import Property, escaped_text, plain_text

LONGEST = {
    "name": 255,
    "company": 255,
    "title": 255,
    "birthday": 10,
    "web": 2_000,
    "note": 20_000,
    "emails": 20_000,
    "phones": 5_000,
    "members": 100_000,
}
MOST_LINES = 50
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)\Z")
_BASIC_DATE = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")


@dataclass(slots=True)
class ContactForm:
    """What the form holds. ``problems``: what is wrong, by field."""

    name: str = ""
    company: str = ""
    title: str = ""
    emails: str = ""  # one a line
    phones: str = ""
    birthday: str = ""
    web: str = ""
    note: str = ""
    members: str = ""  # of a group, as in a field of recipients
    is_group: bool = False
    problems: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, card: VCard, contact: Contact | None = None) -> ContactForm:
        """The form of a contact that is there."""
        date = _BASIC_DATE.match(card.text("BDAY"))
        form = cls(
            name=card.name,
            company=next(iter(card.fields("ORG")), ""),
            title=card.text("TITLE"),
            emails="\n".join(card.emails),
            phones="\n".join(_phone(each) for each in card.all("TEL")),
            birthday="-".join(date.groups()) if date else "",
            web=card.text("URL"),
            note=card.text("NOTE"),
            is_group=card.is_group,
        )
        if contact is not None and card.is_group:
            found, rest = members_of(contact)
            people = [Address(one.display_name, _first_address(one)) for one in found]
            people += [Address("", one) for one in rest]
            form.members = mailbox_labels(one for one in people if one.address)
        return form

    @classmethod
    def read(cls, posted: QueryDict) -> ContactForm:
        """As it was posted."""

        def text(name: str) -> str:
            return str(posted.get(name, ""))[: LONGEST[name]].strip()

        return cls(
            name=text("name"),
            company=text("company"),
            title=text("title"),
            birthday=text("birthday"),
            web=text("web"),
            note=text("note"),
            emails=text("emails"),
            phones=text("phones"),
            members=text("members"),
            is_group=posted.get("kind", "") == "group",
        )

    def check(self) -> bool:
        """Whether it can be saved."""
        for line in _lines(self.emails):
            try:
                parse_one("to", line)
            except BadDraft as error:
                self.problems["emails"] = str(error).partition(": ")[2] or str(error)
        try:
            parse_list("to", self.members)
        except BadDraft as error:
            self.problems["members"] = str(error).partition(": ")[2] or str(error)
        if self.birthday and not _DATE.match(self.birthday):
            self.problems["birthday"] = gettext("A date is needed, as 1990-12-31.")
        if not self.name and not _lines(self.emails):
            self.problems["name"] = gettext("A name or an address is needed.")
        return not self.problems

    def write(self, card: VCard, account_id: int) -> None:
        """Put what the form says into a card. All else in it stays."""
        name = self.name or _lines(self.emails)[0]
        if name != card.name or not card.all("FN"):
            card.put("FN", escaped_text(name))
            given, _, family = name.rpartition(" ")
            if not self.is_group:
                card.put("N", structured_value([family, given, "", "", ""]))
        if self.company != next(iter(card.fields("ORG")), ""):
            card.put("ORG", escaped_text(self.company))
        card.put("TITLE", escaped_text(self.title))
        if self.birthday or _BASIC_DATE.match(card.text("BDAY")):
            card.put("BDAY", self.birthday.replace("-", ""))
        card.put("URL", self.web.replace("\n", "") if self.web != card.text("URL") else self.web)
        card.put("NOTE", escaped_text(self.note))
        _replace(card, "EMAIL", [parse_one("to", one).address for one in _lines(self.emails)])
        _replace(card, "TEL", _lines(self.phones), _phone)
        if self.is_group:
            card.put("KIND", "group")
            self._write_members(card, account_id)

    def _write_members(self, card: VCard, account_id: int) -> None:
        """Contacts by their UIDs, others by their addresses; members who are no contacts stay."""
        people = parse_list("to", self.members)
        known = contacts_with(account_id, [one.address for one in people])
        members = []
        for one in people:
            contact = known.get(one.address.lower())
            uid = f"urn:uuid:{bare_uid(contact.uid)}" if contact else f"mailto:{one.address}"
            members.append(Property("MEMBER", uid))
        card.properties = [one for one in card.properties if one.name != "MEMBER"] + members


def _replace(
    card: VCard,
    name: str,
    wanted: Sequence[str],
    shown: Callable[[Property], str] = lambda one: plain_text(one.value).strip(),
) -> None:
    """Exactly these values in this order; those that were there keep their parameters."""
    there = {shown(one): one for one in reversed(card.all(name))}
    rest = [one for one in card.properties if one.name != name]
    new = [there.get(each) or Property(name, escaped_text(each)) for each in wanted]
    if len(new) > 1 and new[0].name == "EMAIL":
        for one in new:
            one.parameters.pop("PREF", None)
        new[0].parameters["PREF"] = ["1"]
    card.properties = [*rest, *new]


def _phone(one: Property) -> str:
    return plain_text(one.value).strip().removeprefix("tel:")


def _lines(text: str) -> list[str]:
    found = [line.strip() for line in text.replace("\r", "\n").split("\n")]
    return list(dict.fromkeys(line for line in found if line))[:MOST_LINES]


def _first_address(contact: Contact) -> str:
    return next((one.address for one in contact.addresses.all()), "")
