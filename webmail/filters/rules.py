"""Filters made by a form, and the Sieve script that they become.

The script holds the form's values in a comment, so that the form can show them again; a script that
was changed by hand since is not read back, for the form would undo the change.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from datetime import date

from django.utils.translation import gettext, gettext_lazy

MARK = "# Filters of the webmail, 1"
MOST_RULES = 200
LONGEST = 500

ACTIONS = {
    "file": gettext_lazy("move it to the folder"),
    "flag": gettext_lazy("flag it"),
    "forward": gettext_lazy("forward it, and keep it"),
    "discard": gettext_lazy("delete it at once"),
}
FIELDS = {
    "sender": (gettext_lazy("From"), "from"),
    "subject": (gettext_lazy("Subject"), "subject"),
    "to": (gettext_lazy("To or Cc"), "to"),
}

_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
ADDRESS = re.compile(r"[^\s\"(),:;<>@\[\\\]]{1,64}@[^\s\"(),:;<>@\[\\\]]{1,255}")


class BadRule(ValueError):
    """A field of the form can't be used: ``field`` names it."""

    def __init__(self, field_name: str, text: str) -> None:
        super().__init__(text)
        self.field = field_name


@dataclass(slots=True)
class Rule:
    """If all the words that are given are found, do ``action``; ``target`` is folder or address."""

    sender: str = ""
    to: str = ""
    subject: str = ""
    action: str = "file"
    target: str = ""

    def checked(self) -> Rule:
        """The rule with its fields in order. Raises BadRule."""
        rule = Rule(*(_CONTROL.sub(" ", str(value)).strip()[:LONGEST] for value in self._values()))
        if not (rule.sender or rule.to or rule.subject):
            raise BadRule("sender", gettext("Say at least one thing to look for."))
        if rule.action not in ACTIONS:
            raise BadRule("action", gettext("Choose what is to be done."))
        if rule.action == "file" and not rule.target:
            raise BadRule("folder", gettext("Choose a folder."))
        if rule.action == "forward" and not ADDRESS.fullmatch(rule.target):
            raise BadRule("address", gettext("This is not an e-mail address."))
        if rule.action in ("flag", "discard"):
            rule.target = ""
        return rule

    def _values(self) -> tuple[str, str, str, str, str]:
        return self.sender, self.to, self.subject, self.action, self.target


@dataclass(slots=True)
class Away:
    """The answer while one is away. Dates as 2026-12-24, empty for no limit."""

    on: bool = False
    subject: str = ""
    text: str = ""
    days: int = 7
    start: str = ""
    end: str = ""

    def checked(self) -> Away:
        """The same with its fields in order. Raises BadRule."""
        away = Away(bool(self.on), _CONTROL.sub(" ", self.subject).strip()[:LONGEST])
        away.text = self.text.replace("\r\n", "\n").replace("\0", "").strip()[:20_000]
        if not 1 <= self.days <= 90:
            raise BadRule("days", gettext("Between 1 and 90 days."))
        away.days = self.days
        away.start, away.end = _day("start", self.start), _day("end", self.end)
        if away.start and away.end and away.end < away.start:
            raise BadRule("end", gettext("The last day is before the first one."))
        if away.on and not away.text:
            raise BadRule("text", gettext("Write what people are told."))
        return away


@dataclass(slots=True)
class Filters:
    """All that the forms hold."""

    rules: list[Rule] = field(default_factory=list)
    away: Away = field(default_factory=Away)


def _day(name: str, text: str) -> str:
    if not text.strip():
        return ""
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise BadRule(name, gettext("A day is written 2026-12-24.")) from None


def script(filters: Filters, extensions: set[str]) -> str:
    """The script of the filters, for a server with these extensions."""
    values = json.dumps(asdict(filters), separators=(",", ":"))
    needed: set[str] = set()
    blocks = [_away(filters.away, needed)] if filters.away.on else []
    compare = ""
    if "comparator-i;unicode-casemap" in extensions and filters.rules:
        needed.add("comparator-i;unicode-casemap")
        compare = ':comparator "i;unicode-casemap" '
    blocks += [_rule(rule, compare, extensions, needed) for rule in filters.rules]
    require = [f"require [{', '.join(map(_quote, sorted(needed)))}];"] if needed else []
    return (
        "\n".join([MARK, f"# {values}", "", *require, *(f"\n{block}" for block in blocks)]) + "\n"
    )


def read(text: str, extensions: set[str]) -> Filters | None:
    """The filters that made this script; None when nobody's form did, or it was changed since."""
    mark, _, rest = text.partition("\n")
    values = rest.partition("\n")[0]
    if mark != MARK or not values.startswith("# "):
        return None
    try:
        found = json.loads(values[2:])
        rules = [Rule(**rule).checked() for rule in found["rules"]]
        filters = Filters(rules, Away(**found["away"]).checked())
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return filters if script(filters, extensions) == text else None


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _rule(rule: Rule, compare: str, extensions: set[str], needed: set[str]) -> str:
    tests = [
        f"header :contains {compare}{names} {_quote(words)}"
        for names, words in (
            ('"from"', rule.sender),
            ('["to", "cc"]', rule.to),
            ('"subject"', rule.subject),
        )
        if words
    ]
    test = tests[0] if len(tests) == 1 else f"allof ({', '.join(tests)})"
    lines = "".join(f"    {line}\n" for line in _action(rule, extensions, needed))
    return f"if {test} {{\n{lines}}}"


def _action(rule: Rule, extensions: set[str], needed: set[str]) -> list[str]:
    match rule.action:
        case "file":
            needed.add("fileinto")
            create = ":create " if "mailbox" in extensions else ""
            needed.update({"mailbox"} if create else set())
            return [f"fileinto {create}{_quote(rule.target)};", "stop;"]
        case "flag":
            needed.add("imap4flags")
            return ['addflag "\\\\Flagged";']
        case "forward":
            needed.add("copy")
            return [f"redirect :copy {_quote(rule.target)};"]
    return ["discard;", "stop;"]


def _away(away: Away, needed: set[str]) -> str:
    needed.add("vacation")
    subject = f" :subject {_quote(away.subject)}" if away.subject else ""
    command = f"vacation :days {away.days}{subject} {_quote(away.text)};"
    limits = [
        f'currentdate :value "{relation}" "date" "{day}"'
        for relation, day in (("ge", away.start), ("le", away.end))
        if day
    ]
    if not limits:
        return command
    needed.update({"date", "relational"})
    test = limits[0] if len(limits) == 1 else f"allof ({', '.join(limits)})"
    return f"if {test} {{\n    {command}\n}}"
