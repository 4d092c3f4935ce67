"""Mailboxes: for whoever has to explain what a client sees. Those of nobody are made here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext, gettext_lazy

from lemonade_server.directory import sharing
from lemonade_server.models import Account, Mailbox, MailboxAccess
from lemonade_server.store.db import transaction
from lemonade_server.store.errors import Refused
from lemonade_server.store.ids import MailboxId

from .display import moment, octets
from .model_admin import ReadOnlyAdmin
from .rights import rights_page
from .store_errors import add_refusal


class SpecialUseFilter(admin.SimpleListFilter):
    """By the role of a mailbox (RFC 6154)."""

    title = gettext_lazy("special use")
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        uses = ("\\Drafts", "\\Sent", "\\Junk", "\\Trash", "\\Archive")
        return [
            ("inbox", "INBOX"),
            *((use, use) for use in uses),
            ("none", gettext("none")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
        value = self.value()
        if value == "inbox":
            return queryset.filter(name="INBOX")
        if value == "none":
            return queryset.filter(special_use="").exclude(name="INBOX")
        return queryset.filter(special_use=value) if value else queryset


class FillFilter(admin.SimpleListFilter):
    """By what is in it."""

    title = gettext_lazy("messages")
    parameter_name = "holds"
    TESTS = {
        "none": (gettext_lazy("none"), {"messages": 0}),
        "unseen": (gettext_lazy("unseen ones"), {"unseen__gt": 0}),
        "many": (gettext_lazy("10,000 or more"), {"messages__gte": 10_000}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(words)) for name, (words, _) in self.TESTS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
        test = self.TESTS.get(self.value() or "")
        return queryset.filter(**test[1]) if test else queryset


class SharingFilter(admin.SimpleListFilter):
    """By whether others than one owner can use it."""

    title = gettext_lazy("sharing")
    parameter_name = "shared"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("nobody", gettext("belongs to nobody")),
            ("granted", gettext("others have rights")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
        match self.value():
            case "nobody":
                return queryset.filter(account__role=Account.Role.SHARED)
            case "granted":
                granted = MailboxAccess.objects.filter(mailbox=OuterRef("pk"))
                return queryset.filter(Exists(granted))
        return queryset


class SharedForm(forms.ModelForm):  # type: ignore[type-arg]  # no runtime generics
    """A shared mailbox is made by its name alone; it refuses in the words of the command line."""

    class Meta:
        model = Mailbox
        fields = ("name",)
        help_texts = {
            "name": gettext_lazy(
                "As Team or Team/Plans. It is seen as Shared/Team, once somebody has rights."
            )
        }

    def clean_name(self) -> str:
        return sharing.bare(self.cleaned_data["name"])

    def clean(self) -> None:
        super().clean()
        if "name" not in self.cleaned_data:
            return
        try:
            with transaction() as tx:
                sharing.check_free(tx, self.cleaned_data["name"])
        except Refused as error:
            add_refusal(self, error)


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin[Mailbox]):
    """Counters as STATUS answers them."""

    change_form_template = "admin/lemonade_server/mailbox/change_form.html"
    explanation = gettext_lazy(
        "Counters as STATUS gives them. HIGHESTMODSEQ rises with each change (RFC 7162); "
        "UIDVALIDITY changes only when a deleted mailbox is made again under its name. What is "
        "added here is a shared mailbox, which belongs to nobody: give rights in it on its page."
    )
    actions = None
    list_display = (
        "name", "account", "special_use", "messages", "unseen", "size", "uidnext", "modseq",
        "uidvalidity",
    )  # fmt: skip
    list_filter = (SpecialUseFilter, FillFilter, SharingFilter, "noselect")
    list_select_related = ("account",)
    search_fields = ("name", "account__email")
    ordering = ("account__email", "name")
    fields = (
        "account", "name", "special_use", "noselect", "messages", "unseen", "size", "uidvalidity",
        "uidnext", "modseq", "tombstone_floor", "recent_from", "keywords", "created",
    )  # fmt: skip
    readonly_fields = ("size", "created")

    @admin.display(description=gettext_lazy("octets"), ordering="octets")
    def size(self, mailbox: Mailbox) -> str:
        return octets(mailbox.octets)

    @admin.display(description=gettext_lazy("made"))
    def created(self, mailbox: Mailbox) -> str:
        return moment(mailbox.created_at, gettext("unknown"))

    # shared mailboxes are made and erased here

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("lemonade_server.add_mailbox")

    def has_delete_permission(self, request: HttpRequest, obj: Mailbox | None = None) -> bool:
        """Only of nobody's: a person's is the person's to delete."""
        is_shared = obj is not None and obj.account.role == Account.Role.SHARED
        return is_shared and request.user.has_perm("lemonade_server.delete_mailbox")

    def get_fields(self, request: HttpRequest, obj: Mailbox | None = None) -> Any:
        return self.fields if obj is not None else ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Mailbox | None = None) -> Any:
        return self.readonly_fields if obj is not None else ()

    def get_form(
        self, request: HttpRequest, obj: Mailbox | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is None:
            kwargs["form"] = SharedForm
        return super().get_form(request, obj, change=change, **kwargs)

    def save_model(self, request: HttpRequest, obj: Mailbox, form: Any, change: bool) -> None:
        with transaction() as tx:
            made = sharing.make_shared(tx, obj.name)
        obj.__dict__.update(Mailbox.objects.get(pk=made.id).__dict__)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes, counted: a list of every message would help nobody."""
        lines = [
            gettext(
                "All mail in it (messages: %(messages)s, %(octets)s): erased for good within an "
                "hour. Sessions that have it open end, tickets for it are void."
            )
            % {"messages": one.messages, "octets": octets(one.octets)}
            for one in objs
        ]
        return lines, {}, set(), []

    def delete_model(self, request: HttpRequest, obj: Mailbox) -> None:
        with transaction() as tx:
            sharing.remove(tx, MailboxId(obj.pk))

    # who may do what

    def get_urls(self) -> list[URLPattern]:
        page = self.admin_site.admin_view(self.rights_view)
        name = "lemonade_server_mailbox_rights"
        return [path("<int:number>/rights/", page, name=name), *super().get_urls()]

    def rights_view(self, request: HttpRequest, number: int) -> HttpResponse:
        """Who has which rights."""
        return rights_page(self, request, number)
