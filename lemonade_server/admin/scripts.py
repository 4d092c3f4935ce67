"""Mail filters: those of accounts to look at, those of the server to write."""

from __future__ import annotations

import time
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, F, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, pgettext

from lemonade_server.models import Account, SieveScript
from lemonade_server.sieve import ScriptError, compile_script

from .display import badge, moment, octets
from .model_admin import ExplainedAdmin


class ScriptStateFilter(admin.SimpleListFilter):
    """By what a script does at the moment."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("active", gettext("active")),
            ("failed", gettext("failed on a message")),
            ("shared", gettext("the server's")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SieveScript]
    ) -> QuerySet[SieveScript]:
        match self.value():
            case "active":
                used = Account.objects.exclude(sieve_script=0).values("sieve_script")
                return queryset.filter(pk__in=used)
            case "failed":
                return queryset.exclude(last_error="")
            case "shared":
                return queryset.filter(account=None)
        return queryset


class SharedScriptForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """A script of the server; it is stored only if it can be run."""

    source = forms.CharField(
        label=gettext_lazy("Script"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "cols": 80, "spellcheck": "false"}),
    )

    class Meta:
        model = SieveScript
        fields = ("name",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["source"].initial = _text(self.instance)

    def clean_source(self) -> str:
        source = str(self.cleaned_data["source"])
        try:
            compile_script(source.encode())
        except ScriptError as error:
            raise forms.ValidationError(capfirst(str(error))) from None
        return source


@admin.register(SieveScript)
class SieveScriptAdmin(ExplainedAdmin[SieveScript]):
    """Users write theirs by ManageSieve or in the webmail; here they can only be read."""

    heading = gettext_lazy("Mail filters")
    explanation = gettext_lazy(
        "Sieve scripts (RFC 5228). Users keep theirs by ManageSieve or in the webmail. A script "
        'without an account is the server\'s: any script may use it by include :global "name" '
        "(RFC 6609)."
    )
    form = SharedScriptForm
    list_display = ("name", "owner", "state", "size", "changed", "failed")
    list_filter = (ScriptStateFilter,)
    search_fields = ("name", "account__email", "last_error")
    ordering = ("account__email", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SieveScript]:
        used = Account.objects.filter(sieve_script=OuterRef("pk"), pk=OuterRef("account_id"))
        found = super().get_queryset(request).select_related("account")
        return found.annotate(is_active=Exists(used), owned_by=F("account__email"))

    def get_fields(self, request: HttpRequest, obj: SieveScript | None = None) -> tuple[str, ...]:
        if obj is None or obj.account_id is None:
            return ("name", "source")
        return ("name", "owner", "state", "changed", "error", "failed", "shown")

    def get_readonly_fields(
        self, request: HttpRequest, obj: SieveScript | None = None
    ) -> tuple[str, ...]:
        return ("owner", "state", "changed", "error", "failed", "shown")

    def has_change_permission(self, request: HttpRequest, obj: SieveScript | None = None) -> bool:
        return super().has_change_permission(request) and (obj is None or obj.account_id is None)

    def has_delete_permission(self, request: HttpRequest, obj: SieveScript | None = None) -> bool:
        return super().has_delete_permission(request) and (
            obj is not None and obj.account_id is None
        )

    def save_model(self, request: HttpRequest, obj: SieveScript, form: Any, change: bool) -> None:
        obj.text = form.cleaned_data["source"].encode()
        obj.changed_at = int(time.time())
        super().save_model(request, obj, form, change)

    @admin.display(description=gettext_lazy("account"), ordering="account__email")
    def owner(self, script: SieveScript) -> str:
        return str(getattr(script, "owned_by", None) or gettext("the server"))

    @admin.display(description=gettext_lazy("state"))
    def state(self, script: SieveScript) -> SafeString:
        if script.account_id is None:
            return badge("quiet", gettext("to be included"))
        if not getattr(script, "is_active", False):
            return badge("quiet", gettext("not active"))
        return (
            badge("bad", gettext("failed"))
            if script.last_error
            else badge("good", gettext("active"))
        )

    @admin.display(description=gettext_lazy("octets"))
    def size(self, script: SieveScript) -> str:
        return octets(len(script.text))

    @admin.display(description=gettext_lazy("changed"), ordering="changed_at")
    def changed(self, script: SieveScript) -> SafeString | str:
        return moment(script.changed_at)

    @admin.display(description=gettext_lazy("last failed"), ordering="last_error_at")
    def failed(self, script: SieveScript) -> SafeString | str:
        return moment(script.last_error_at)

    @admin.display(description=gettext_lazy("last error"))
    def error(self, script: SieveScript) -> str:
        return script.last_error or pgettext("error", "none")

    @admin.display(description=gettext_lazy("script"))
    def shown(self, script: SieveScript) -> SafeString:
        return format_html('<pre class="script">{}</pre>', _text(script))


def _text(script: SieveScript) -> str:
    return bytes(script.text).decode("utf-8", "replace")
