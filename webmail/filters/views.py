"""The filters page: rules and the answer while away by form, the script itself for who likes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from webmail.mail import BadScript, Refused, SieveClient, number, sieve_session
from webmail.pages.folders import tree_of
from webmail.pages.page import email_of, flash, mail_page, own_address, show

from . import notice, scripts
from .rules import ACTIONS, LONGEST, MOST_RULES, Away, BadRule, Filters, Rule
from .scripts import ActiveScript

AROUND = 2
"""Lines shown before and behind the one with the mistake."""


@dataclass(slots=True)
class ScriptLine:
    """A line of a script that has a mistake."""

    number: int
    text: str
    wrong: bool


@mail_page
@require_safe
def filters(request: HttpRequest) -> HttpResponseBase:
    """What is done with new mail; ``?rule=2`` has the second rule in its form, ``?sender=…`` and
    ``?to=…`` a new one about such mail, ``?block=1`` with Junk as its goal.
    """
    with sieve_session(email_of(request)) as sieve:
        shown = scripts.show(sieve)
    notice.note(request, shown.filters)
    context: dict[str, Any] = {}
    wanted = number(request.GET.get("rule", "")) or 0
    if shown.filters and 1 <= wanted <= len(shown.filters.rules):
        context = {"rule": shown.filters.rules[wanted - 1], "number": wanted}
    elif not wanted:
        context = {"rule": _rule_about(request)}
    return _page(request, shown, context)


def _rule_about(request: HttpRequest) -> Rule:
    """A new rule with what the address says, which its form shows before anything is saved."""
    sender, to = (request.GET.get(name, "")[:LONGEST] for name in ("sender", "to"))
    rule = Rule(sender=sender, to=to)
    if request.GET.get("block") == "1":
        junk = (folder.name for folder in tree_of(request) if folder.role == "junk")
        rule.target = next(junk, "")
    return rule


@mail_page
@require_POST
def rule(request: HttpRequest) -> HttpResponseBase:
    """Save the form of a rule, or do what a button beside a rule says."""
    with sieve_session(email_of(request)) as sieve:
        shown = scripts.show(sieve)
        current = shown.filters or Filters()
        form = request.POST
        wanted = _rule(form)
        try:
            said = _change(current, form, wanted)
        except BadRule as error:
            context = {"rule": wanted, "number": form.get("number", ""), "wrong_rule": error}
            return _page(request, shown, context, 400)
        return _save(request, sieve, current, said)


@mail_page
@require_POST
def away(request: HttpRequest) -> HttpResponseBase:
    """Save the answer while away."""
    form = request.POST
    days = form.get("days", "7").strip()
    given = Away(
        "on" in form,
        form.get("subject", ""),
        form.get("text", ""),
        number(days) or 0,
        form.get("start", ""),
        form.get("end", ""),
    )
    with sieve_session(email_of(request)) as sieve:
        shown = scripts.show(sieve)
        current = shown.filters or Filters()
        try:
            current = replace(current, away=given.checked())
        except BadRule as error:
            context = {"away": given, "wrong_away": error, "alone": "alone" in form}
            return _page(request, shown, context, 400)
        return _save(request, sieve, current, "Saved.")


@mail_page
@require_safe
def away_page(request: HttpRequest) -> HttpResponseBase:
    """The answer while away, on a page of its own."""
    with sieve_session(email_of(request)) as sieve:
        shown = scripts.show(sieve)
    notice.note(request, shown.filters)
    return _page(request, shown, {"alone": True})


@mail_page
@require_POST
def switch_away(request: HttpRequest) -> HttpResponseBase:
    """Begin or end the answer as it was written last."""
    with sieve_session(email_of(request)) as sieve:
        shown = scripts.show(sieve)
        current = shown.filters or Filters()
        wanted = replace(current.away, on=request.POST.get("on") == "1")
        try:
            changed = replace(current, away=wanted.checked())
        except BadRule as error:  # there are no words yet
            return _page(request, shown, {"away": wanted, "wrong_away": error, "alone": True}, 400)
        if shown.filters is None:
            raise Refused(gettext("Your filters were written by hand. Change them there."))
        scripts.save(sieve, changed, shown.seen)
    notice.note(request, changed)
    flash(request, gettext("Answering.") if wanted.on else gettext("No more answers go out."))
    return redirect(own_address(request.POST.get("back", "")) or "webmail:away")


@mail_page
@require_POST
def script(request: HttpRequest) -> HttpResponseBase:
    """Save the script as it was written; a mistake is shown in its line."""
    text = request.POST.get("script", "").replace("\r\n", "\n")
    with sieve_session(email_of(request)) as sieve:
        try:
            scripts.save_text(sieve, text, request.POST.get("seen", ""))
        except BadScript as error:
            shown = scripts.show(sieve)
            context = {"text": text, "wrong_script": error, "lines": _lines(text, error.line)}
            return _page(request, shown, context, 400)
        notice.note(request, scripts.show(sieve).filters)
    flash(request, gettext("Script saved.") if text.strip() else gettext("Filtering has ended."))
    return redirect("webmail:filters")


def _rule(form: QueryDict) -> Rule:
    action = form.get("action", "")
    target = {"file": form.get("folder", ""), "forward": form.get("address", "")}.get(action, "")
    return Rule(form.get("sender", ""), form.get("to", ""), form.get("subject", ""), action, target)


def _change(current: Filters, form: QueryDict, wanted: Rule) -> str:
    """Do with the rules what the form says; what to tell. Raises BadRule."""
    at = (number(form.get("number", "")) or 0) - 1
    known = 0 <= at < len(current.rules)
    match form.get("do", ""):
        case "remove" if known:
            del current.rules[at]
            return gettext("Rule removed.")
        case "up" if known and at:
            current.rules.insert(at - 1, current.rules.pop(at))
            return gettext("Rule moved up.")
        case "save" if known:
            current.rules[at] = wanted.checked()
            return gettext("Rule saved.")
        case "save":
            if len(current.rules) >= MOST_RULES:
                raise BadRule(
                    "sender",
                    gettext("There are %(number)d rules already.") % {"number": MOST_RULES},
                )
            current.rules.append(wanted.checked())
            return gettext("Rule added.")
    return gettext("Nothing was changed.")


def _save(
    request: HttpRequest, sieve: SieveClient, filters: Filters, said: str
) -> HttpResponseBase:
    scripts.save(sieve, filters, request.POST.get("seen", ""))
    notice.note(request, filters)
    flash(request, said)
    return redirect("webmail:away" if "alone" in request.POST else "webmail:filters")


def _lines(text: str, wrong: int) -> list[ScriptLine]:
    """The line with the mistake and some around it."""
    if not wrong:
        return []
    every = text.split("\n")
    low, high = max(wrong - 1 - AROUND, 0), min(wrong + AROUND, len(every))
    return [ScriptLine(at + 1, every[at], at + 1 == wrong) for at in range(low, high)]


def _page(
    request: HttpRequest, shown: ActiveScript, context: dict[str, Any], status: int = 200
) -> HttpResponseBase:
    everything = {
        "shown": shown,
        "filters": shown.filters,
        "away": shown.filters.away if shown.filters else Away(),
        "rule": Rule(),
        "number": "",
        "text": shown.text,
        "actions": ACTIONS,
        **context,
    }
    alone = bool(context.get("alone"))
    template = "webmail/filters/away.html" if alone else "webmail/filters/filters.html"
    return show(request, template, everything, status)
