"""``:seconds``: a period of ``vacation`` that is shorter than a day (RFC 6131)."""

from __future__ import annotations

from ..registry import COMMANDS, NUMBER, Tag, extension, more_tags
from .vacation import UNITS, VACATION, PeriodUnit

NEEDS = ("vacation",)

VACATION_SECONDS = extension("vacation-seconds", rfc=6131, implies=VACATION)
SHORTEST = 60
"""Seconds. Two programs that answer each other are slowed down."""

UNITS["seconds"] = PeriodUnit(1, SHORTEST)
more_tags(COMMANDS["vacation"], Tag("seconds", VACATION_SECONDS, NUMBER, group="period"))
