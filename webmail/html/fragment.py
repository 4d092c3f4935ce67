"""A piece of HTML that somebody writes for their own messages, without anything that acts.

What strangers sent is shown by ``sanitize``; this is what goes out under one's own name. It holds
no scripts, forms or frames, no names for elements, and pictures by secure address alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

import nh3

from . import css
from .sanitize import ATTRIBUTES, SILENT, TAGS

LINKS = ("http:", "https:", "mailto:", "tel:")
_NAMES = {"id", "name", "class"}
_OF_A_PAGE = {"html", "head", "body", "meta", "title", "link", "style", "font", "o:p"}
"""What stands in pages that somebody copies: it goes without a word."""
_ALLOWED = {tag: names - _NAMES for tag, names in ATTRIBUTES.items()}
_SEEN = re.compile(r"<(?:img|hr)\b")
_TAG = re.compile(r"<[^>]*>")
_STYLES = css.Rewriting(lambda _: None, css.as_it_is, "light")


@dataclass(frozen=True, slots=True)
class Fragment:
    """Clean HTML, and the names of what was taken out of it that would have acted."""

    html: str
    removed: tuple[str, ...] = ()


def clean_fragment(html: str) -> Fragment:
    """What may go out of a piece of HTML, "" when nothing of it is to be seen: an editor leaves
    empty lines. Nothing raises.
    """
    cleaned = nh3.clean(
        html.replace("\0", ""),
        tags=set(TAGS),
        clean_content_tags=set(SILENT),
        attributes=_ALLOWED,
        attribute_filter=_filter,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        filter_style_properties=None,
        strip_comments=True,
    )
    return Fragment(cleaned.strip() if _is_seen(cleaned) else "", _acting(html))


def _is_seen(html: str) -> bool:
    return bool(_SEEN.search(html) or unescape(_TAG.sub("", html)).strip())


def text_as_html(text: str) -> str:
    """Plain text as HTML with the same lines."""
    return "<br>".join(escape(line) for line in text.strip("\n").split("\n")) if text else ""


def _filter(tag: str, name: str, value: str) -> str | None:
    if name == "style":
        return css.style_attribute(value, _STYLES) or None
    if name in ("src", "background"):
        return value if value.strip().lower().startswith("https://") else None
    if name == "href":
        return value if value.strip().lower().startswith(LINKS) else None
    return value


class _Acting(HTMLParser):
    """Notes what does not belong into a message."""

    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, None] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS and tag not in _OF_A_PAGE:
            self.names[f"<{tag[:20]}>"] = None
        for name, value in attributes:
            if name.startswith("on"):
                self.names[name[:20]] = None
            scheme = "".join((value or "").split()).lower().partition(":")[0]
            if name in ("href", "src", "action") and scheme in ("javascript", "vbscript"):
                self.names[f"{scheme}:"] = None


def _acting(html: str) -> tuple[str, ...]:
    found = _Acting()
    found.feed(html)
    return tuple(found.names)[:10]
