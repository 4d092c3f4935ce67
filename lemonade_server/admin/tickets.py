"""Issued tickets: who may read which part of which message, until when, and who has."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from lemonade_server import urlauth
from lemonade_server.models import UrlauthTicket
from lemonade_server.store.db import transaction

from .confirmation import Question, ask, is_confirmed
from .display import badge, moment, moment_by, octets
from .model_admin import ReadOnlyAdmin

AT_ONCE = 500

STATES = ("live", "expired", "revoked", "dead")


def condition(state: str, now: int, prefix: str = "") -> Q:
    """Tickets in a state. ``prefix`` is the way to them from another table, as ``ticket__``.

    In the order in which a redeemer is refused: wrong key, then revoked, then expired.
    """
    keyed = Q(**{f"{prefix}key__isnull": False})
    fresh = Q(**{f"{prefix}revoked_at__isnull": True})
    expired = Q(**{f"{prefix}expires_at__lt": now})
    endless = Q(**{f"{prefix}expires_at__isnull": True})
    match state:
        case "dead":
            return Q(**{f"{prefix}key__isnull": True})
        case "revoked":
            return keyed & Q(**{f"{prefix}revoked_at__isnull": False})
        case "expired":
            return keyed & fresh & expired
    return keyed & fresh & (endless | Q(**{f"{prefix}expires_at__gte": now}))


WORDS = {
    "live": gettext_lazy("live"),
    "expired": gettext_lazy("expired"),
    "revoked": gettext_lazy("revoked"),
    "dead": gettext_lazy("dead"),
}
KINDS = {"live": "good", "expired": "quiet", "revoked": "bad", "dead": "quiet"}


def state_of(ticket: UrlauthTicket, now: int) -> str:
    """The same for one row: live, expired, revoked, or dead (its key is gone)."""
    if ticket.key_id is None:
        return "dead"
    if ticket.revoked_at is not None:
        return "revoked"
    return "expired" if ticket.expires_at is not None and ticket.expires_at < now else "live"


def description_of(ticket: UrlauthTicket) -> str:
    """What a ticket gives: mailbox, UID and section. ``mailbox`` must be loaded."""
    name = ticket.mailbox.name if ticket.mailbox is not None else gettext("a deleted mailbox")
    if not ticket.section:
        return f"{name}, UID {ticket.uid}"
    text = gettext("%(mailbox)s, UID %(uid)s, section %(section)s")
    return text % {"mailbox": name, "uid": ticket.uid, "section": ticket.section}


class TicketStateFilter(admin.SimpleListFilter):
    """Live, expired, revoked or dead."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(WORDS[name])) for name in STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value not in STATES:
            return queryset
        return queryset.filter(condition(value, int(time.time())))


class AccessFilter(admin.SimpleListFilter):
    """By the kind of access identifier (RFC 4467 §3)."""

    title = gettext_lazy("access")
    parameter_name = "access"
    WORDS = {
        "submit+": gettext_lazy("submit+ (the submission service, for one user)"),
        "user+": gettext_lazy("user+ (one user)"),
        "authuser": gettext_lazy("authuser (anybody who has logged in)"),
        "anonymous": gettext_lazy("anonymous (anybody)"),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(words)) for name, words in self.WORDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset.filter(access__istartswith=value) if value in self.WORDS else queryset


