"""HTML of a message as HTML that can do nothing but be read.

Limits, then nh3 with an attribute filter, then the styles. The response adds a CSP sandbox and the
page an iframe sandbox: each of the layers alone stops every payload of the test corpus.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from . import canvas, css, night
from .canvas import Canvas

MOST = 2_000_000  # characters
MOST_COLOURS = 500  # different values of one attribute
MAX_DEPTH = 400  # elements inside one another; deeper ones lose their tags, not their text
_TAGS = """
a abbr acronym address article aside b bdi bdo big blockquote br caption center cite code col
colgroup dd del details dfn dir div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header
hr i img ins kbd li main mark ol p pre q rp rt ruby s samp section small span strike strong sub
summary sup table tbody td tfoot th thead time tr tt u ul var wbr
"""
TAGS = frozenset(_TAGS.split())
_SILENT = "iframe noembed noframes noscript script select style template textarea title"
SILENT = frozenset(_SILENT.split())  # with all that is in them
COMMON = frozenset({"align", "bgcolor", "class", "color", "dir", "id", "lang", "style", "title"})
TABLE = frozenset({"background", "border", "height", "valign", "width", "nowrap"})
ATTRIBUTES: dict[str, set[str]] = {
    "*": set(COMMON),
    "a": {"href", "name"},
    "img": {"alt", "border", "height", "hspace", "src", "vspace", "width"},
    "font": {"face", "size"},
    "table": {*TABLE, "cellpadding", "cellspacing"},
    "td": {*TABLE, "colspan", "rowspan"},
    "th": {*TABLE, "colspan", "rowspan", "scope"},
    "tr": set(TABLE),
    "tbody": set(TABLE),
    "div": {"background"},
    "col": {"span", "width"},
    "colgroup": {"span", "width"},
    "ol": {"start", "type", "reversed"},
    "ul": {"type"},
    "li": {"type", "value"},
    "hr": {"noshade", "size", "width"},
    "blockquote": {"type"},
    "details": {"open"},
    "time": {"datetime"},
}
LINKS = ("http:", "https:", "mailto:", "tel:", "#")
_VOID = "area base br col embed hr img input link meta source track wbr"
VOID = frozenset(_VOID.split())
# Elements that the parser closes by itself, so that many in a row are not many in one another.
_SELF_CLOSING = "p li dt dd tr td th tbody thead tfoot option colgroup"
SELF_CLOSING = frozenset(_SELF_CLOSING.split())
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])[^>]*>?")
_STYLE_START = re.compile(r"<style(?=[\s/>])", re.IGNORECASE)
_STYLE_END = re.compile(r"</style(?=[\s/>])", re.IGNORECASE)
_BODY = re.compile(r"<(/?)body\b", re.IGNORECASE)
_LINK_INSIDE = re.compile(r'<a(?= )[^<>]* href="#[^<>]*>')
_DATA_IMAGE = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]*\Z", re.I)
_REMOTE = re.compile(
    r"""(?:src|background|srcset|poster)\s{0,9}=\s{0,9}["']?\s{0,9}(?:https?:)?//
      | url\(\s{0,9}["']?\s{0,9}(?:https?:)?//""",
    re.IGNORECASE | re.VERBOSE,
)

CidUrl = Callable[[str], str | None]
WriteUrl = Callable[[str], str]
"""Where a ``mailto:`` link leads."""


@dataclass(slots=True)
class Clean:
    """Safe HTML of the body and of style sheets, the first for attributes of colour.

    ``blocked``: remote addresses left out.
    """

    body: str
    styles: str
    canvas: Canvas
    blocked: int
    hints: str


class _Attributes:
    """Decides on every attribute and address in a message, and counts what is kept out."""

    def __init__(self, cid_url: CidUrl, remote: bool, write_url: WriteUrl, scheme: str) -> None:
        self.cid_url = cid_url
        self.remote = remote
        self.write_url = write_url
        self.blocked = 0
        self.colours: dict[str, set[str]] = {"bgcolor": set(), "color": set()}
        self.night = night.Night() if scheme != "light" else None
        turn = self.night.turn if self.night else css.as_it_is
        self.styles = css.Rewriting(self.image, turn, scheme)

    def image(self, address: str) -> str | None:
        """Where an image may come from: the message itself, or afar when that was asked for."""
        bare = "".join(address.split()) if address[:5].lower() == "data:" else address.strip()
        scheme = bare[:8].lower()
        if scheme.startswith("cid:"):
            return self.cid_url(unquote(bare[4:]))
        if scheme.startswith("data:"):
            return bare if _DATA_IMAGE.match(bare) else None
        if scheme.startswith("//"):
            bare = "https:" + bare
        if bare[:7].lower() != "http://" and bare[:8].lower() != "https://":
            return None
        if self.remote:
            return bare
        self.blocked += 1
        return None

    def attribute(self, tag: str, name: str, value: str) -> str | None:
        """nh3's filter: the value to keep, None to drop the attribute."""
        if name == "style":
            without = css.SCROLLING if tag in ("html", "body") else ()
            return css.style_attribute(value, self.styles, without) or None
        if name == "width" and css.is_too_wide(value):
            return None
        if name in self.colours:
            return self.colour(self.colours[name], value.strip())
        if name in ("src", "background"):
            return self.image(value)
        if name == "href":
            return self.link(value.strip())
        if name in ("id", "name"):
            return css.PREFIX + value
        return value

    def colour(self, seen: set[str], value: str) -> str | None:
        """A colour that an attribute names, and that the rules for the night will know."""
        if value not in seen and len(seen) == MOST_COLOURS:
            return None
        seen.add(value)
        return value

    def link(self, goal: str) -> str | None:
        """Where a link may lead: away, to the page for writing, or to a place in the message."""
        if goal[:7].lower() == "mailto:":
            return self.write_url(goal)
        if goal.startswith("#") and goal.lower() not in ("#", "#top"):
            return f"#{css.PREFIX}{goal[1:]}"
        return goal if goal.lower().startswith(LINKS) else None


def clean(
    html: str, cid_url: CidUrl, remote: bool, write_url: WriteUrl = str, scheme: str = "light"
) -> Clean:
    """The message without anything that acts, and without anything from afar unless ``remote``.

    ``cid_url`` gives the address of an inline image by its Content-ID, or None. A link to a place
    in the message stays in its frame; all others open elsewhere. ``scheme`` is a value of
    ``color-scheme``: where it isn't light, colours are turned.
    """
    attributes = _Attributes(cid_url, remote, write_url, scheme)
    bounded = html[:MOST].replace("\0", "")
    rest, sheets = _split_styles(bounded)
    styles = css.style_sheet(_bare(sheets), attributes.styles)
    rest, around = canvas.split(rest, attributes.attribute, attributes.styles.turn)
    body = nh3.clean(
        bounded_depth(_BODY.sub(r"<\1div", rest)),
        tags=set(TAGS),
        clean_content_tags=set(SILENT),
        attributes=ATTRIBUTES,
        attribute_filter=attributes.attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        filter_style_properties=None,
        strip_comments=True,
    )
    body = _LINK_INSIDE.sub(_inside, body)
    named = attributes.colours
    by_night = attributes.night
    hints = by_night.attribute_rules(named["bgcolor"], named["color"]) if by_night else ""
    return Clean(body, styles, around, attributes.blocked, hints)


def _inside(tag: re.Match[str]) -> str:
    """The cleaner writes no angle bracket nor quotation mark into a value, so this is a tag."""
    return tag[0].replace(' target="_blank"', ' target="_self"')


def _split_styles(html: str) -> tuple[str, str]:
    """The HTML without its style elements, and what they hold. One pass, whatever comes."""
    kept: list[str] = []
    sheets: list[str] = []
    position = 0
    while start := _STYLE_START.search(html, position):
        kept.append(html[position : start.start()])
        opened = html.find(">", start.end())
        if opened < 0:
            return "".join(kept), "\n".join(sheets)
        end = _STYLE_END.search(html, opened)
        if end is None:
            sheets.append(html[opened + 1 :])
            return "".join(kept), "\n".join(sheets)
        sheets.append(html[opened + 1 : end.start()])
        closed = html.find(">", end.end())
        position = closed + 1 if closed >= 0 else len(html)
    kept.append(html[position:])
    return "".join(kept), "\n".join(sheets)


def _bare(sheets: str) -> str:
    """Without the comment marks in which old mailers hide a style sheet."""
    return sheets.replace("<!--", "").replace("-->", "")


def bounded_depth(html: str) -> str:
    """Drop the tags of elements nested too deeply: the parser's time grows with their square."""
    depth = 0
    dropped = 0

    def tag(match: re.Match[str]) -> str:
        nonlocal depth, dropped
        name = match[2].lower()
        if name in VOID or name in SELF_CLOSING:
            return match[0]
        if not match[1]:
            if depth >= MAX_DEPTH:
                dropped += 1
                return ""
            depth += 1
        elif dropped:
            dropped -= 1
            return ""
        elif depth:
            depth -= 1
        return match[0]

    return _TAG.sub(tag, html)


def has_remote(html: str) -> bool:
    """Does the message want something from afar? A quick look, for the button that asks."""
    return bool(_REMOTE.search(html))
