"""HTML that somebody writes here: made safe, and between it and plain text.

A browser is not trusted: what it posts passes here before it is stored, sent or shown again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import unquote

import nh3

from webmail.mail import readable_text

from . import css
from .sanitize import ATTRIBUTES, SILENT, TAGS, bounded_depth

_OF_A_PAGE = frozenset({"class", "id", "name"})  # no style sheet goes along
_KEPT = {tag: names - _OF_A_PAGE for tag, names in ATTRIBUTES.items()}
_STRUCTURE = frozenset({"html", "head", "body", "meta", "title"})
_LINKS = ("http:", "https:", "mailto:", "tel:")
_IMAGES = ("cid:", "http:", "https:")
_PICTURE = re.compile(r"data:image/(?:png|gif|jpe?g|webp);base64,[A-Za-z0-9+/=\s]*\Z", re.I)
_ANY_TAG = re.compile(r"<([a-zA-Z][\w:-]*)([^>]*)")
_PAINTED = re.compile(r"\b(?:background|bgcolor|style)\s*=", re.IGNORECASE)
_BARE = re.compile(r"<(blockquote|pre|code|img)((?: (?!style=)[a-z-]+=\"[^\"]*\")*)>")
_PICTURES = re.compile(r'<img [^<>]*?src="cid:([^"]*)"')
_IMAGE = re.compile(r"<img(?: [^<>]*)?>")
_QUOTED = re.compile(r"(?:> ?)*")
_MARKS = re.compile(r"^(?:> ){2,}", re.MULTILINE)  # RFC 3676 §4.5 has no blank between them
_RUN = re.compile(r"^ | {2,}| $")
_SIGNATURE = re.compile(r"^--$", re.MULTILINE)
DEEPEST = 20
MAIL_STYLES = {
    "blockquote": "margin:0 0 0 .8ex;border-left:2px solid #bbb;padding-left:1ex",
    "pre": "white-space:pre-wrap;font-family:monospace;background:#f4f4f4;padding:8px",
    "code": "font-family:monospace;background:#f4f4f4",
    "img": "max-width:100%",
}
"""What the elements that our writer makes look like in any mail program."""


def clean_rich_text(html: str) -> str:
    """What may be stored, sent and shown in the editor of it: looks, words, links and pictures.

    Pictures keep their address: of this message (``cid:``), from afar, or in the text itself.
    """
    return nh3.clean(
        bounded_depth(html.replace("\0", "")),
        tags=set(TAGS),
        clean_content_tags=set(SILENT),
        attributes={tag: set(names) for tag, names in _KEPT.items()},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        link_rel=None,
        strip_comments=True,
    )


def _attribute(tag: str, name: str, value: str) -> str | None:
    """nh3's filter: the value to keep, None to drop the attribute."""
    if name == "style":
        return css.style_attribute(value, _STYLES) or None
    if name in ("src", "background"):
        return _image(value)
    if name == "href":
        goal = value.strip()
        return goal if goal.lower().startswith(_LINKS) else None
    return value


def _image(address: str) -> str | None:
    bare = address.strip()
    if bare[:5].lower() == "data:":
        return bare if _PICTURE.match(bare) else None
    return bare if bare.lower().startswith(_IMAGES) else None


_STYLES = css.Rewriting(_image, css.as_it_is, "light", fits=False)


def can_be_edited(html: str) -> bool:
    """Whether nothing of the look of a document is lost in the editor: it has no style sheet, no
    ground of its own, and no element that is unknown here.
    """
    for name, attributes in _ANY_TAG.findall(html):
        tag = name.lower()
        if tag not in TAGS and tag not in _STRUCTURE:
            return False
        if tag == "body" and _PAINTED.search(attributes):
            return False
    return "<!--[if" not in html


def plain_text_of(html: str) -> str:
    """The words of it as plain text: lists, quotes with ``>``, links with their addresses."""
    words = _SIGNATURE.sub("-- ", readable_text(html))
    return _MARKS.sub(lambda found: ">" * found[0].count(">") + " ", words)


def rich_text_of(text: str) -> str:
    """Plain text as HTML that the editor goes on with; each level of ``>`` is a quotation."""
    out: list[str] = []
    level = 0
    for line in text.replace("\r\n", "\n").rstrip("\n").split("\n"):
        marks = _QUOTED.match(line)
        quoted = marks[0] if marks else ""
        depth = min(quoted.count(">"), DEEPEST)
        out += ['<blockquote type="cite">'] * (depth - level) + ["</blockquote>"] * (level - depth)
        level = depth
        words = _RUN.sub(_hard_blanks, line[len(quoted) if depth else 0 :])
        out.append(f"<div>{escape(words, quote=False) or '<br>'}</div>")
    return "".join(out) + "</blockquote>" * level


def _hard_blanks(found: re.Match[str]) -> str:
    return "\xa0" * len(found[0])


def with_mail_styles(html: str) -> str:
    """The same (clean) with the looks that mail programs would not give by themselves."""
    return _BARE.sub(_with_style, html)


def _with_style(tag: re.Match[str]) -> str:
    """The cleaner writes no angle bracket nor quotation mark into a value, so this is a tag."""
    return f'<{tag[1]}{tag[2]} style="{MAIL_STYLES[tag[1]]}">'


def pictures_of(html: str) -> list[str]:
    """Content-IDs of the pictures of this message that (clean) HTML shows, each once."""
    return list(dict.fromkeys(unquote(unescape(found)) for found in _PICTURES.findall(html)))


def without_pictures(html: str, is_there: Callable[[str], bool]) -> str:
    """The same (clean) without the pictures of a message that it names and does not have."""

    def keep(tag: re.Match[str]) -> str:
        found = _PICTURES.match(tag[0])
        return tag[0] if found is None or is_there(unquote(unescape(found[1]))) else ""

    return _IMAGE.sub(keep, html)
