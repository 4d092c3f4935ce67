"""Aliases: addresses that stand for others."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms, urls
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy

from lemonade_server.directory.checks import (
    checked_address,
    checked_targets,
    hidden_account_warning,
)
from lemonade_server.directory.removal import loss_with_alias, remove_alias
from lemonade_server.models import Alias

from . import route_page
from .display import name_list
from .domains import DomainFilter
from .model_admin import ExplainedAdmin

SHOWN = 3


class AliasForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """Refuses addresses that aren't ours or are taken, and targets that lead nowhere."""

    targets = forms.CharField(
        label=gettext_lazy("Targets"),
        widget=AdminTextareaWidget,
        help_text=gettext_lazy("One address a line, local or remote."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["targets"] = "\n".join(self.instance.target_list())

    def clean_address(self) -> str:
        return checked_address(self.cleaned_data["address"])

    def clean(self) -> None:
        super().clean()
        address = self.cleaned_data.get("address")
        if not address or "targets" not in self.cleaned_data:
            return
        lines = self.cleaned_data["targets"].lower().splitlines()
        targets = [line.strip() for line in lines if line.strip()]
        try:
            self.cleaned_data["targets"] = checked_targets(address, targets)
        except ValidationError as error:
            self.add_error("targets", error)
        if words := hidden_account_warning(address, targets):
            self.add_error("address", words)


class AliasDomainFilter(DomainFilter):
    """By the domain of the alias."""

    field = "address"


@admin.register(Alias)
class AliasAdmin(ExplainedAdmin[Alias]):
    """Written and deleted freely: mail that has arrived stays where it is."""

    change_list_template = "admin/lemonade_server/alias/list.html"
    explanation = gettext_lazy(
        "RCPT TO an alias is accepted here and goes on to each target, local or remote. The "
        "envelope's sender stays as it was, so reports reach whoever wrote."
    )
    form = AliasForm
    fields = ("address", "targets")
    list_display = ("address", "leads_to", "count")
    list_filter = (AliasDomainFilter,)
    search_fields = ("address", "targets__address")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Alias]:
        return super().get_queryset(request).prefetch_related("targets")

    def save_model(self, request: HttpRequest, obj: Alias, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        obj.set_targets(form.cleaned_data["targets"])

    @admin.display(description=gettext_lazy("targets"))
    def targets(self, alias: Alias) -> str:
        """For those who may only look."""
        return "\n".join(alias.target_list())

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What leads to them alone goes along."""
        losses = [(one, loss_with_alias(one)) for one in objs]
        lines = [line for one, loss in losses for line in (str(one), *loss.lines())]
        gone = {each.address for one, loss in losses for each in (one, *loss.deleted)}
        return list(dict.fromkeys(lines)), {gettext("aliases"): len(gone)}, set(), []

    def delete_model(self, request: HttpRequest, obj: Alias) -> None:
        remove_alias(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Alias]) -> None:
        for one in queryset:
            remove_alias(one)

    @admin.display(description=gettext_lazy("leads to"))
    def leads_to(self, alias: Alias) -> str:
        return name_list(alias.target_list(), SHOWN)

    @admin.display(description=gettext_lazy("targets"))
    def count(self, alias: Alias) -> int:
        return len(alias.target_list())

    def get_urls(self) -> list[urls.URLPattern]:
        page = self.admin_site.admin_view(partial(route_page.route_page, self))
        name = "lemonade_server_alias_route"
        return [urls.path("route/", page, name=name), *super().get_urls()]
