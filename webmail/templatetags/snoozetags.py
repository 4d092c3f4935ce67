"""Until when a page offers to put mail out of sight."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone

from webmail.snooze.times import moments

register = template.Library()


@register.simple_tag
def snooze_moments() -> list[tuple[str, str, datetime]]:
    """Name, words and moment of each that is offered now."""
    return moments(timezone.localtime())
