"""Aliases: addresses that stand for others."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms, urls
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from lemonade_server.directory.aliases import checked_address, checked_targets, hidden
from lemonade_server.directory.removal import loss_with_alias, remove_alias
from lemonade_server.models import Alias

from . import route_page
from .domains import DomainFilter
from .typed import ExplainedAdmin

SHOWN = 3


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """Refuses addresses that aren't ours or are taken, and targets that lead nowhere."""

    def clean_address(self) -> str:
        return checked_address(self.cleaned_data["address"])

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
        if words := hidden(address, targets):
            self.add_error("address", words)


class AliasDomainFilter(DomainFilter):
    """By the domain of the alias."""

    field = "address"


@admin.register(Alias)
class AliasAdmin(ExplainedAdmin[Alias]):
    """Written and deleted freely: mail that has arrived stays where it is."""

    change_list_template = "admin/lemonade_server/alias/list.html"
    explanation = (
        "RCPT TO an alias is accepted here and goes on to each target, local or remote. The "
        "envelope's sender stays as it was, so reports reach whoever wrote."
    )
    form = AliasForm
    list_display = ("address", "leads_to", "count")
    list_filter = (AliasDomainFilter,)
    search_fields = ("address", "targets")

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What leads to them alone goes along."""
        losses = [(one, loss_with_alias(one)) for one in objs]
        lines = [line for one, loss in losses for line in (str(one), *loss.lines())]
        gone = {each.address for one, loss in losses for each in (one, *loss.deleted)}
        return list(dict.fromkeys(lines)), {"aliases": len(gone)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Alias) -> None:
        remove_alias(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Alias]) -> None:
        for one in queryset:
            remove_alias(one)

    @admin.display(description="leads to")
    def leads_to(self, alias: Alias) -> str:
        targets = alias.target_list()
        more = f" and {len(targets) - SHOWN} more" if len(targets) > SHOWN else ""
        return ", ".join(targets[:SHOWN]) + more

    @admin.display(description="targets")
    def count(self, alias: Alias) -> int:
        return len(alias.target_list())

    def get_urls(self) -> list[urls.URLPattern]:
        page = self.admin_site.admin_view(partial(route_page.route_page, self))
        name = "lemonade_server_alias_route"
        return [urls.path("route/", page, name=name), *super().get_urls()]
