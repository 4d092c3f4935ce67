"""Where somebody moved mail lately."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template

from webmail.mail import Folder
from webmail.pages.folders import recent_targets_of

register = template.Library()


@register.simple_tag(takes_context=True)
def recent_targets(
    context: dict[str, Any], folders: Iterable[Folder], here: Folder | None
) -> list[Folder]:
    """The folders that mail was moved to last, the latest first, without the one that is shown."""
    there = {each.name: each for each in folders if each.selectable and each.may_file}
    name = here.name if here else ""
    known = recent_targets_of(context["request"])
    return [there[each] for each in known if each in there and each != name]
