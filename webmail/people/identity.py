"""Who writes: the addresses that somebody may write from, each with its name and what is settled
of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from webmail.mail import Address, OpenedMessage


@dataclass(frozen=True, slots=True)
class MailSignature:
    """What stands below a message, in both forms; both are empty where there is none."""

    text: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class IdentitySettings:
    """What holds for messages from one address. ``reply_to`` and ``bcc`` as a form has them."""

    signature: MailSignature = MailSignature()
    reply_to: str = ""
    bcc: str = ""
    sent_folder: str = ""  # where what is sent is kept; "" is Sent


@dataclass(slots=True)
class Identities:
    """Somebody's own addresses. ``preferred``: what a new message is from.

    ``signature_above``: it stands above what an answer quotes, not below.
    """

    addresses: list[Address]
    preferred: Address
    settings: dict[str, IdentitySettings] = field(default_factory=dict)
    signature_above: bool = True

    def find(self, address: str) -> Address | None:
        """The own address of that spelling, or one with a detail (``+``) behind it; else None."""
        named = {each.address.lower(): each for each in self.addresses}
        spelled = address.strip().lower()
        if found := named.get(spelled):
            return found
        plain = named.get(_without_detail(spelled))
        return None if plain is None else Address(plain.name, spelled)

    def settings_of(self, address: str) -> IdentitySettings:
        """What is settled of an address; of one with a detail, what is of the plain one."""
        spelled = address.strip().lower()
        known = self.settings.get(spelled) or self.settings.get(_without_detail(spelled))
        return known or IdentitySettings()

    def find_addressed(self, original: OpenedMessage) -> Address | None:
        """The address that a message was sent to, or from; None for a blind copy."""
        people = (original.sender, *original.to, *original.cc)
        return next((found for each in people if (found := self.find(each.address))), None)

    def for_answer(self, original: OpenedMessage) -> Address:
        """The same; the preferred one for a blind copy."""
        return self.find_addressed(original) or self.preferred

    def find_delivered(self, addresses: Iterable[str]) -> Address | None:
        """Of those that a message was delivered to, the one that says most: an alias, or an
        address with a detail, before the one under which everything comes.
        """
        own = [found for each in addresses if (found := self.find(each))]
        first = self.addresses[0].address.lower()
        others = [each for each in own if each.address.lower() != first]
        return next(iter([*others, *own]), None)


def _without_detail(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