class UseFilter(admin.SimpleListFilter):
    """By whether and when it was redeemed."""

    title = gettext_lazy("use")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("day", gettext("in the last 24 hours")),
            ("ever", gettext("at least once")),
            ("never", gettext("never")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "day":
                return queryset.filter(last_used_at__gte=int(time.time()) - 86_400)
            case "ever":
                return queryset.filter(uses__gt=0)
            case "never":
                return queryset.filter(uses=0)
        return queryset


@admin.register(UrlauthTicket)
class UrlauthTicketAdmin(ReadOnlyAdmin[UrlauthTicket]):
    """A ticket's token is neither stored nor shown: the rump alone opens nothing."""

    explanation = gettext_lazy(
        "URLs signed by GENURLAUTH (RFC 4467). Whoever fits the access identifier may read that "
        "part of that message until the ticket expires, is revoked, or the mailbox's key is reset. "
        "The token is not stored: nobody can redeem a ticket with what is shown here."
    )
    list_display = (
        "what", "state", "account", "access", "issued", "expires", "uses", "given", "last_use",
    )  # fmt: skip
    list_filter = (TicketStateFilter, AccessFilter, UseFilter)
    list_select_related = ("account", "mailbox")
    search_fields = ("account__email", "access", "mailbox__name", "rump", "last_used_by")
    ordering = ("-issued_at", "-id")
    fields = (
        "account", "what", "access", "state", "rump", "issued", "expires", "uses", "given",
        "last_use", "revoked",
    )  # fmt: skip
    readonly_fields = ("what", "state", "issued", "expires", "given", "last_use", "revoked")
    actions = ("revoke",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[UrlauthTicket]:
        return super().get_queryset(request).select_related("account", "mailbox")

    @admin.display(description=gettext_lazy("message or part"), ordering="uid")
    def what(self, ticket: UrlauthTicket) -> str:
        return description_of(ticket)

    @admin.display(description=gettext_lazy("state"))
    def state(self, ticket: UrlauthTicket) -> SafeString:
        name = state_of(ticket, int(time.time()))
        return badge(KINDS[name], WORDS[name])

    @admin.display(description=gettext_lazy("issued"), ordering="issued_at")
    def issued(self, ticket: UrlauthTicket) -> str:
        return moment(ticket.issued_at)

    @admin.display(description=gettext_lazy("expires"), ordering="expires_at")
    def expires(self, ticket: UrlauthTicket) -> str:
        return moment(ticket.expires_at)

    @admin.display(description=gettext_lazy("handed out"), ordering="octets")
    def given(self, ticket: UrlauthTicket) -> str:
        return octets(ticket.octets)

    @admin.display(description=gettext_lazy("last use"), ordering="last_used_at")
    def last_use(self, ticket: UrlauthTicket) -> str:
        return moment_by(ticket.last_used_at, ticket.last_used_by)

    @admin.display(description=gettext_lazy("revoked"))
    def revoked(self, ticket: UrlauthTicket) -> str:
        return moment(ticket.revoked_at, gettext("no"))

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("lemonade_server.change_urlauthticket"))

    @admin.action(
        description=gettext_lazy("Revoke: nobody can redeem it any more"), permissions=["revoke"]
    )
    def revoke(
        self, request: HttpRequest, queryset: QuerySet[UrlauthTicket]
    ) -> HttpResponse | None:
        """Void the chosen tickets; others of the same mailbox stay good."""
        now = int(time.time())
        live = list(
            queryset.filter(condition("live", now)).select_related("account", "mailbox")[:AT_ONCE]
        )
        if not live:
            self.message_user(request, gettext("None of these can be redeemed any more."))
            return None
        if not is_confirmed(request):
            return ask(self, request, live, question(live))
        with transaction() as tx:
            count = urlauth.revoke(tx, [ticket.pk for ticket in live])
        for ticket in live:
            self.log_change(request, ticket, "Revoked.")
        text = ngettext("%(count)s ticket revoked.", "%(count)s tickets revoked.", count)
        self.message_user(request, text % {"count": count})
        return None


def question(live: list[UrlauthTicket]) -> Question:
    """What is asked before tickets are revoked."""
    count = len(live)
    return Question(
        title=ngettext("Revoke %(count)s ticket?", "Revoke %(count)s tickets?", count)
        % {"count": count},
        warning=(
            gettext(
                "Who presents one of these gets NIL from URLFETCH, and BURL is refused with 554 "
                "5.6.6. A message that still waits to be submitted with it can't be sent. "
                "GENURLAUTH for the very same URL is refused until the mailbox's key is reset. "
                "This can't be undone."
            )
        ),
        button=gettext("Revoke"),
        heads=(
            gettext("Message or part"),
            gettext("Issued by"),
            gettext("For"),
            gettext("Expires"),
            gettext("Uses"),
        ),
        rows=[
            (description_of(one), one.account.email, one.access, moment(one.expires_at), one.uses)
            for one in live
        ],
    )
