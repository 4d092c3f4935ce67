"""Where mail to an address goes: to accounts of this server, to other hosts, or nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lemonade_server.directory.addresses import complete
from lemonade_server.directory.lookup import Lookup
from lemonade_server.directory.resolution import End, EndKind, resolve_in
from lemonade_server.store.db import Tx
from lemonade_server.store.ids import AccountId


@dataclass(slots=True)
class Leg:
    """One address that an original recipient became.

    ``account`` is set when it ends in a mailbox here, ``detail`` is then what stood behind a ``+``
    (RFC 5233 §4); ``status`` when it leads nowhere (RFC 3463). ``alias`` is the address of ours
    that sends it elsewhere, empty when the recipient itself is elsewhere. ``script`` is the
    account's active filter, and it ``mutes`` if the conversation may be muted.
    """

    address: str
    account: AccountId | None = None
    status: str = ""
    reason: str = ""
    detail: str = ""
    alias: str = ""
    script: int = 0
    mutes: bool = False


@dataclass(slots=True)
class Route:
    """What one recipient address became. Empty ``legs`` never happens."""

    legs: list[Leg] = field(default_factory=list)

    @property
    def refused(self) -> Leg | None:
        """The reason to refuse the address, when nothing at all can be delivered."""
        return self.legs[0] if all(leg.status for leg in self.legs) else None


def route(tx: Tx, address: str) -> Route:
    """The ways of mail to ``address``, with what is said where there is none."""
    return _route(Lookup(tx), address)


def routes(tx: Tx, addresses: Sequence[str]) -> list[Route]:
    """The same of all recipients of a message, in their order, who are looked for together."""
    lookup = Lookup(tx)
    lookup.load(map(complete, addresses))
    return [_route(lookup, address) for address in addresses]


def _route(lookup: Lookup, address: str) -> Route:
    first = complete(address)
    legs = [_leg(end, first) for end in resolve_in(lookup, address).ends]
    return Route(legs or [Leg(address, status="5.4.6", reason="The alias leads only to itself")])


def _leg(end: End, first: str) -> Leg:
    """The way to one end. One that leads nowhere, behind an alias, tells strangers of that alone:
    whom it led to is nobody's business.
    """
    match end.kind:
        case EndKind.MAILBOX:
            return Leg(
                end.address,
                account=end.account,
                detail=end.detail,
                script=end.script,
                mutes=end.mutes,
            )
        case EndKind.ELSEWHERE:
            return Leg(end.address, alias=end.via)
        case EndKind.DISABLED:
            status, reason = "5.2.1", f"The mailbox {end.address} is disabled"
        case _:
            status, reason = "5.1.1", f"There is no mailbox {end.address} here"
    if end.via:
        return Leg(first, status=status, reason=f"Nobody is behind {first} at present")
    return Leg(end.address, status=status, reason=reason)
