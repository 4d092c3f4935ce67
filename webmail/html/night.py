"""The colours of a message at night, turned declaration by declaration.

The browser keeps the cascade: each colour becomes several, and where a word stands decides which of
them it has. Grounds fall into bands of luminance, and for each band a word has a colour that can be
read on all of it (4.5:1), whatever rule of the message brings the two together:

- white, pale and grey grounds become dark, as the page's paper is; words have ``--n`` there;
- deep grounds of a hue, such as a brand's, stay, if need be darker; words have ``--w``;
- bright ones stay too; words have ``--k``;
- on a picture nothing is turned; words have ``--c``, as by day.

``--isw``, ``--isk`` and ``--iso`` say which ground it is. They are inherited, and hold nothing
(on) or are invalid (off), so that ``var()`` picks one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import tinycss2 as _tinycss2

from . import colours
from .colours import Colour

tinycss2: Any = _tinycss2
Node = Any
Declarations = list[tuple[str, str]]
# Name and value of a declaration that is safe; gives those that stand in its place.
Turn = Callable[[str, str], Declarations]

PAPER = "#181b1a"
INK = "#e7eae4"
WHITE = Colour(1.0, 0.0, 0.0)
# Luminance of grounds, and of words on them: (brighter + .05) / (darker + .05) is at least 4.5.
DARK_GROUND, ON_DARK = 0.045, 0.385
DEEP_GROUND, ON_DEEP = 0.155, 0.90
BRIGHT_GROUND, MOST_BRIGHT, ON_BRIGHT = 0.36, 0.62, 0.040
BRIGHT_FROM = 0.30  # what is darker than this is deep
COVERS = 0.5  # opacity from which a ground is one, and no veil over another
GREY = 0.045  # chroma up to which a colour has no hue to be known by
BRAND = 0.095  # chroma from which a light colour is more than tinted paper
TINT = 0.05  # chroma that is left of tinted paper
OFF = "initial"
DARK, VEIL = "", "?"  # kinds of grounds without a flag
MOST_COLOURS = 300  # of one message that are reckoned one by one
MOST_DECLARATIONS = 20_000  # of colours in one message; the words of what follows inherit theirs
FLAGS = ("--isw", "--isk", "--iso")
KEEPING = frozenset({"inherit", "unset", "revert", "revert-layer", "currentcolor"})
WITHOUT = frozenset({"transparent", "none", "initial", "unset", "revert", "revert-layer"})
LINES = ("border", "outline", "text-decoration")
TABLE = "table,thead,tbody,tfoot,tr,td,th"  # what a browser paints by attributes
GROUNDS = frozenset({"background", "background-color", "background-image"})


@lru_cache(2048)
def words(text: str) -> tuple[str, str, str] | None:
    """What a colour of words becomes on dark, deep and bright grounds; None for no colour."""
    colour = colours.parse(text)
    if colour is None:
        return None
    if colour.alpha < 0.1:  # words that are not to be seen
        return ("transparent",) * 3
    colour = colour.over(WHITE)
    night = colour
    if colour.chroma < GREY:  # the further from paper by day, the further from it at night
        far = 0.95 - 0.25 * colour.lightness
        night = colour.at(far if colour.lightness <= 0.6 else max(0.75, colour.lightness))
    return (
        str(night.within(ON_DARK, 1.0)),
        str(colour.within(ON_DEEP, 1.0)),
        str(colour.within(0.0, ON_BRIGHT)),
    )


@lru_cache(2048)
def kind_of_ground(text: str) -> str:
    """Flag of the ground that a colour makes at night, DARK, or VEIL when it covers nothing."""
    colour = colours.parse(text)
    if colour is None or colour.alpha < COVERS:
        return VEIL
    colour = colour.over(WHITE)
    pale = colour.lightness > 0.85 and colour.chroma < BRAND
    if pale or colour.chroma < GREY or colour.luminance <= DARK_GROUND:
        return DARK
    return "--isk" if colour.luminance >= BRIGHT_FROM else "--isw"


@lru_cache(4096)
def ground(text: str, kind: str) -> str:
    """A ground's colour at night, of a given kind."""
    colour = colours.parse(text)
    if colour is None:
        return text
    if kind == "--isk":
        return str(colour.over(WHITE).within(BRIGHT_GROUND, MOST_BRIGHT))
    if kind == "--isw" and kind_of_ground(text):
        return str(colour.over(WHITE).within(0.0, DEEP_GROUND))
    if colour.alpha >= COVERS:
        colour = colour.over(WHITE)
    if colour.alpha == 1 and colour.lightness > 0.995:
        return PAPER
    if colour.lightness > 0.5:
        paper = colours.parse(PAPER) or WHITE
        colour = colour.at(paper.lightness + 0.03 + 0.4 * (1 - colour.lightness), TINT)
    return str(colour.within(0.0, DARK_GROUND))


@lru_cache(2048)
def line(text: str) -> str:
    """A border's colour at night: a hue stays, grey is turned."""
    colour = colours.parse(text)
    if colour is None or colour.alpha == 0:
        return text
    if colour.chroma < GREY:
        return str(colour.at(0.3 + 0.5 * (1 - colour.lightness)))
    return str(colour.within(0.06, 0.8))


