"""Domains: for which addresses this server is responsible."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from lemonade_server.directory.removal import find_obstacles
from lemonade_server.models import DkimKey, Domain
from lemonade_server.signing import keys

from .confirmation import Question, ask, is_confirmed
from .display import badge, name_list
from .domain_forms import DomainForm, NewDomainForm
from .domain_records import shown_keys, shown_records
from .model_admin import ActingAdmin

FILTERED = 100
"""Domains that a filter offers; beyond that one searches."""


class DomainFilter(admin.SimpleListFilter):
    """By the domain of an address. ``field`` names the column that holds it."""

    title = gettext_lazy("domain")
    parameter_name = "domain"
    field = "email"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        names = Domain.objects.values_list("name", flat=True)[:FILTERED]
        return [(name, name) for name in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(**{f"{self.field}__endswith": f"@{value}"}) if value else queryset


@admin.register(Domain)
class DomainAdmin(ActingAdmin[Domain]):
    """Made and given up, never renamed: addresses carry the name."""

    explanation = gettext_lazy(
        "Mail for an address of these domains is delivered here and not looked up in DNS; "
        "accounts and aliases can only have such addresses."
    )
    form = DomainForm
    list_display = ("name", "signs", "accounts", "aliases", "alias_of", "catch_all", "created_at")
    list_filter = ("created_at",)
    list_select_related = ("alias_of",)
    search_fields = ("name",)
    fieldsets = (
        (None, {"fields": ("name", "catch_all", "alias_of", "hourly_limit")}),
        (gettext_lazy("Signatures and DNS"), {"fields": ("dkim_keys", "records")}),
    )
    readonly_fields = ("name", "dkim_keys", "records")
    actions = ("make_keys",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Domain]:
        return super().get_queryset(request).prefetch_related("dkim_keys")

    def get_form(
        self, request: HttpRequest, obj: Domain | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = NewDomainForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Domain | None = None) -> Any:
        return self.fieldsets if obj is not None else ((None, {"fields": ("name",)}),)

    def get_readonly_fields(self, request: HttpRequest, obj: Domain | None = None) -> Any:
        return self.readonly_fields if obj is not None else ()

    def get_actions(self, request: HttpRequest) -> Any:
        """A domain in use can't go, so many at once can't either."""
        found = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its keys go with it: they need no permission of their own. What has addresses of it, or
        leads there, keeps it: all of that would bounce.
        """
        found, counts, needed, _ = super().get_deleted_objects(objs, request)
        obstacles = [line for one in objs for line in find_obstacles(one)]
        return found, counts, needed - {str(DkimKey._meta.verbose_name)}, obstacles

    @admin.display(description=gettext_lazy("signs"))
    def signs(self, domain: Domain) -> SafeString:
        states = {key.state for key in domain.dkim_keys.all()}
        if DkimKey.State.SIGNING in states:
            return badge("good", gettext("DKIM"))
        if states:
            return badge("waiting", gettext("keys to publish"))
        return badge("quiet", gettext("no"))

    @admin.display(description=gettext_lazy("accounts"))
    def accounts(self, domain: Domain) -> SafeString:
        return self._link_to("account", domain)

    @admin.display(description=gettext_lazy("aliases"))
    def aliases(self, domain: Domain) -> SafeString:
        return self._link_to("alias", domain)

    def _link_to(self, model: str, domain: Domain) -> SafeString:
        url = reverse(f"admin:lemonade_server_{model}_changelist")
        return format_html(
            '<a href="{}?q={}">{}</a>', url, quote(f"@{domain.name}"), gettext("show")
        )

    @admin.display(description=gettext_lazy("DKIM keys"))
    def dkim_keys(self, domain: Domain) -> SafeString | str:
        return shown_keys(domain)

    @admin.display(description=gettext_lazy("DNS records"))
    def records(self, domain: Domain) -> SafeString:
        return shown_records(domain)

    def has_keys_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("lemonade_server.add_dkimkey"))

    @admin.action(description=gettext_lazy("Make DKIM keys"), permissions=["keys"])
    def make_keys(self, request: HttpRequest, queryset: QuerySet[Domain]) -> HttpResponse | None:
        """Prepare a new pair for each; nothing changes until they are used."""
        domains = list(queryset)
        if not is_confirmed(request):
            return ask(self, request, domains, _question(domains))
        for domain in domains:
            made = keys.make(domain)
            self.log_change(request, domain, f"Made DKIM keys {made[0].selector}.")
        names = ", ".join(domain.name for domain in domains)
        text = gettext("Keys made for %(names)s. Publish their records, then use them.")
        self.message_user(request, text % {"names": names})
        return None


def _question(domains: list[Domain]) -> Question:
    names = name_list([domain.name for domain in domains], 5)
    return Question(
        title=gettext("Make DKIM keys for %(names)s?") % {"names": names},
        warning=(
            gettext(
                "A pair (RSA and Ed25519) is prepared for each. Mail is signed as before until the "
                "new keys are used: publish their records first."
            )
        ),
        button=gettext("Make keys"),
        heads=(gettext("domain"), gettext("selector")),
        rows=[(domain.name, keys.new_selector(domain)) for domain in domains],
    )
