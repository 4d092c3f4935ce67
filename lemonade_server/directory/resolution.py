"""Who an address leads to: to accounts of this server, to other hosts, or to nobody.

The one answer for routing, for the right to send as an address, and for whoever writes aliases and
domains. An address of ours is looked for in this order: an alias (which hides an account, unless it
names itself), an account; the same without what stands behind a ``+``; another name of the domain;
the names that always work; whoever gets what nobody has.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from enum import Enum, auto

from django.conf import settings

from lemonade_server.models.accounts import ALWAYS
from lemonade_server.store.ids import AccountId
from lemonade_server.store.tx import Tx

from . import srs
from .addresses import complete, domain_of, fold, in_domain, names, split_detail
from .lookup import Lookup

MOST_ADDRESSES = 1000
"""Addresses that one may become through aliases."""


class EndKind(Enum):
    """What stands at the end of a way."""

    MAILBOX = auto()
    DISABLED = auto()
    ELSEWHERE = auto()
    NOBODY = auto()


@dataclass(frozen=True, slots=True)
class End:
    """One address that another became. ``via`` is the address of ours that leads there, empty when
    it is the first one itself. ``detail`` is what stood behind its ``+``.
    """

    kind: EndKind
    address: str
    via: str = ""
    account: AccountId | None = None
    detail: str = ""
    script: int = 0
    mutes: bool = False


@dataclass(slots=True)
class Resolution:
    """All ends of an address, none when it leads only in a circle.

    ``arrows`` say of each address of ours on the way where it leads, folded, and ``holders`` which
    alias leads there; ``unheld`` are the addresses on the way that nobody has.
    """

    ends: list[End] = field(default_factory=list)
    arrows: dict[str, list[str]] = field(default_factory=dict)
    holders: dict[str, str] = field(default_factory=dict)
    unheld: set[str] = field(default_factory=set)

    @property
    def accounts(self) -> set[AccountId]:
        """Who gets the mail, here."""
        return {end.account for end in self.ends if end.account is not None}

    def leads_back_to(self, alias: str) -> bool:
        """Whether an alias, whose address was resolved, is met again by others behind it."""
        return any(
            alias in to or self.holders.get(one) == alias
            for one, to in self.arrows.items()
            if one != alias
        )


@dataclass(frozen=True, slots=True)
class _Step:
    """Where one address leads at once: to an end, or to others."""

    end: End | None = None
    targets: tuple[str, ...] = ()
    holder: str = ""
    is_unheld: bool = False


def resolve(tx: Tx, address: str) -> Resolution:
    """Follow an address to its ends. Circles are cut, the number of addresses is bounded."""
    return resolve_in(Lookup(tx), address)


def resolve_in(lookup: Lookup, address: str, *, catch_alls: bool = True) -> Resolution:
    """The same where other addresses were looked up before. Without ``catch_alls`` an address that
    nobody has leads to nobody, whoever gets its mail.
    """
    result = Resolution()
    first = complete(address)
    level = [(first, "")]
    seen = {fold(first)}
    while level:
        lookup.load([written for written, _ in level])
        following: list[tuple[str, str]] = []
        for written, via in level:
            current, step = _follow(lookup, written, via, catch_alls)
            if step.is_unheld:
                result.unheld.add(fold(current))
            if step.end is not None:
                result.ends.append(step.end)
                continue
            result.arrows[fold(current)] = [fold(target) for target in step.targets]
            result.holders[fold(current)] = step.holder
            for target in step.targets:
                if fold(target) == fold(current):
                    result.ends.append(_end_at(lookup, current, fold(current), via))
                elif fold(target) not in seen and len(seen) < MOST_ADDRESSES:
                    seen.add(fold(target))
                    following.append((target, current))
        level = following
    return result


def find_holder(lookup: Lookup, address: str) -> str:
    """The alias or the account that has an address, also under another name of its domain; empty
    when nobody has it, and when it is elsewhere.
    """
    current = complete(address)
    while True:
        lookup.load([current])
        domain = lookup.domain_name(current)
        if domain is None:
            return ""
        current = in_domain(current, domain)
        for name in names(current):
            if lookup.alias(name) is not None or lookup.account(name) is not None:
                return name
        other = lookup.domain(domain).other_name_of
        if not other or lookup.domain(other).other_name_of:  # there are no chains of names
            return ""
        current = in_domain(current, other)


def _follow(lookup: Lookup, written: str, via: str, catch_alls: bool) -> tuple[str, _Step]:
    """The address under our name of its domain, and where it leads."""
    domain = lookup.domain_name(written)
    if domain is None:
        return written, _Step(End(EndKind.ELSEWHERE, written, via))
    current = written if domain == domain_of(written) else in_domain(written, domain)
    for name in names(current):
        targets = lookup.alias(name)
        if targets is not None:
            return current, _Step(targets=tuple(map(complete, targets)), holder=name)
        if lookup.account(name) is not None:
            return current, _Step(_end_at(lookup, current, name, via), holder=name)
    return current, _follow_unheld(lookup, current, domain, via, catch_alls)


def _follow_unheld(lookup: Lookup, current: str, domain: str, via: str, catch_alls: bool) -> _Step:
    """Where an address leads that nobody has under this name of the domain."""
    found = lookup.domain(domain)
    if found.other_name_of:
        return _Step(targets=(in_domain(current, found.other_name_of),))
    if fold(current.rpartition("@")[0]) in ALWAYS:
        admins = lookup.administrators()
        return _Step(targets=tuple(admins)) if admins else _Step(End(EndKind.NOBODY, current, via))
    if srs.is_rewritten(current):  # a report about forwarded mail goes on to whoever had sent it
        sender = srs.original_sender(current, settings.SECRET_KEY, int(time.time()))
        if sender is None:
            return _Step(End(EndKind.NOBODY, current, via))
        return _Step(End(EndKind.ELSEWHERE, sender, current))
    if found.catch_all and catch_alls:
        return _Step(targets=(found.catch_all,), is_unheld=True)
    return _Step(End(EndKind.NOBODY, current, via), is_unheld=True)


def _end_at(lookup: Lookup, address: str, name: str, via: str) -> End:
    """The end at the account of a name, for mail that was sent to ``address``."""
    account = lookup.account(name)
    if account is None:
        return End(EndKind.NOBODY, address, via)
    if not account.is_active:
        return End(EndKind.DISABLED, address, via)
    detail = split_detail(address)[1] if name != fold(address) else ""
    found = account
    return End(EndKind.MAILBOX, address, via, found.id, detail, found.script, found.mutes)
