"""DKIM keys: used, replaced and retired. The private halves are never shown."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from lemonade_server.models import DkimKey, Domain
from lemonade_server.signing import keys

from .confirmation import Question, ask, is_confirmed
from .domain_records import shown_state
from .model_admin import ReadOnlyAdmin

Step = Callable[[Domain, str], bool]
DONE = {"in use": gettext_lazy("in use"), "retired": gettext_lazy("retired")}


@admin.register(DkimKey)
class DkimKeyAdmin(ReadOnlyAdmin[DkimKey]):
    """Keys of one selector come and go together."""

    explanation = gettext_lazy(
        "Outgoing mail of a domain is signed with its keys (RFC 6376). Make keys on the domain's "
        "page, publish their records, then use them; those that signed before stay published for "
        "about a week and are retired then. The private keys are never shown."
    )
    list_display = ("full_selector", "domain", "algorithm", "stage", "created_at", "changed_at")
    list_filter = ("state", "algorithm")
    list_select_related = ("domain",)
    search_fields = ("domain__name", "selector")
    fields = (
        "domain", "full_selector", "algorithm", "state", "record_name", "value", "created_at",
        "changed_at",
    )  # fmt: skip
    readonly_fields = ("value",)
    actions = ("use", "retire")

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def stage(self, key: DkimKey) -> SafeString:
        return shown_state(key)

    @admin.display(description=gettext_lazy("TXT record"))
    def value(self, key: DkimKey) -> SafeString:
        return format_html('<code class="record">{}</code>', key.record)

    def has_keys_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("lemonade_server.change_dkimkey"))

    @admin.action(
        description=gettext_lazy("Use: sign with these from now on"), permissions=["keys"]
    )
    def use(self, request: HttpRequest, queryset: QuerySet[DkimKey]) -> HttpResponse | None:
        """Let keys take over from those that sign now."""
        question = Question(
            title=gettext("Sign with these keys from now on?"),
            warning=(
                gettext(
                    "Whoever gets mail looks for these records at once: they must be published by "
                    "now. The keys that signed so far stay published until they are retired."
                )
            ),
            button=gettext("Use them"),
        )
        return self._step(request, queryset, question, keys.use, "in use")

    @admin.action(description=gettext_lazy("Retire: forget these keys"), permissions=["keys"])
    def retire(self, request: HttpRequest, queryset: QuerySet[DkimKey]) -> HttpResponse | None:
        """Delete keys that don't sign."""
        question = Question(
            title=gettext("Forget these keys?"),
            warning=(
                gettext(
                    "They can't be brought back. Mail they signed that is still on its way can be "
                    "checked as long as their records are published; remove those a week later."
                )
            ),
            button=gettext("Retire them"),
        )
        return self._step(request, queryset, question, keys.retire, "retired")

    def _step(
        self,
        request: HttpRequest,
        queryset: QuerySet[DkimKey],
        question: Question,
        step: Step,
        done: str,
    ) -> HttpResponse | None:
        chosen = list(queryset.select_related("domain"))
        if not is_confirmed(request):
            question.heads = (
                gettext("domain"),
                gettext("selector"),
                gettext("algorithm"),
                gettext("state"),
            )
            question.rows = [
                (key.domain.name, key.full_selector, key.algorithm, shown_state(key))
                for key in chosen
            ]
            return ask(self, request, chosen, question)
        for domain, selector in dict.fromkeys((key.domain, key.selector) for key in chosen):
            if step(domain, selector):
                self.log_change(
                    request,
                    next(k for k in chosen if (k.domain, k.selector) == (domain, selector)),
                    f"{selector} of {domain.name} {done}.",
                )
                self.message_user(
                    request,
                    gettext("%(key)s: %(done)s.")
                    % {"key": _name(domain, selector), "done": DONE[done]},
                )
            else:
                self.message_user(
                    request,
                    gettext("%(key)s signs: use other keys first.")
                    % {"key": _name(domain, selector)},
                    messages.ERROR,
                )
        return None


def _name(domain: Domain, selector: str) -> str:
    return gettext("%(selector)s of %(domain)s") % {"selector": selector, "domain": domain.name}
