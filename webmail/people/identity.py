"""Who writes: the addresses that somebody may write from, each with its name."""

from __future__ import annotations

from dataclasses import dataclass

from webmail.mail import Address, OpenedMessage


@dataclass(slots=True)
class Identities:
    """Somebody's own addresses. ``preferred``: what a new message is from."""

    addresses: list[Address]
    preferred: Address

    def find(self, address: str) -> Address | None:
        """The own address of that spelling, or one with a detail (``+``) behind it; else None."""
        local, _, domain = address.strip().lower().rpartition("@")
        named = {each.address.lower(): each for each in self.addresses}
        if found := named.get(f"{local}@{domain}"):
            return found
        plain = named.get(f"{local.partition('+')[0]}@{domain}")
        return None if plain is None else Address(plain.name, f"{local}@{domain}")

    def for_answer(self, original: OpenedMessage) -> Address:
        """The address that a message was sent to, or from; the preferred one for a blind copy."""
        for person in (original.sender, *original.to, *original.cc):
            if found := self.find(person.address):
                return found
        return self.preferred
