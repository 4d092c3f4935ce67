"""Resumable IMAP sessions: whose, where they stand, when they were last seen; and their end."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from lemonade_server.models import ImapSession
from lemonade_server.store import resumption
from lemonade_server.store.db import transaction

from .confirmation import Question, ask, is_confirmed
from .display import badge, moment
from .model_admin import ReadOnlyAdmin

AT_ONCE = 500
STATES = ("in use", "waiting", "expired")
WORDS = {
    "in use": gettext_lazy("in use"),
    "waiting": gettext_lazy("waiting"),
    "expired": gettext_lazy("expired"),
}
KINDS = {"in use": "good", "waiting": "waiting", "expired": "quiet"}


def condition(state: str, now: int) -> Q:
    """Sessions in a state: used by a connection, waiting to be resumed, or too old for it."""
    alive = Q(seen_at__gte=now - settings.LEMONADE.reconnect_minutes * 60)
    used = ~Q(connection="") & Q(seen_at__gte=now - resumption.SILENT)
    match state:
        case "in use":
            return used
        case "waiting":
            return alive & ~used
    return ~alive


def state_of(session: ImapSession, now: int) -> str:
    """The same for one row."""
    if session.connection and session.seen_at >= now - resumption.SILENT:
        return "in use"
    alive = session.seen_at >= now - settings.LEMONADE.reconnect_minutes * 60
    return "waiting" if alive else "expired"


class SessionStateFilter(admin.SimpleListFilter):
    """In use, waiting or expired."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(WORDS[name])) for name in STATES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value not in STATES:
            return queryset
        return queryset.filter(condition(value, int(time.time())))


def selected_mailbox(session: ImapSession) -> str:
    """The selected mailbox. ``mailbox`` must be loaded."""
    if session.mailbox_id is None:
        return gettext("no mailbox")
    if session.mailbox is None:
        return gettext("a deleted mailbox")
    if session.read_only:
        return gettext("%(mailbox)s (read-only)") % {"mailbox": session.mailbox.name}
    return session.mailbox.name


@admin.register(ImapSession)
class ImapSessionAdmin(ReadOnlyAdmin[ImapSession]):
    """A session's id is not stored, only its hash, and that is not shown."""

    explanation = gettext_lazy(
        "What a client that asked for it (X-DRAFT-W02-RECONNECT) finds again after its connection "
        "was lost. A session id opens nothing without the account's login. Ending a session closes "
        "the connection that uses it; the client logs in anew and looks at its mailbox afresh."
    )
    list_display = ("account", "where", "state", "seen", "began", "enabled")
    list_filter = (SessionStateFilter,)
    list_select_related = ("account", "mailbox")
    search_fields = ("account__email", "mailbox__name")
    ordering = ("-seen_at", "-id")
    fields = ("account", "where", "state", "seen", "began", "enabled")
    readonly_fields = ("where", "state", "seen", "began")
    actions = ("end",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ImapSession]:
        return super().get_queryset(request).select_related("account", "mailbox")

    @admin.display(description=gettext_lazy("mailbox"), ordering="mailbox__name")
    def where(self, session: ImapSession) -> str:
        return selected_mailbox(session)

    @admin.display(description=gettext_lazy("state"))
    def state(self, session: ImapSession) -> SafeString:
        name = state_of(session, int(time.time()))
        return badge(KINDS[name], WORDS[name])

    @admin.display(description=gettext_lazy("last seen"), ordering="seen_at")
    def seen(self, session: ImapSession) -> str:
        return moment(session.seen_at)

    @admin.display(description=gettext_lazy("began"), ordering="created_at")
    def began(self, session: ImapSession) -> str:
        return moment(session.created_at)

    def has_end_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("lemonade_server.change_imapsession"))

    @admin.action(
        description=gettext_lazy("End: it can't be resumed any more"), permissions=["end"]
    )
    def end(self, request: HttpRequest, queryset: QuerySet[ImapSession]) -> HttpResponse | None:
        """End the chosen sessions; a connection that uses one is closed within seconds."""
        chosen = list(queryset.select_related("account", "mailbox")[:AT_ONCE])
        if not is_confirmed(request):
            return ask(self, request, chosen, question(chosen))
        with transaction() as tx:
            count = resumption.end(tx, [session.pk for session in chosen])
        for session in chosen:
            self.log_change(request, session, "Ended.")
        text = ngettext("%(count)s session ended.", "%(count)s sessions ended.", count)
        self.message_user(request, text % {"count": count})
        return None


def question(chosen: list[ImapSession]) -> Question:
    """What is asked before sessions are ended."""
    count = len(chosen)
    return Question(
        title=ngettext("End %(count)s session?", "End %(count)s sessions?", count)
        % {"count": count},
        warning=(
            gettext(
                "A client that uses one is told BYE and its connection is closed. When it comes "
                "back it gets NEWSID: it has to look at all messages of its mailbox again. Mail "
                "and logins are not touched."
            )
        ),
        button=gettext("End"),
        heads=(gettext("Account"), gettext("Mailbox"), gettext("Last seen")),
        rows=[(one.account.email, selected_mailbox(one), moment(one.seen_at)) for one in chosen],
    )
