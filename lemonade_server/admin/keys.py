"""Mailbox access keys: that they are there, never what they are; and resetting them."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy, ngettext

from lemonade_server import urlauth
from lemonade_server.directory.accounts import Identity
from lemonade_server.models import UrlauthKey, UrlauthTicket
from lemonade_server.store.db import transaction
from lemonade_server.store.ids import AccountId, MailboxId

from .confirmation import Question, ask, is_confirmed
from .display import moment, name_list
from .model_admin import ReadOnlyAdmin
from .tickets import condition, description_of


class LiveFilter(admin.SimpleListFilter):
    """By whether a reset would hurt anybody."""

    title = gettext_lazy("live tickets")
    parameter_name = "live"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("some", gettext("some")), ("none", gettext("none"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "some":
                return queryset.filter(live__gt=0)
            case "none":
                return queryset.filter(live=0)
        return queryset


@admin.register(UrlauthKey)
class UrlauthKeyAdmin(ReadOnlyAdmin[UrlauthKey]):
    """The octets of a key leave the database only to sign and to check."""

    explanation = gettext_lazy(
        "One key for each account, mailbox and mechanism, made by the first GENURLAUTH and "
        "replaced by RESETKEY (RFC 4467 §2.2). Every ticket is signed with it. The keys themselves "
        "are never shown."
    )
    list_display = ("mailbox", "account", "mechanism", "created", "live_count", "all_count")
    list_filter = ("mechanism", LiveFilter)
    list_select_related = ("account", "mailbox")
    search_fields = ("account__email", "mailbox__name")
    ordering = ("account__email", "mailbox__name")
    fields = ("account", "mailbox", "mechanism", "created")
    readonly_fields = ("created",)
    actions = ("reset",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UrlauthKey]:
        now = int(time.time())
        return (
            super()
            .get_queryset(request)
            .annotate(
                live=Count("urlauthticket", filter=condition("live", now, "urlauthticket__")),
                every=Count("urlauthticket"),
            )
        )

    @admin.display(description=gettext_lazy("made"), ordering="created_at")
    def created(self, key: UrlauthKey) -> str:
        return moment(key.created_at)

    @admin.display(description=gettext_lazy("live tickets"), ordering="live")
    def live_count(self, key: Any) -> int:
        return int(key.live)

    @admin.display(description=gettext_lazy("tickets in all"), ordering="every")
    def all_count(self, key: Any) -> int:
        return int(key.every)

    def has_reset_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("lemonade_server.change_urlauthkey"))

    @admin.action(
        description=gettext_lazy("Reset: void every ticket of the mailbox"), permissions=["reset"]
    )
    def reset(self, request: HttpRequest, queryset: QuerySet[UrlauthKey]) -> HttpResponse | None:
        """Replace the keys as RESETKEY does."""
        keys = list(queryset.select_related("account", "mailbox"))
        if not is_confirmed(request):
            return ask(self, request, keys, question(keys))
        with transaction() as tx:
            for key in keys:
                owner = key.account
                identity = Identity(AccountId(owner.pk), owner.email, owner.role, owner.login_epoch)
                urlauth.reset_mailbox(tx, identity, MailboxId(key.mailbox_id))
        for key in keys:
            self.log_change(request, key, "Reset.")
        count = len(keys)
        text = ngettext("%(count)s key reset.", "%(count)s keys reset.", count)
        self.message_user(request, text % {"count": count})
        return None


def question(keys: list[UrlauthKey]) -> Question:
    """What is asked before keys are reset: the tickets that die by it."""
    now = int(time.time())
    live = UrlauthTicket.objects.filter(condition("live", now), key__in=keys)
    dying = list(live.select_related("account", "mailbox"))
    of = gettext("%(mailbox)s of %(account)s")
    owned = [of % {"mailbox": key.mailbox.name, "account": key.account.email} for key in keys]
    return Question(
        title=gettext("Reset the key of %(names)s?") % {"names": name_list(owned, 5)},
        warning=(
            ngettext(
                "%(count)s live ticket dies at once and can't be brought back.",
                "%(count)s live tickets die at once and can't be brought back.",
                len(dying),
            )
            % {"count": len(dying)}
            + " "
            + gettext(
                "Sessions that have the mailbox selected are told (OK [URLMECH]). Tickets that are "
                "issued from then on are signed with a new key."
            )
        ),
        button=gettext("Reset"),
        heads=(
            gettext("Message or part"),
            gettext("Access"),
            gettext("Issued"),
            gettext("Expires"),
            gettext("Uses"),
        ),
        rows=[
            (
                description_of(one),
                one.access,
                moment(one.issued_at),
                moment(one.expires_at),
                one.uses,
            )
            for one in dying
        ],
        empty=gettext("No live ticket dies by it."),
    )
