"""Where an address leads: to accounts of this server, to other hosts, or nowhere."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.conf import settings

from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId

MAX_TARGETS = 1000
"""Addresses that one recipient may become through aliases."""

POSTMASTER = "postmaster"


@dataclass(slots=True)
class Leg:
    """One address that an original recipient became.

    ``account`` is set when it ends in a mailbox here; ``status`` when it leads nowhere (RFC 3463).
    """

    address: str
    account: AccountId | None = None
    status: str = ""
    reason: str = ""


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
    """Whether this server is responsible for the domain."""
    if domain == settings.LEMONADE.domain:
        return True
    return tx.row("SELECT 1 FROM domain WHERE name = %s", (domain,)) is not None


def route(tx: Tx, address: str) -> Route:
    """Follow aliases from ``address`` to its ends. Loops are cut, the count is bounded."""
    result = Route()
    waiting = [_complete(address)]
    seen = {_fold(waiting[0])}
    while waiting:
        current = waiting.pop(0)
        if not is_local(tx, domain_of(current)):
            result.legs.append(Leg(current))
            continue
        targets = _alias(tx, _fold(current))
        if targets is None:
            result.legs.append(_mailbox(tx, current))
            continue
        for target in map(_complete, targets):
            if _fold(target) == _fold(current):
                result.legs.append(_mailbox(tx, current))
            elif _fold(target) not in seen and len(seen) < MAX_TARGETS:
                seen.add(_fold(target))
                waiting.append(target)
    if not result.legs:
        result.legs.append(Leg(address, status="5.4.6", reason="The alias leads only to itself"))
    return result


def _fold(address: str) -> str:
    """Local parts of remote addresses keep their case elsewhere; here they are only compared."""
    return address.lower()


def _complete(address: str) -> str:
    """``postmaster`` may come without a domain (RFC 5321 §4.5.1)."""
    return address if "@" in address else f"{address}@{settings.LEMONADE.domain}"


def _alias(tx: Tx, address: str) -> list[str] | None:
    """The targets of an alias; of postmaster, when it is neither alias nor account, our admins.

    An alias hides an account of the same address, unless it names itself among its targets.
    """
    row = tx.row("SELECT targets FROM alias WHERE address = %s", (address,))
    if row is not None:
        return [line.strip() for line in str(row[0]).splitlines() if line.strip()]
    if address.partition("@")[0] == POSTMASTER and _account(tx, address) is None:
        admins = tx.rows(
            "SELECT email FROM account WHERE is_superuser = %s AND is_active = %s ORDER BY id",
            (True, True),
        )
        return [str(email) for (email,) in admins] or None
    return None


def _account(tx: Tx, address: str) -> tuple[int, bool, str] | None:
    row = tx.row("SELECT id, is_active, role FROM account WHERE email = %s", (address,))
    return None if row is None else (int(row[0]), bool(row[1]), str(row[2]))


def _mailbox(tx: Tx, address: str) -> Leg:
    """The account that has the address, with or without a ``+detail`` (RFC 5233)."""
    folded = _fold(address)
    local, _, domain = folded.rpartition("@")
    found = _account(tx, folded)
    if found is None and "+" in local:
        found = _account(tx, f"{local.partition('+')[0]}@{domain}")
    if found is None or found[2] != "user":
        return Leg(address, status="5.1.1", reason=f"There is no mailbox {address} here")
    if not found[1]:
        return Leg(address, status="5.2.1", reason=f"The mailbox {address} is disabled")
    return Leg(address, account=AccountId(found[0]))
