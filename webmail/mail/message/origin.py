"""Who a message is from, as every list and every page says it.

Nobody is left out: the authors, who wrote it for them (Sender), and who sent it on (RFC 5322
§3.6.2, §3.6.6). A group's name is nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.utils.translation import gettext, gettext_lazy, ngettext

from .names import is_telling

NOBODY = gettext_lazy("(no sender)")


@dataclass(slots=True)
class Address:
    """A decoded address. ``name`` may be empty, ``address`` too (a group's name)."""

    name: str
    address: str

    @property
    def label(self) -> str:
        """What a list shows: the name, or the address where the name looks like another one."""
        telling = self.name and (not self.address or is_telling(self.name, self.address))
        return self.name if telling else self.address

    def __str__(self) -> str:
        name = (
            gettext("“%(name)s”") % {"name": self.name}
            if set(self.name) & set('<>"@')
            else self.name
        )
        return f"{name} <{self.address}>" if name and self.address else name or self.address


@dataclass(slots=True)
class Origin:
    """``senders`` are those of Sender who are no authors, ``resenders`` those who sent it on last.

    ``unnamed``: how many more authors there are.
    """

    authors: list[Address] = field(default_factory=list)
    senders: list[Address] = field(default_factory=list)
    resenders: list[Address] = field(default_factory=list)
    unnamed: int = 0

    @property
    def first(self) -> Address:
        """The first author; an empty address where there is none."""
        return self.authors[0] if self.authors else Address("", "")

    @property
    def written(self) -> str:
        """Who wrote it: ``alice, carol``, or ``bob for alice``."""
        return self._written(_label)

    @property
    def passed_on(self) -> str:
        """``sent on by bob``; empty when it came as it was written."""
        return self._passed_on(_label)

    @property
    def label(self) -> str:
        """All of it in one line."""
        return ", ".join(filter(None, (self.written, self.passed_on)))

    @property
    def addresses(self) -> str:
        """The same by addresses, with names that can't stand for them; empty where the label says
        no less.
        """
        people = [*self.authors, *self.senders, *self.resenders]
        if len(people) == 1 and people[0].name:
            return _beside(people[0])
        phrases = (self._written(_whole), self._passed_on(_whole))
        whole = ", ".join(filter(None, phrases))
        return "" if whole in (self.label, NOBODY) else whole

    def _written(self, name: Callable[[Address], str]) -> str:
        authors = ", ".join(map(name, self.authors)) or str(NOBODY)
        if self.unnamed:
            authors = ngettext(
                "%(names)s and %(number)d more", "%(names)s and %(number)d more", self.unnamed
            ) % {"names": authors, "number": self.unnamed}
        senders = ", ".join(map(name, self.senders))
        return (
            gettext("%(senders)s for %(authors)s") % {"senders": senders, "authors": authors}
            if senders
            else authors
        )

    def _passed_on(self, name: Callable[[Address], str]) -> str:
        resenders = ", ".join(map(name, self.resenders))
        return gettext("sent on by %(resenders)s") % {"resenders": resenders} if resenders else ""


def _label(person: Address) -> str:
    return person.label


def _whole(person: Address) -> str:
    if person.label != person.address:
        return f"<{person.address}>"
    return f"{person.address} {_beside(person)}" if person.name else person.address


def _beside(person: Address) -> str:
    """What stands beside the label of somebody who has a name."""
    is_named = person.label != person.address
    if is_named:
        return f"<{person.address}>"
    return gettext("(named “%(name)s”)") % {"name": person.name}
