"""How something repeats, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from django.utils.dates import WEEKDAYS
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(r"([-+]?\d{0,2})(MO|TU|WE|TH|FR|SA|SU)")


def rule_in_words(rule: str) -> str:
    """As "Every 2 weeks, Tuesday, until 3 March 2027"; "" for nothing that repeats."""
    fields = dict(pair.split("=", 1) for pair in rule.upper().split(";") if "=" in pair)
    if not fields:
        return ""
    said = [_often(fields), *_days(fields), _end(fields)]
    return ", ".join(filter(None, said))


def _often(fields: Mapping[str, str]) -> str:
    spelled = fields.get("INTERVAL", "1")
    count = int(spelled) if spelled.isascii() and spelled.isdigit() and len(spelled) < 5 else 1
    count = max(count, 1)
    words = {
        "DAILY": ngettext("Every day", "Every %(number)d days", count),
        "WEEKLY": ngettext("Every week", "Every %(number)d weeks", count),
        "MONTHLY": ngettext("Every month", "Every %(number)d months", count),
        "YEARLY": ngettext("Every year", "Every %(number)d years", count),
    }
    found = words.get(fields.get("FREQ", ""))
    return found % {"number": count} if found else gettext("Again and again")


def _days(fields: Mapping[str, str]) -> list[str]:
    days = []
    for each in fields.get("BYDAY", "").split(",")[:7]:
        match = _DAY.fullmatch(each)
        if match:
            name = str(WEEKDAYS[DAYS.index(match[2])])
            number = match[1].lstrip("+")
            days.append(f"{number}. {name}" if number and number != "-1" else name)
            if number == "-1":
                days[-1] = gettext("last %(day)s") % {"day": name}
    return days


def _end(fields: Mapping[str, str]) -> str:
    count = fields.get("COUNT", "")
    if count.isascii() and count.isdigit() and len(count) < 10:
        number = int(count)
        return ngettext("%(number)d time", "%(number)d times", number) % {"number": number}
    try:
        until = datetime.strptime(fields.get("UNTIL", "")[:8], "%Y%m%d")
    except ValueError:
        return ""
    return gettext("until %(day)s") % {"day": date_format(until, "j F Y")}
