"""Domains: for which addresses this server is responsible."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import admin
from django.core.validators import DomainNameValidator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from lemonade_server.models import Account, Alias, Domain

from .typed import ExplainedAdmin

FILTERED = 100
"""Domains that a filter offers; beyond that one searches."""


class DomainForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """Refuses what can't be a domain, in the words of the command line."""

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip().lower()
        DomainNameValidator(message=f"{name} is not a domain name; example.org is one.")(name)
        if Domain.objects.filter(name=name).exists():
            raise forms.ValidationError(f"{name} is here already.")
        return name


class DomainFilter(admin.SimpleListFilter):
    """By the domain of an address. ``field`` names the column that holds it."""

    title = "domain"
    parameter_name = "domain"
    field = "email"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = Domain.objects.values_list("name", flat=True)[:FILTERED]
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(**{f"{self.field}__endswith": f"@{value}"}) if value else queryset


def users(domain: Domain) -> tuple[int, int]:
    """How many accounts and aliases have addresses of the domain."""
    ending = f"@{domain.name}"
    return (
        Account.objects.filter(email__endswith=ending).count(),
        Alias.objects.filter(address__endswith=ending).count(),
    )


@admin.register(Domain)
class DomainAdmin(ExplainedAdmin[Domain]):
    """Made and given up, never renamed: addresses carry the name."""

    explanation = (
        "Mail for an address of these domains is delivered here and not looked up in DNS; "
        "accounts and aliases can only have such addresses."
    )
    form = DomainForm
    list_display = ("name", "accounts", "aliases", "created_at")
    list_filter = ("created_at",)
    search_fields = ("name",)
    fields = ("name",)
    # A domain in use can't go, so many at once can't either.
    actions = None

    @admin.display(description="accounts")
    def accounts(self, domain: Domain) -> SafeString:
        return self._found("account", domain)

    @admin.display(description="aliases")
    def aliases(self, domain: Domain) -> SafeString:
        return self._found("alias", domain)

    def _found(self, model: str, domain: Domain) -> SafeString:
        url = reverse(f"admin:lemonade_server_{model}_changelist")
        return format_html('<a href="{}?q={}">show</a>', url, quote(f"@{domain.name}"))

    def has_change_permission(self, request: HttpRequest, obj: Domain | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Domain | None = None) -> bool:
        """Not while it has addresses: they would bounce."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or users(obj) == (0, 0))
