"""Style sheets and style attributes of mail, cut down to what can do no harm."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

import tinycss2 as _tinycss2

# A property is kept when its name is here or starts with one of the families.
_PROPERTIES = """
background background-color background-image background-position background-repeat background-size
border-collapse border-spacing box-sizing caption-side clear color direction display empty-cells
float font font-family font-size font-style font-variant font-weight height letter-spacing
line-height list-style list-style-type list-style-position max-height max-width min-height
min-width opacity outline overflow overflow-wrap table-layout text-align text-decoration
text-indent text-overflow text-transform unicode-bidi vertical-align visibility white-space width
word-break word-spacing word-wrap writing-mode
"""
PROPERTIES = frozenset(_PROPERTIES.split())
FAMILIES = ("border-", "margin", "padding", "border", "text-decoration-", "font-variant-")
_FUNCTIONS = """
rgb rgba hsl hsla hwb lab lch oklab oklch calc min max linear-gradient radial-gradient
repeating-linear-gradient repeating-radial-gradient
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
IMAGES = frozenset({"background", "background-image"})  # the only properties that may name one
NAME = re.compile(r"[a-z-]+")  # an escape in a name may stand for any character: </style> too
# Lengths that are parts of the view's height: here the view is as high as what is in it.
VIEW = frozenset(
    f"{size}{side}" for size in ("", "s", "l", "d") for side in ("vh", "vb", "vmin", "vmax")
) | {"cqh", "cqb", "cqmin", "cqmax"}
# What would take the reader's scrolling away where it stands on html or body.
SCROLLING = frozenset({"overflow", "height", "max-height"})
_NEGATIVE = re.compile(r"(?<![\w(.+*/-])-(?:\d+\.?\d*|\.\d+)[a-z%]*(?=\s|$)", re.IGNORECASE)
_WIDE = re.compile(r"(?<![\w(.+*/-])(\d+\.?\d*)p[xt](?=\s|$)", re.IGNORECASE)
_SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*(?::\s*([a-z-]+)\s*)?\)", re.IGNORECASE)
_ORIENTATION = re.compile(r"\(\s*orientation\s*:\s*([a-z]+)\s*\)", re.IGNORECASE)
_TALL = re.compile(r"\(\s*(?:min-|max-)?(?:height|aspect-ratio)\b[^()]*\)", re.IGNORECASE)
WIDTHS = frozenset({"width", "min-width"})
WIDEST = 1200  # px; no table for reading is wider
PIXELS = {"px": 1, "pt": 4 / 3, "pc": 16, "in": 96, "cm": 37.8, "mm": 3.78, "em": 16, "rem": 16}
ALWAYS = "(min-width:0)"
NEVER = "(min-width:999999px)"
PREFIX = "m-"  # of ids and names in a message, so that they are nobody else's
MOST = 200_000  # characters of CSS in one message
MAX_DEPTH = 20

tinycss2: Any = _tinycss2
Node = Any  # a node of tinycss2, which has no types: what it holds depends on its ``type``
# Gives the URL to use instead, or None to drop it.
UrlFilter = Callable[[str], str | None]
# Name and value of a declaration that may stay; gives those that stand in its place.
Turn = Callable[[str, str], list[tuple[str, str]]]


def as_it_is(name: str, value: str) -> list[tuple[str, str]]:
    """The declaration alone."""
    return [(name, value)]


@dataclass(frozen=True, slots=True)
class Rewriting:
    """What becomes of a message's styles. ``scheme``: the color-scheme that they are shown in.

    ``fits``: they are cut to what fits into a page of ours; else they go on to somebody else's.
    """

    url: UrlFilter
    turn: Turn
    scheme: str
    fits: bool = True


def style_attribute(text: str, how: Rewriting, without: Collection[str] = ()) -> str:
    """The declarations of a style attribute that may stay, those named ``without``; "" for none."""
    nodes = tinycss2.parse_blocks_contents(text[:MOST], skip_comments=False, skip_whitespace=True)
    kept = [node for node in nodes if node.type != "declaration" or node.lower_name not in without]
    return ";".join(_declarations(kept, how))


def style_sheet(text: str, how: Rewriting) -> str:
    """The rules of a style sheet that may stay: plain ones, and those inside @media.

    Nothing of the result can end a ``<style>`` element.
    """
    rules = tinycss2.parse_stylesheet(text[:MOST], skip_comments=False, skip_whitespace=True)
    return "\n".join(_rules(rules, how, 0))


def _rules(nodes: Iterable[Node], how: Rewriting, depth: int) -> Iterable[str]:
    for node in nodes:
        if node.type == "qualified-rule":
            body = tinycss2.parse_blocks_contents(
                node.content, skip_comments=False, skip_whitespace=True
            )
            kept = ";".join(_declarations(body, how))
            selector = _selector(node.prelude, 0).strip()
            if kept and selector and _harmless(selector):
                yield f"{selector}{{{kept}}}"
        elif node.type == "at-rule" and node.lower_at_keyword == "media" and node.content:
            if depth >= 2:
                continue
            inner = tinycss2.parse_rule_list(
                node.content, skip_comments=False, skip_whitespace=True
            )
            condition = _condition(tinycss2.serialize(node.prelude).strip(), how.scheme)
            kept = "\n".join(_rules(inner, how, depth + 1))
            if kept and _harmless(condition):
                yield f"@media {condition}{{{kept}}}"


