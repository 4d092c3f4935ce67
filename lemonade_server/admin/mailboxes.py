"""Mailboxes: read only, for whoever has to explain what a client sees."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from lemonade_server.models import Mailbox

from .showing import moment, octets
from .typed import ReadOnlyAdmin


class SpecialUseFilter(admin.SimpleListFilter):
    """By the role of a mailbox (RFC 6154)."""

    title = "special use"
    parameter_name = "use"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        uses = ("\\Drafts", "\\Sent", "\\Junk", "\\Trash", "\\Archive")
        return [("inbox", "INBOX"), *((use, use) for use in uses), ("none", "none")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
        value = self.value()
        if value == "inbox":
            return queryset.filter(name="INBOX")
        if value == "none":
            return queryset.filter(special_use="").exclude(name="INBOX")
        return queryset.filter(special_use=value) if value else queryset


class FillFilter(admin.SimpleListFilter):
    """By what is in it."""

    title = "messages"
    parameter_name = "holds"
    TESTS = {
        "none": ("none", {"messages": 0}),
        "unseen": ("unseen ones", {"unseen__gt": 0}),
        "many": ("10,000 or more", {"messages__gte": 10_000}),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, words) for name, (words, _) in self.TESTS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Mailbox]) -> QuerySet[Mailbox]:
        test = self.TESTS.get(self.value() or "")
        return queryset.filter(**test[1]) if test else queryset


@admin.register(Mailbox)
class MailboxAdmin(ReadOnlyAdmin[Mailbox]):
    """Counters as STATUS answers them."""

    explanation = (
        "Counters as STATUS gives them. HIGHESTMODSEQ rises with each change (RFC 7162); "
        "UIDVALIDITY changes only when a deleted mailbox is made again under its name."
    )
    list_display = (
        "name", "account", "special_use", "messages", "unseen", "size", "uidnext", "modseq",
        "uidvalidity",
    )  # fmt: skip
    list_filter = (SpecialUseFilter, FillFilter, "noselect")
    list_select_related = ("account",)
    search_fields = ("name", "account__email")
    ordering = ("account__email", "name")
    fields = (
        "account", "name", "special_use", "noselect", "messages", "unseen", "size", "uidvalidity",
        "uidnext", "modseq", "tombstone_floor", "recent_from", "keywords", "created",
    )  # fmt: skip
    readonly_fields = ("size", "created")

    @admin.display(description="octets", ordering="octets")
    def size(self, mailbox: Mailbox) -> str:
        return octets(mailbox.octets)

    @admin.display(description="made")
    def created(self, mailbox: Mailbox) -> str:
        return moment(mailbox.created_at, "unknown")
