"""What an operator does to recipients in the queue: each action asks first."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, ngettext, ngettext_lazy

from lemonade_server.delivery.queue import destination_names, operator_actions
from lemonade_server.models import Recipient
from lemonade_server.store.db import Tx, transaction

from .confirmation import Question, ask, given_word, is_confirmed
from .model_admin import ReadOnlyAdmin
from .recipient_states import Attempts, shown_state

AT_ONCE = 500
BY = "in the admin"
WAITING = ("queued", "held")
DONE = {
    "retried": ngettext_lazy("%(count)s retried.", "%(count)s retried.", "count"),
    "held": ngettext_lazy("%(count)s held.", "%(count)s held.", "count"),
    "released": ngettext_lazy("%(count)s released.", "%(count)s released.", "count"),
    "rerouted": ngettext_lazy("%(count)s rerouted.", "%(count)s rerouted.", "count"),
    "cancelled": ngettext_lazy("%(count)s cancelled.", "%(count)s cancelled.", "count"),
}


class SteeredAdmin(Attempts, ReadOnlyAdmin[Recipient]):
    """The queue's page with its actions, for who may change recipients."""

    actions = ("retry", "hold", "release", "reroute", "cancel")

    @admin.display(description=gettext_lazy("from"), ordering="submission__sender")
    def sender(self, recipient: Recipient) -> str:
        return recipient.submission.sender or "<>"

    def has_steer_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("lemonade_server.change_recipient"))

    @admin.action(description=gettext_lazy("Retry now"), permissions=["steer"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> HttpResponse | None:
        """Make waiting, failed and cancelled recipients due."""
        open_again = Q(state__in=(*WAITING, "failed", "cancelled"))
        question = Question(
            title=gettext("Retry these recipients now?"),
            warning=(
                gettext(
                    "They are tried at once, whatever their next attempt was. One that had "
                    "failed may have been reported to the sender already: if it succeeds now, he "
                    "was told wrong."
                )
            ),
            button=gettext("Retry now"),
        )
        return self._steer(
            request, queryset.filter(open_again), question, operator_actions.retry, "retried"
        )

    @admin.action(description=gettext_lazy("Hold"), permissions=["steer"])
    def hold(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> HttpResponse | None:
        """Keep waiting recipients until they are released."""
        question = Question(
            title=gettext("Hold these recipients?"),
            warning=gettext("They are not tried any more until somebody releases them here."),
            button=gettext("Hold them"),
        )
        return self._steer(
            request, queryset.filter(state="queued"), question, operator_actions.hold, "held"
        )

    @admin.action(description=gettext_lazy("Release"), permissions=["steer"])
    def release(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> HttpResponse | None:
        """Let held recipients go on."""
        question = Question(
            title=gettext("Release these recipients?"),
            warning=gettext(
                "They are tried at once, or when their sender wants the message released."
            ),
            button=gettext("Release them"),
        )
        return self._steer(
            request, queryset.filter(state="held"), question, operator_actions.release, "released"
        )

    @admin.action(description=gettext_lazy("Send to another host"), permissions=["steer"])
    def reroute(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> HttpResponse | None:
        """Give recipients another way."""
        question = Question(
            title=gettext("Send these recipients' mail to another host?"),
            warning=gettext("From now on it goes there, whatever the domain's MX records say."),
            button=gettext("Send it there"),
            asks=gettext("smtp://host[:port], a domain, or * for the relay of the settings"),
        )
        destination = ""
        if is_confirmed(request):
            try:
                destination = destination_names.parse(given_word(request))
            except ValueError as error:
                question.wrong = f"{capfirst(str(error))}."

        def act(tx: Tx, recipient: int, by: str) -> bool:
            return operator_actions.reroute(tx, recipient, destination, by)

        waiting = queryset.filter(state__in=WAITING)
        return self._steer(request, waiting, question, act, "rerouted")

    @admin.action(description=gettext_lazy("Cancel: never send"), permissions=["steer"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> HttpResponse | None:
        """Give up waiting recipients."""
        question = Question(
            title=gettext("Cancel these recipients?"),
            warning=(
                gettext(
                    "The message is not sent to them, and the sender is not told: no report is "
                    "made. Those that are being sent at this moment are left alone."
                )
            ),
            button=gettext("Cancel them"),
        )
        return self._steer(
            request,
            queryset.filter(state__in=WAITING),
            question,
            operator_actions.cancel,
            "cancelled",
        )

    def _steer(
        self,
        request: HttpRequest,
        queryset: QuerySet[Recipient],
        question: Question,
        act: Callable[[Tx, int, str], bool],
        done: str,
    ) -> HttpResponse | None:
        """Ask, then do it to each in one transaction; those for which it is too late stay."""
        chosen = list(queryset.select_related("submission")[:AT_ONCE])
        if not chosen:
            self.message_user(request, gettext("None of these waits any more."))
            return None
        if not is_confirmed(request) or question.wrong:
            question.heads = (
                gettext("Recipient"),
                gettext("From"),
                gettext("State"),
                gettext("Attempts"),
                gettext("Last words"),
            )
            question.rows = [
                (one.address, self.sender(one), shown_state(one), one.attempts, self.words(one))
                for one in chosen
            ]
            return ask(self, request, chosen, question)
        with transaction() as tx:
            touched = [one for one in chosen if act(tx, one.pk, BY)]
        for one in touched:
            self.log_change(request, one, f"{done.capitalize()} by hand.")
        late = len(chosen) - len(touched)
        count = len(touched)
        text = str(DONE[done] % {"count": count})
        if late:
            note = ngettext(
                "For %(count)s it was too late.", "For %(count)s it was too late.", late
            )
            text += " " + note % {"count": late}
        self.message_user(request, text)
        return None
