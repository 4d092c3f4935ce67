"""Small bar charts as numbers for an SVG without scripts or inline styles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import formats
from django.utils.translation import gettext, gettext_lazy

HEIGHT = 64
STEP = 10
GAP = 2
TALLEST = 60
WORDS = {"good": gettext_lazy("good"), "bad": gettext_lazy("bad")}


@dataclass(slots=True)
class Bar:
    """One rectangle. ``kind`` is its class in the style sheet, ``title`` its words."""

    x: int
    y: float
    width: int
    height: float
    kind: str
    title: str


@dataclass(slots=True)
class Chart:
    """A chart for one glance. ``label`` says in words what it shows."""

    label: str
    width: int
    bars: list[Bar]
    first: str
    last: str

    @property
    def height(self) -> int:
        return HEIGHT


@dataclass(slots=True)
class Column:
    """What one bar stands for: parts from the bottom up, each a class and a count."""

    name: str
    parts: Sequence[tuple[str, int]]


def rows(label: str, data: Sequence[tuple[str, str, int]], first: str, last: str) -> Chart:
    """Bars below each other, to compare amounts; each is a class, its words and the amount."""
    top = max((amount for _, _, amount in data), default=0) or 1
    step = HEIGHT // max(1, len(data))
    bars = [
        Bar(0, at * step, max(1, round(100 * amount / top)), step - GAP, kind, words)
        for at, (kind, words, amount) in enumerate(data)
    ]
    return Chart(label, 100, bars, first, last)


def columns(label: str, data: Sequence[Column], first: str, last: str) -> Chart:
    """Stacked bars side by side; empty ones keep a line so that the axis is seen."""
    top = max((sum(count for _, count in column.parts) for column in data), default=0) or 1
    bars = []
    for at, column in enumerate(data):
        y = float(HEIGHT)
        x = at * STEP
        bars.append(
            Bar(
                x,
                HEIGHT - 1,
                STEP - GAP,
                1,
                "axis",
                gettext("%(name)s: none") % {"name": column.name},
            )
        )
        words = ", ".join(
            f"{formats.number_format(count)} {WORDS[kind]}" for kind, count in column.parts if count
        )
        for kind, count in column.parts:
            if count:
                height = max(2.0, round(TALLEST * count / top, 1))
                y = round(y - height, 1)
                bars.append(Bar(x, y, STEP - GAP, height, kind, f"{column.name}: {words}"))
    return Chart(label, len(data) * STEP - GAP, bars, first, last)
