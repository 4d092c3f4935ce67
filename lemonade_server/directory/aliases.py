"""What an alias and a catch-all may lead to: nothing is accepted that would lead nowhere.

Shared by the command line and the admin, so that both refuse the same things in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lemonade_server.models import Account, Alias, Domain
from lemonade_server.models.accounts import ALWAYS


def domain_of(address: str) -> str:
    """The part behind the @."""
    return address.rpartition("@")[2]


def without_detail(address: str) -> str:
    """``bob@example.org`` for ``bob+lists@example.org``: the detail is the reader's own business
    (RFC 5233).
    """
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def checked_address(text: str) -> str:
    """The address in lower case. Raises ValidationError unless its domain is ours."""
    address = text.strip().lower()
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(f"{text!r} is not an e-mail address.") from None
    domain = domain_of(address)
    if not Domain.objects.filter(name=domain).exists():
        raise ValidationError(f"{domain} is not a domain of this server.")
    return address


def hidden(address: str, targets: Iterable[str]) -> str:
    """Why an account would get nothing any more behind such an alias; empty where none would."""
    if address in targets or not Account.objects.filter(email=address).exists():
        return ""
    return (
        f"{address} is an account, which would get nothing any more: name it among the targets too."
    )


def checked_targets(address: str, targets: list[str]) -> list[str]:
    """The targets, once each. Raises ValidationError for one that leads nowhere or in a circle.

    An alias may name itself: then the account of the same address gets a copy too.
    """
    if not targets:
        raise ValidationError("At least one target is needed.")
    chosen = list(dict.fromkeys(targets))
    for target in chosen:
        try:
            validate_email(target)
        except ValidationError:
            raise ValidationError(f"{target!r} is not an e-mail address.") from None
    refuse_missing(address, chosen)
    _refuse_loop(address, chosen)
    return chosen


def refuse_missing(address: str, targets: list[str]) -> None:
    """Raises ValidationError when a target is of our domains, and nobody's. ``address``: whose."""
    spelled = spellings(targets)
    every = {name for names in spelled.values() for name in names}
    known = set(Account.objects.filter(email__in=every).values_list("email", flat=True))
    known |= set(
        Alias.objects.filter(address__in=every - {address}).values_list("address", flat=True)
    )
    for one, names in spelled.items():
        if known.isdisjoint(names) and one.partition("@")[0] not in ALWAYS:
            raise ValidationError(f"{one} is neither an account nor an alias of this server.")


def spellings(targets: Iterable[str]) -> dict[str, list[str]]:
    """Those of our domains, each with the names under which it is looked for: as it is, without
    its detail, and both under the name of the domain that its own is another name of.
    """
    domains = dict(
        Domain.objects.filter(name__in={domain_of(one) for one in targets}).values_list(
            "name", "alias_of__name"
        )
    )
    found: dict[str, list[str]] = {}
    for one in targets:
        if domain_of(one) in domains:
            names = [one, without_detail(one)]
            other = domains[domain_of(one)]
            names += [f"{name.rpartition('@')[0]}@{other}" for name in names if other]
            found[one] = names
    return found


def _refuse_loop(address: str, targets: list[str]) -> None:
    """Follow the aliases behind the targets, a level a query, until they end or come back."""
    seen = {address}
    level = {one for one in targets if one != address}
    while level:
        if address in level:
            raise ValidationError("This goes in a circle: a target leads back to the alias itself.")
        seen |= level
        found = Alias.objects.filter(address__in=level)
        level = {
            target for alias in found for target in alias.target_list() if target != alias.address
        }
        level -= seen - {address}


def checked_catch_all(domain: str, text: str) -> str:
    """Who gets what nobody has in ``domain``, in lower case; empty for nobody.

    Raises ValidationError for an address that leads nowhere, or back to what nobody has.
    """
    address = text.strip().lower()
    if not address:
        return ""
    try:
        validate_email(address)
    except ValidationError:
        raise ValidationError(f"{text!r} is not an e-mail address.") from None
    refuse_missing("", [address])
    _refuse_return(domain, address)
    return address


def _refuse_return(domain: str, address: str) -> None:
    """Follow the addresses behind a catch-all, through aliases and the catch-alls of other domains,
    a level a query. Raises ValidationError when one of them is nobody's in ``domain``.
    """
    seen: set[str] = set()
    level = {address}
    while level:
        seen |= level
        spelled = spellings(level)
        every = {name for names in spelled.values() for name in names}
        aliases = {
            alias.address: alias.target_list() for alias in Alias.objects.filter(address__in=every)
        }
        accounts = set(Account.objects.filter(email__in=every).values_list("email", flat=True))
        following: set[str] = set()
        nobodys: set[str] = set()
        for one, names in spelled.items():
            if aliased := next((name for name in names if name in aliases), None):
                following |= set(aliases[aliased])
            elif accounts.isdisjoint(names) and one.partition("@")[0] not in ALWAYS:
                nobodys |= {domain_of(name) for name in names}
        if domain in nobodys:
            raise ValidationError(
                f"This goes in a circle: {address} leads back to what nobody has in {domain}."
            )
        others = Domain.objects.filter(name__in=nobodys).exclude(catch_all="")
        following |= set(others.values_list("catch_all", flat=True))
        level = following - seen


def checked_other_name(domain: Domain, chosen: Domain | None) -> Domain | None:
    """The domain that ``domain`` is another name of. Raises ValidationError for a chain or a circle
    of names.
    """
    if chosen is None:
        return None
    if chosen.pk == domain.pk or chosen.alias_of_id is not None:
        raise ValidationError("A domain can be another name only of one that has mail itself.")
    if domain.other_names.exists():
        raise ValidationError(
            f"{domain.name} has other names itself: give those to {chosen.name} first."
        )
    return chosen


def refuse_both(chosen: Domain | None, catch_all: str) -> None:
    """Raises ValidationError where another name would have a catch-all, which nobody would ask."""
    if chosen is not None and catch_all:
        raise ValidationError(
            "Another name has no catch-all of its own: that of the domain itself counts."
        )
