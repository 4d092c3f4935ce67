"""Aliases: addresses that stand for others."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lemonade_server.models import Account, Alias, Domain

from .domains import DomainFilter
from .typed import ExplainedAdmin

SHOWN = 3


def domain_of(address: str) -> str:
    """The part behind the @."""
    return address.rpartition("@")[2]


def without_detail(address: str) -> str:
    """``bob@example.org`` for ``bob+lists@example.org``: the detail is the reader's own business
    (RFC 5233).
    """
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


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
    _refuse_missing(address, chosen)
    _refuse_loop(address, chosen)
    return chosen


def _refuse_missing(address: str, targets: list[str]) -> None:
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


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """Refuses addresses that aren't ours or are taken, and targets that lead nowhere."""

    def clean_address(self) -> str:
        address: str = self.cleaned_data["address"].strip().lower()
        domain = domain_of(address)
        if not Domain.objects.filter(name=domain).exists():
            raise ValidationError(f"{domain} is not a domain of this server.")
        return address

    def clean(self) -> None:
        super().clean()
        address = self.cleaned_data.get("address")
        if not address or "targets" not in self.cleaned_data:
            return
        alias = Alias(address=address, targets=self.cleaned_data["targets"])
        targets = alias.target_list()
        try:
            self.cleaned_data["targets"] = "\n".join(checked_targets(address, targets))
        except ValidationError as error:
            self.add_error("targets", error)
        if address not in targets and Account.objects.filter(email=address).exists():
            self.add_error(
                "address",
                f"{address} is an account, which would get nothing any more: "
                "name it among the targets too.",
            )


class AliasDomainFilter(DomainFilter):
    """By the domain of the alias."""

    field = "address"


@admin.register(Alias)
class AliasAdmin(ExplainedAdmin[Alias]):
    """Written and deleted freely: mail that has arrived stays where it is."""

    explanation = (
        "RCPT TO an alias is accepted here and goes on to each target, local or remote. The "
        "envelope's sender stays as it was, so reports reach whoever wrote."
    )
    form = AliasForm
    list_display = ("address", "leads_to", "count")
    list_filter = (AliasDomainFilter,)
    search_fields = ("address", "targets")

    @admin.display(description="leads to")
    def leads_to(self, alias: Alias) -> str:
        targets = alias.target_list()
        more = f" and {len(targets) - SHOWN} more" if len(targets) > SHOWN else ""
        return ", ".join(targets[:SHOWN]) + more

    @admin.display(description="targets")
    def count(self, alias: Alias) -> int:
        return len(alias.target_list())
