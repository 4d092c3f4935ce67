"""Django's admin classes with the model as their type argument, and what all our pages share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model
from django.forms import Media
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.text import capfirst

M = TypeVar("M", bound=Model)
P = TypeVar("P", bound=Model)

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin
    _Inline = admin.TabularInline
else:

    class _Admin(admin.ModelAdmin):
        def __class_getitem__(cls, _: object) -> type:
            return cls

    class _Inline(admin.TabularInline):
        def __class_getitem__(cls, _: object) -> type:
            return cls


class ExplainedAdmin(_Admin[M]):
    """A page with a line above it that says in the protocol's terms what is shown."""

    explanation: str | Promise = ""
    heading: str | Promise = ""
    change_list_template = "admin/explained_list.html"
    change_form_template = "admin/explained_form.html"
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(  # type: ignore[override]  # the stubs' copy has an overload that is gone
        self, lookup: str, value: str, request: HttpRequest
    ) -> bool:
        """Only what a filter of the page offers. Django itself lets an address ask any column, so
        that who may look at a list could guess passwords' hashes and keys letter by letter.
        """
        filters: Any = self.get_list_filter(request)
        names = [one if isinstance(one, str) else one.parameter_name for one in filters]
        return any(lookup == name or lookup.startswith(f"{name}__") for name in names)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        title = self.heading or capfirst(self.opts.verbose_name_plural)
        # Django sends jQuery and XRegExp along, 62 kB compressed, which a list has no use for.
        media = Media(js=["admin/js/actions.js"])
        context = {"explanation": self.explanation, "title": title, "media": media}
        context.update(extra_context or {})
        return super().changelist_view(request, context)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        context = {"explanation": self.explanation, **(extra_context or {})}
        return super().changeform_view(request, object_id, form_url, context)


class ActingAdmin(ExplainedAdmin[M]):
    """What may be done to many from the list may be done to one from its page."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        actions = [found[1:] for found in self.get_actions(request).values() if found]
        context = {
            "page_actions": actions,
            "checkbox": ACTION_CHECKBOX_NAME,
            **(extra_context or {}),
        }
        return super().changeform_view(request, object_id, form_url, context)


class ReadOnlyAdmin(ActingAdmin[M]):
    """Nothing is added, changed or deleted by form: the server alone writes these rows."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class ReadOnlyInline(_Inline[M, P]):
    """Rows of another table on a page of their owner."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: P | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