def _condition(text: str, scheme: str) -> str:
    """A media query for the scheme that is shown, and without the view's height."""
    if scheme in ("light", "dark"):
        text = _SCHEME.sub(lambda found: ALWAYS if found[1] in (None, scheme) else NEVER, text)
    text = _ORIENTATION.sub(lambda found: ALWAYS if found[1] == "portrait" else NEVER, text)
    return _TALL.sub(NEVER, text)


def _selector(nodes: Iterable[Node], depth: int) -> str:
    """A selector with the ids that the elements have here."""
    out: list[str] = []
    for node in nodes:
        if node.type == "hash":
            out.append(f"#{PREFIX}{node.serialize()[1:]}")
        elif node.type == "[] block":
            out.append(f"[{_attribute(node.content)}]")
        elif node.type == "function" and depth < MAX_DEPTH:
            out.append(f"{node.name}({_selector(node.arguments, depth + 1)})")
        else:
            out.append(node.serialize())
    return "".join(out)


def _attribute(nodes: Iterable[Node]) -> str:
    """What stands in the brackets of a selector; ids and names are compared from their start."""
    out: list[str] = []
    words = [node for node in nodes if node.type not in ("whitespace", "comment")]
    named = bool(words) and words[0].type == "ident" and words[0].lower_value in ("id", "name")
    operator = words[1].serialize() if len(words) > 1 else ""
    for place, node in enumerate(words):
        if named and operator in ("=", "^=", "|=") and node.type in ("string", "ident") and place:
            value = node.value.replace('"', "").replace("\n", "")
            out.append(f'"{PREFIX}{value}"')
            named = False  # what follows is the flag of case
        else:
            out.append((" " if out and node.type == "ident" else "") + node.serialize())
    return "".join(out)


def _harmless(text: str) -> bool:
    """No markup, and nothing that some browser may read as an address."""
    return not any(mark in text for mark in "<\\{};@") and "url(" not in text.lower()


def _declarations(nodes: Iterable[Node], how: Rewriting) -> Iterable[str]:
    for node in nodes:
        if node.type != "declaration":
            continue
        name = node.lower_name
        known = name in PROPERTIES or name.startswith(FAMILIES)
        if not known or not NAME.fullmatch(name):
            continue
        if how.fits and _of_view(node.value):
            continue  # it would grow with the frame, and the frame with it
        value = _value(node.value, how.url if name in IMAGES else None, 0)
        if value is None or "<" in value or "\\" in value:
            continue
        if how.fits and name in WIDTHS and _longest(node.value) > WIDEST:
            continue
        if name.startswith("margin"):
            value = _NEGATIVE.sub("0", value)  # nothing leaves the frame, or lies on other words
        if how.fits and name.startswith(("margin", "padding")):
            value = _WIDE.sub(_narrower, value)
        important = " !important" if node.important else ""
        for written, now in how.turn(name, value.strip()):
            yield f"{written}:{now}{important}"


def _longest(tokens: Iterable[Node]) -> float:
    """The greatest of some lengths, in CSS pixels."""
    found = [token for token in tokens if token.type == "dimension"]
    return max((token.value * PIXELS.get(token.lower_unit, 1) for token in found), default=0)


def is_too_wide(attribute: str) -> bool:
    """Whether the ``width`` of an element is no width for reading."""
    digits = re.match(r"\s*(\d+)\s*(?![\d%])", attribute)
    return digits is not None and int(digits[1][:9]) > WIDEST


def _narrower(found: re.Match[str]) -> str:
    """A margin for a wide screen that leaves room for words on a narrow one."""
    return found[0] if float(found[1]) <= 16 else f"min({found[0]},5vw)"


def _of_view(tokens: Iterable[Node]) -> bool:
    """Whether a length is a part of the view's height."""
    return any(
        (token.type == "dimension" and token.lower_unit in VIEW)
        or (token.type == "function" and _of_view(token.arguments))
        for token in tokens
    )


def _value(tokens: Iterable[Node], url: UrlFilter | None, depth: int) -> str | None:
    """The value with its addresses replaced; None when it must go."""
    out: list[str] = []
    for token in tokens:
        if token.type == "url":
            address = url(token.value) if url else None
            if address is None:
                return None
            out.append(_url(address))
        elif token.type == "function":
            piece = _function(token, url, depth)
            if piece is None:
                return None
            out.append(piece)
        elif token.type == "comment":
            out.append(" ")  # or its neighbours would become one: url/**/(…)
        elif token.type in ("error", "at-keyword", "{} block", "[] block"):
            return None
        elif token.type == "() block":
            inside = 0 < depth < MAX_DEPTH  # as in calc(2 * (1px + 2px)); nowhere else
            inner = _value(token.content, None, depth + 1) if inside else None
            if inner is None:
                return None
            out.append(f"({inner})")
        else:
            out.append(token.serialize())
    return "".join(out)


def _function(token: Node, url: UrlFilter | None, depth: int) -> str | None:
    if token.lower_name == "url":
        inner = [x for x in token.arguments if x.type not in ("whitespace", "comment")]
        single = len(inner) == 1 and inner[0].type == "string"
        address = url(inner[0].value) if url and single else None
        return _url(address) if address is not None else None
    if token.lower_name not in FUNCTIONS or depth >= MAX_DEPTH:
        return None
    arguments = _value(token.arguments, None, depth + 1)
    return f"{token.lower_name}({arguments})" if arguments is not None else None


def address(found: str) -> str:
    """An address that was let through as a value; "" for none."""
    return _url(found) if found else ""


def _url(address: str) -> str:
    """An address that can't leave its quotes, nor the style element."""
    safe = address
    for character in "\"'\\()<>\n\r\f ":
        safe = safe.replace(character, f"%{ord(character):02X}")
    return f'url("{safe}")'