class Night:
    """Turns the declarations of one message."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._left = MOST_DECLARATIONS

    def turn(self, name: str, value: str) -> Declarations:
        """What stands in the place of a declaration, for both schemes."""
        if name != "color" and name not in GROUNDS and not name.startswith(LINES):
            return [(name, value)]
        self._left -= 1
        if self._left < 0:
            return []
        if name == "color":
            return self._words(value.strip())
        if name in GROUNDS:
            return self._ground(name, value)
        return [(name, _replace_colours(value, lambda text: _both(text, line(self._near(text)))))]

    def attribute_rules(self, grounds: Iterable[str], inks: Iterable[str]) -> str:
        """Rules for the values of ``bgcolor`` and ``color``, weaker than those of style sheets."""
        pictured = f":where({TABLE}):where([background])"
        out = [f"{pictured}{{background-color:light-dark(transparent,#fff)}}"]
        for value in sorted(grounds):
            if day := attribute_colour(value):
                turned = _css(self.turn("background-color", day))
                out.append(f':where({TABLE}):where([bgcolor="{value}"]){{{turned}}}')
                out.append(f'{pictured}:where([bgcolor="{value}"]){{background-color:{day}}}')
        for value in sorted(inks):
            if day := attribute_colour(value):
                turned = _css(self.turn("color", day))
                out.append(f':where(font[color="{value}"]){{{turned}}}')
        out.append(f"{pictured}{{{_css(_flags('--iso'))}}}")
        return "\n".join(out)

    def _near(self, text: str) -> str:
        """The colour, or a similar one when the message has more than anybody can tell apart."""
        if text in self._seen or len(self._seen) < MOST_COLOURS:
            self._seen.add(text)
            return text
        return colours.coarse(text)

    def _words(self, value: str) -> Declarations:
        keyword = value.lower()
        if keyword in KEEPING:
            return [(name, "inherit") for name in ("--c", "--n", "--w", "--k")]
        day = "#000" if keyword == "initial" else value
        found = words(self._near(day))
        if found is None:
            return []
        night, deep, bright = found
        return [("--c", day), ("--n", night), ("--w", deep), ("--k", bright)]

    def _ground(self, name: str, value: str) -> Declarations:
        keyword = value.strip().lower()
        if keyword in WITHOUT or keyword == "inherit":
            kept = [] if name == "background-image" else [(flag, "inherit") for flag in FLAGS]
            return [(name, value), *kept]
        if "url(" in value:
            return _picture(name, value)
        found = [self._near(text) for text in _colours(value)]
        kinds = {kind_of_ground(text) for text in found} - {VEIL}
        kind = _common_kind(kinds)
        turned = _replace_colours(value, lambda text: _both(text, ground(self._near(text), kind)))
        return [(name, turned), *(_flags(kind) if kinds else [])]


def _picture(name: str, value: str) -> Declarations:
    """A picture is left alone; where it lets through, it lies on its own colour, or on white."""
    if name == "background":
        has_colour = any(kind_of_ground(text) != VEIL for text in _colours(value))
        if not has_colour and "," not in value:
            value = f"{value} light-dark(transparent,#fff)"
    elif name == "background-image":
        white = "light-dark(transparent,#fff)"
        value = f"{value},linear-gradient({white},{white})"
    return [(name, value), *_flags("--iso")]


def _common_kind(kinds: set[str]) -> str:
    """One kind for all colours of a gradient: its words must be readable on each."""
    if len(kinds) == 1:
        return next(iter(kinds))
    if DARK not in kinds:
        return "--isk" if "--isk" in kinds else DARK
    return "--isw" if "--isw" in kinds else DARK


def _flags(kind: str) -> Declarations:
    return [(flag, " " if flag == kind else OFF) for flag in FLAGS]


def _both(day: str, night: str) -> str:
    return day if day == night else f"light-dark({day},{night})"


def _colours(value: str) -> list[str]:
    out: list[str] = []
    _replace_colours(value, lambda text: out.append(text) or text)  # type: ignore[func-returns-value]
    return out


def _replace_colours(value: str, change: Callable[[str], str]) -> str:
    """The value with each of its colours changed, those of gradients too."""
    if colours.is_colour(value):
        return change(value)
    return _replace_in(tinycss2.parse_component_value_list(value), change)


def _replace_in(nodes: Iterable[Node], change: Callable[[str], str]) -> str:
    out: list[str] = []
    for node in nodes:
        text = node.serialize()
        can_be = node.type in ("ident", "hash", "function")
        if can_be and colours.is_colour(text):
            out.append(change(text))
        elif node.type == "function":
            out.append(f"{node.name}({_replace_in(node.arguments, change)})")
        else:
            out.append(text)
    return "".join(out)


def attribute_colour(value: str) -> str:
    """The colour that such an attribute names, for CSS; "" for none.

    A number needs no ``#`` there (HTML Standard §2.3.6, legacy colour values).
    """
    if not value.isascii() or not value.removeprefix("#").isalnum():
        return ""
    return next((text for text in (value, f"#{value}") if colours.parse(text) is not None), "")


def _css(declarations: Declarations) -> str:
    return ";".join(f"{name}:{value}" for name, value in declarations)


def base_style(scheme: str) -> str:
    """The rules below those of the message. ``scheme``: a value of ``color-scheme``."""
    turn = Night().turn
    links = _css(turn("color", "#0b57d0"))
    mark = _css([*turn("background-color", "#ffff00"), *turn("color", "#000000")])
    return f"""
:root{{color-scheme:{scheme};--c:#1c1e1a;--n:{INK};--w:#fff;--k:#000}}
*,::before,::after{{--cw:var(--isw) var(--w);--ck:var(--isk) var(--k);--co:var(--iso) var(--c);
color:light-dark(var(--c),var(--cw,var(--ck,var(--co,var(--n)))))}}
body{{background:light-dark(#fff,{PAPER})}}
:any-link{{{links}}}
mark{{{mark}}}
@media print{{:root{{color-scheme:light}}}}
"""
