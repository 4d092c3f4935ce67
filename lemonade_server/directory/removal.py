"""What leads to an address, or stands in a domain, that is about to go.

Shared by the command line and the admin, so that both show and do the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.translation import gettext, ngettext, ngettext_lazy

from lemonade_server.models import Account, Alias, Domain
from lemonade_server.models.accounts import ALWAYS
from lemonade_server.store.tx import snapshot, transaction

from .lookup import Lookup
from .resolution import find_holder

MOST_NAMED = 3

ACCOUNTS = ngettext_lazy("%(count)s account (%(names)s)", "%(count)s accounts (%(names)s)", "count")
ALIASES = ngettext_lazy("%(count)s alias (%(names)s)", "%(count)s aliases (%(names)s)", "count")
LEADING = ngettext_lazy(
    "%(count)s alias that leads to it (%(names)s)",
    "%(count)s aliases that lead to it (%(names)s)",
    "count",
)
OTHER_NAMES = ngettext_lazy(
    "%(count)s domain that is another name of it (%(names)s)",
    "%(count)s domains that are other names of it (%(names)s)",
    "count",
)
CATCHING = ngettext_lazy(
    "%(count)s domain whose catch-all is there (%(names)s)",
    "%(count)s domains whose catch-all is there (%(names)s)",
    "count",
)


@dataclass(slots=True)
class Loss:
    """What no longer leads anywhere once an address is gone.

    ``deleted`` are aliases that lead nowhere else, ``shortened`` aliases with the targets that they
    lose, ``domains`` those whose catch-all it was, directly or behind such an alias.
    """

    deleted: list[Alias] = field(default_factory=list)
    shortened: list[tuple[Alias, list[str]]] = field(default_factory=list)
    domains: list[Domain] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What happens to each, for whoever is asked before."""
        deleted = gettext("Alias %(alias)s leads nowhere else: deleted")
        shortened = gettext("Alias %(alias)s leads on without %(targets)s")
        uncaught = gettext("%(domain)s has no catch-all any more")
        return [
            *(deleted % {"alias": one} for one in self.deleted),
            *(shortened % {"alias": one, "targets": ", ".join(to)} for one, to in self.shortened),
            *(uncaught % {"domain": one} for one in self.domains),
        ]


def loss_with_account(address: str) -> Loss:
    """What an account that is about to go takes along. An alias of the same name stays, if it leads
    to others too, and so does what leads to that.
    """
    own = Alias.objects.filter(address=address).first()
    targets = own.target_list() if own is not None else []
    if own is not None and set(targets) - {address}:
        return Loss(shortened=[(own, [address])] if address in targets else [])
    return _find_loss(address)


def loss_with_alias(alias: Alias) -> Loss:
    """What an alias that is about to go takes along, unless an account has the same address."""
    if Account.objects.filter(email=alias.address).exists():
        return Loss()
    loss = _find_loss(alias.address)
    loss.deleted = [one for one in loss.deleted if one != alias]
    loss.shortened = [(one, targets) for one, targets in loss.shortened if one != alias]
    return loss


def _find_loss(address: str) -> Loss:
    """What leads to an address, also through other aliases, and what then leads but in a circle."""
    with snapshot() as tx:
        lookup = Lookup(tx)
        aliases = _upstream(lookup, address)
        gone = {address} | {alias.address for alias in aliases}
        living: list[Alias] = []
        while found := [one for one in aliases if _leads_on(lookup, gone, one, address)]:
            living += found
            aliases = [one for one in aliases if one not in found]
            gone -= {one.address for one in found} - {address}
        shortened = [
            (one, sorted(targets))
            for one in living
            if (targets := _leading_to(lookup, gone, one, address))
        ]
        catching = Domain.objects.exclude(catch_all="").order_by("name")
        domains = [one for one in catching if _leads_to(lookup, gone, one.catch_all)]
        return Loss(aliases, shortened, domains)


def _upstream(lookup: Lookup, address: str) -> list[Alias]:
    """Every alias with a target that leads to an address, directly or through others."""
    found: dict[str, Alias] = {}
    level, seen = {address}, {address}
    while level:
        new = lookup.aliases_to(level) - found.keys()
        level = set()
        for alias in Alias.objects.filter(address__in=new).prefetch_related("targets"):
            if _leading_to(lookup, seen, alias, address):
                found[alias.address] = alias
                level.add(alias.address)
        seen |= level
    return list(found.values())


def _leads_on(lookup: Lookup, gone: set[str], alias: Alias, address: str) -> bool:
    return _leading_to(lookup, gone, alias, address) != set(alias.target_list())


def _leading_to(lookup: Lookup, gone: set[str], alias: Alias, address: str) -> set[str]:
    """The targets of an alias that lead to what goes with ``address``. One that names the alias
    itself means the account of that name.
    """
    targets = alias.target_list()
    lookup.load(targets)
    return {
        target
        for target in targets
        if (
            target == address or lookup.account(target) is None
            if target == alias.address
            else _leads_to(lookup, gone, target)
        )
    }


def _leads_to(lookup: Lookup, gone: set[str], target: str) -> bool:
    """Whether a target leads to what goes, by whichever of its names is found first."""
    return target.partition("@")[0] not in ALWAYS and find_holder(lookup, target) in gone


def remove_loss(loss: Loss) -> None:
    """Let nothing lead to what goes: an alias would tell strangers whose mailbox it was."""
    for alias in loss.deleted:
        alias.delete()
    for alias, targets in loss.shortened:
        alias.set_targets([one for one in alias.target_list() if one not in targets])
    for domain in loss.domains:
        domain.catch_all = ""
        domain.save(update_fields=["catch_all"])


def remove_alias(alias: Alias) -> None:
    """Delete an alias with what leads only to it. An account of the same name stays."""
    loss = loss_with_alias(alias)
    with transaction():
        alias.delete()
        remove_loss(loss)


def find_obstacles(domain: Domain) -> list[str]:
    """Why a domain can't be given up: what has an address of it, or leads to one."""
    ending = f"@{domain.name}"
    accounts = Account.objects.filter(email__endswith=ending).exclude(role=Account.Role.SHARED)
    aliases = Alias.objects.filter(address__endswith=ending)
    leading = [
        one.address
        for one in Alias.objects.filter(targets__address__iendswith=ending)
        .exclude(pk__in=aliases)
        .distinct()
    ]
    others = [
        one.name for one in Domain.objects.filter(catch_all__endswith=ending) if one.pk != domain.pk
    ]
    found = (
        (ACCOUNTS, [one.email for one in accounts]),
        (ALIASES, [one.address for one in aliases]),
        (LEADING, leading),
        (OTHER_NAMES, [one.name for one in domain.other_names.all()]),
        (CATCHING, others),
    )
    return [str(text % _values(names)) for text, names in found if names]


def _values(names: list[str]) -> dict[str, object]:
    shown, more = ", ".join(names[:MOST_NAMED]), len(names) - MOST_NAMED
    if more > 0:
        text = ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more)
        shown = text % {"names": shown, "count": more}
    return {"count": len(names), "names": shown}
