"""What an alias and a catch-all may lead to: nothing is accepted that would lead nowhere.

Shared by the command line and the admin, so that both refuse the same things in the same words.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from .models import Account, Alias, Domain


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
    domains = set(
        Domain.objects.filter(name__in={domain_of(one) for one in targets}).values_list(
            "name", flat=True
        )
    )
    local = {one for one in targets if domain_of(one) in domains}
    plain = {one: without_detail(one) for one in local}
    accounts = set(Account.objects.filter(email__in=plain.values()).values_list("email", flat=True))
    aliases = set(Alias.objects.filter(address__in=local).values_list("address", flat=True))
    for one in local:
        if plain[one] not in accounts and (one == address or one not in aliases):
            raise ValidationError(f"{one} is neither an account nor an alias of this server.")


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
