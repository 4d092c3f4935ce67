"""Pauses after failed logins: seen, found, lifted."""

from __future__ import annotations

import time
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy, ngettext

from lemonade_server.auth import login_log, pauses
from lemonade_server.models import LoginAttempts

from .confirmation import Question, ask, is_confirmed
from .display import badge, moment
from .model_admin import ReadOnlyAdmin

AT_ONCE = 500
STATES = ("paused", "counted", "known")
KINDS = {
    pauses.PAIR: gettext_lazy("login from an address"),
    pauses.LOGIN: gettext_lazy("login"),
    pauses.ADDRESS: gettext_lazy("address"),
}
WORDS = {"counted": gettext_lazy("counted"), "known": gettext_lazy("known")}


def condition(state: str, now: int) -> Q:
    """Rows in a state: paused now, with failures that count, or known from where it succeeded."""
    match state:
        case "paused":
            return pauses.is_paused(now)
        case "counted":
            return Q(failures__gt=0) & ~pauses.is_paused(now)
    return Q(known_until__gt=now)


class PauseStateFilter(admin.SimpleListFilter):
    """Paused where nothing is chosen: that is what one looks for here."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("all", gettext("all")), *((name, str(WORDS[name])) for name in STATES[1:])]

    def choices(self, changelist: Any) -> Any:
        """Django's "All" is the one without a parameter, which here means paused."""
        chosen = super().choices(changelist)
        yield {**next(chosen), "display": gettext("paused")}
        yield from chosen

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or "paused"
        if value not in STATES:
            return queryset
        return queryset.filter(condition(value, int(time.time())))


class KindFilter(admin.SimpleListFilter):
    """Of what the failures are counted."""

    title = gettext_lazy("counted for")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(KINDS[name])) for name in pauses.KINDS]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        return queryset if value not in pauses.KINDS else queryset.filter(pauses.is_of_kind(value))


@admin.register(LoginAttempts)
class LoginAttemptsAdmin(ReadOnlyAdmin[LoginAttempts]):
    """Rows of failures, and of where a login has succeeded."""

    explanation = gettext_lazy(
        "Too many failed logins make a pause, in which no password is looked at: of a login from "
        "one address, of a login from everywhere it is not known, or of an address for all logins "
        "that are not known from it. A login is known for 30 days from where it succeeded. Clients "
        "are told when the pause ends. Lifting one forgets its failures."
    )
    list_display = ("who", "whence", "state", "failures", "ends", "first", "known")
    list_filter = (PauseStateFilter, KindFilter)
    search_fields = ("login", "address")
    ordering = ("-since", "-id")
    fields = ("who", "whence", "state", "failures", "ends", "first", "known")
    readonly_fields = ("who", "whence", "state", "ends", "first", "known")
    actions = ("lift",)

    @admin.display(description=gettext_lazy("login"), ordering="login")
    def who(self, row: LoginAttempts) -> str:
        return login_log.printable(row.login) or gettext("any login")

    @admin.display(description=gettext_lazy("address"), ordering="address")
    def whence(self, row: LoginAttempts) -> str:
        return login_log.printable(row.address) or gettext("any address")

    @admin.display(description=gettext_lazy("state"))
    def state(self, row: LoginAttempts) -> SafeString:
        if pauses.ends_at(row, int(time.time())) is not None:
            return badge("bad", gettext("paused"))
        return (
            badge("waiting", gettext("counted"))
            if row.failures
            else badge("quiet", gettext("known"))
        )

    @admin.display(description=gettext_lazy("ends"))
    def ends(self, row: LoginAttempts) -> str:
        return moment(pauses.ends_at(row, int(time.time())), gettext("no pause"))

    @admin.display(description=gettext_lazy("first failure"), ordering="since")
    def first(self, row: LoginAttempts) -> str:
        return moment(row.since if row.failures else None, gettext("none"))

    @admin.display(description=gettext_lazy("known until"), ordering="known_until")
    def known(self, row: LoginAttempts) -> str:
        return moment(row.known_until, gettext("not known"))

    def has_lift_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("lemonade_server.change_loginattempts"))

    @admin.action(description=gettext_lazy("Lift: forget the failures"), permissions=["lift"])
    def lift(self, request: HttpRequest, queryset: QuerySet[LoginAttempts]) -> HttpResponse | None:
        """Forget the failures of the chosen rows, after a question."""
        chosen = list(queryset.filter(failures__gt=0)[:AT_ONCE])
        if not is_confirmed(request):
            return ask(self, request, chosen, question(chosen))
        count = pauses.lift(chosen)
        for row in chosen:
            self.log_change(request, row, "Lifted.")
        text = ngettext("%(count)s pause lifted.", "%(count)s pauses lifted.", count)
        self.message_user(request, text % {"count": count})
        return None


def question(chosen: list[LoginAttempts]) -> Question:
    """What is asked before pauses are lifted."""
    count = len(chosen)
    return Question(
        title=ngettext("Lift %(count)s pause?", "Lift %(count)s pauses?", count) % {"count": count},
        warning=(
            gettext(
                "The failures are forgotten and logins are looked at again at once. If somebody is "
                "guessing, he has as many guesses as before."
            )
        ),
        button=gettext("Lift"),
        heads=(gettext("Login"), gettext("Address"), gettext("Failures")),
        rows=[
            (
                login_log.printable(row.login) or gettext("any login"),
                login_log.printable(row.address) or gettext("any address"),
                row.failures,
            )
            for row in chosen
        ],
        empty=gettext("None of the chosen has failures."),
    )
