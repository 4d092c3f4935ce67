"""Where an address leads: to accounts of this server, to other hosts, or nowhere."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from django.conf import settings

from lemonade_server.models.accounts import ALWAYS
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId
from lemonade_server.store.sql import directory as sql
from lemonade_server.wire import idn

from . import srs

MAX_TARGETS = 1000
"""Addresses that one recipient may become through aliases."""


@dataclass(slots=True)
class Leg:
    """One address that an original recipient became.

    ``account`` is set when it ends in a mailbox here, ``detail`` is then what stood behind a ``+``
    (RFC 5233 §4); ``status`` when it leads nowhere (RFC 3463). ``alias`` is the address of ours
    that sends it elsewhere, empty when the recipient itself is elsewhere. ``script`` is the
    account's active filter.
    """

    address: str
    account: AccountId | None = None
    status: str = ""
    reason: str = ""
    detail: str = ""
    alias: str = ""
    script: int = 0


@dataclass(slots=True)
class Route:
    """What one recipient address became. Empty ``legs`` never happens."""

    legs: list[Leg] = field(default_factory=list)

    @property
    def refused(self) -> Leg | None:
        """The reason to refuse the address, when nothing at all can be delivered."""
        return self.legs[0] if all(leg.status for leg in self.legs) else None


def domain_of(address: str) -> str:
    """The part after the last @, in lower case; our own domain when there is none."""
    _, at, domain = address.rpartition("@")
    return domain.lower().rstrip(".") if at else str(settings.LEMONADE.domain)


def is_local(tx: Tx, domain: str) -> bool:
    """Whether this server is responsible for the domain, however it is written."""
    return _name_here(tx, domain) is not None


def _name_here(tx: Tx, domain: str) -> str | None:
    """The name by which this server knows a domain of its own: letters, or their ASCII form."""
    for name in idn.forms(domain):
        if name == settings.LEMONADE.domain:
            return name
        if tx.row(sql.IS_DOMAIN, (name,)) is not None:
            return name
    return None


def route(tx: Tx, address: str) -> Route:
    """Follow aliases from ``address`` to its ends. Loops are cut, the count is bounded."""
    result = Route()
    first = _complete(address)
    waiting = [(first, "")]
    seen = {_fold(first)}
    while waiting:
        current, alias = waiting.pop(0)
        domain = domain_of(current)
        name = _name_here(tx, domain)
        if name is None:
            result.legs.append(Leg(current, alias=alias))
            continue
        if name != domain:
            current = f"{current.rpartition('@')[0]}@{name}"
        found = _lead(tx, current)
        if isinstance(found, Leg):
            result.legs.append(_discreet(found, first, alias))
            continue
        for target in map(_complete, found):
            if _fold(target) == _fold(current):
                leg = _mailbox(tx, current) or _nobody(current)
                result.legs.append(_discreet(leg, first, alias))
            elif _fold(target) not in seen and len(seen) < MAX_TARGETS:
                seen.add(_fold(target))
                waiting.append((target, current))
    if not result.legs:
        result.legs.append(Leg(address, status="5.4.6", reason="The alias leads only to itself"))
    return result


def _discreet(leg: Leg, first: str, alias: str) -> Leg:
    """A leg that leads nowhere, behind an alias, tells strangers of that alone: whom it led to is
    nobody's business.
    """
    if leg.status and alias:
        leg.address, leg.reason = first, f"Nobody is behind {first} at present"
    return leg


def _lead(tx: Tx, address: str) -> Leg | list[str]:
    """Where an address of ours leads: its end, or the next addresses.

    First what has this very name, an alias before an account (which it hides, unless it names
    itself); then what has the name before the ``+``; then another name of the domain, the names
    that always work, and whoever takes what nobody has.
    """
    for name in _names(address):
        aliased = tx.row(sql.ALIAS, (_fold(name),))
        if aliased is not None:
            return [line.strip() for line in str(aliased[0]).splitlines() if line.strip()]
        found = _mailbox(tx, address, name)
        if found is not None:
            return found
    return _of_the_domain(tx, address) or _report_route(address) or _nobody(address)


def _names(address: str) -> list[str]:
    """The address as it is, and without what stands behind a ``+``."""
    if "+" not in address.rpartition("@")[0]:
        return [address]
    return [address, f"{split_detail(address)[0]}@{domain_of(address)}"]


def _of_the_domain(tx: Tx, address: str) -> list[str] | None:
    local, domain = address.rpartition("@")[0], domain_of(address)
    catch_all, other_name = tx.row(sql.DOMAIN, (domain,)) or ("", None)
    if other_name:
        return [f"{local}@{other_name}"]
    if local.lower() in ALWAYS:
        found = tx.rows(sql.ADMINS, (True, True)) or tx.rows(sql.FIRST_ACCOUNT, (True,))
        return [str(email) for (email,) in found] or None
    if catch_all and not srs.is_rewritten(address):
        return [str(catch_all)]
    return None


def _report_route(address: str) -> Leg | None:
    """A report about mail that was forwarded goes on to whoever had sent it."""
    if not srs.is_rewritten(address):
        return None
    sender = srs.original(address, settings.SECRET_KEY, int(time.time()))
    return None if sender is None else Leg(sender, alias=address)


def split_detail(address: str) -> tuple[str, str]:
    """The local part before its ``+`` and what stands behind it, quotes undone (RFC 5233 §4)."""
    local = address.rpartition("@")[0]
    if local.startswith('"') and local.endswith('"'):
        local = local[1:-1].replace("\\", "")
    name, _, detail = local.partition("+")
    return name, detail


def _fold(address: str) -> str:
    """Local parts of remote addresses keep their case elsewhere; here they are only compared."""
    return address.lower()


def _complete(address: str) -> str:
    """``postmaster`` may come without a domain (RFC 5321 §4.5.1)."""
    return address if "@" in address else f"{address}@{settings.LEMONADE.domain}"


def _mailbox(tx: Tx, address: str, name: str = "") -> Leg | None:
    """The account of that name, for mail that was sent to ``address``."""
    row = tx.row(sql.ACCOUNT, (_fold(name or address),))
    if row is None or row[2] != "user":
        return None
    if not row[1]:
        return Leg(address, status="5.2.1", reason=f"The mailbox {address} is disabled")
    detail = split_detail(address)[1] if name != address else ""
    return Leg(address, account=AccountId(int(row[0])), detail=detail, script=int(row[3]))


def _nobody(address: str) -> Leg:
    return Leg(address, status="5.1.1", reason=f"There is no mailbox {address} here")
