"""What a message sets on its ``html`` and ``body``: colours and backgrounds of the whole frame."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape, unescape

import nh3

from . import css

COMMON = {"class", "dir", "id", "lang", "style"}
# Attributes of body that are rules of a style sheet today (HTML Standard §15.3.10).
COLOURS = {"bgcolor", "text", "link", "vlink", "alink"}
BODY = COMMON | COLOURS | {"background"}
TRIES = 20  # tags that stand in comments
_COLOUR = re.compile(r"#?(?P<hex>[0-9a-f]{3}(?:[0-9a-f]{3})?)|(?P<name>[a-z]{3,25})", re.IGNORECASE)
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_INSIDE = r"""((?:[^>"']++|"[^"]*+"|'[^']*+')*+)"""
_BODY_END = re.compile(r"</body\s*>", re.IGNORECASE)

# nh3's: element, attribute, value; gives the value to keep, None to drop it.
AttributeFilter = Callable[[str, str, str], str | None]


@dataclass(slots=True)
class Canvas:
    """Attributes of the two elements, as they stand in a tag, and rules that come before others."""

    html: str
    body: str
    rules: str


def split(html: str, keep: AttributeFilter, turn: css.Turn) -> tuple[str, Canvas]:
    """The document without the tags of its body, and what they said, cleaned by ``keep``."""
    _, root = _find_tag(html, "html", COMMON, keep)
    at, found = _find_tag(html, "body", BODY, keep)
    if at is not None:
        html = html[: at[0]] + _BODY_END.sub("", html[at[1] :], count=1)
    canvas = Canvas(_write_attributes(root), _write_attributes(found), _rules(found, turn))
    return html, canvas


def _find_tag(
    html: str, tag: str, names: set[str], keep: AttributeFilter
) -> tuple[tuple[int, int] | None, dict[str, str]]:
    """Where the first such tag stands, and its attributes, cleaned."""
    opening = re.compile(rf"<{tag}(?=[\s/>]){_INSIDE}>?", re.IGNORECASE)
    for tried, match in enumerate(opening.finditer(html)):
        if tried == TRIES:
            break
        start = match.start()
        if html.rfind("<!--", 0, start) > html.rfind("-->", 0, start):
            continue
        safe = nh3.clean(
            f"<div {match[1]}></div>",
            tags={"div"},
            attributes={"div": names},
            attribute_filter=lambda _, name, value: keep(tag, name, value),
            filter_style_properties=None,
        )
        found = {name: unescape(value) for name, value in _ATTRIBUTE.findall(safe.split(">")[0])}
        return match.span(), found
    return None, {}


def _write_attributes(found: dict[str, str]) -> str:
    return "".join(f' {name}="{escape(found[name])}"' for name in sorted(COMMON & found.keys()))


def _rules(found: dict[str, str], turn: css.Turn) -> str:
    """The colours of body's attributes as rules, which a style sheet of the message overrules."""
    colours = {name: _colour(found.get(name, "")) for name in COLOURS}
    visited = colours["vlink"] or colours["link"]
    wanted = (
        ("body", "background-color", colours["bgcolor"]),
        ("body", "background-image", css.address(found.get("background", ""))),
        ("body", "color", colours["text"]),
        ("a:link", "color", colours["link"]),
        ("a:visited", "color", visited),
        ("a:active", "color", colours["alink"]),
    )
    rules = []
    for where, name, value in wanted:
        if value:
            written = ";".join(f"{own}:{colour}" for own, colour in turn(name, value))
            rules.append(f"{where}{{{written}}}")
    return "\n".join(rules)


def _colour(value: str) -> str:
    found = _COLOUR.fullmatch(value.strip())
    if found is None:
        return ""
    return f"#{found['hex']}" if found["hex"] else found["name"]
