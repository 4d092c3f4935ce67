"""Plain text as HTML for the page itself: escaped, with links and levels of quotation."""

from __future__ import annotations

import re
from html import escape

from django.utils.safestring import SafeString, mark_safe

from .links import write_url

MAX_LEVEL = 8
_LINK = re.compile(
    r"(?P<url>\bhttps?://[^\s<>\"'`{}|\\^\x00-\x20]+)"
    r"|(?P<link>\bmailto:[^\s<>\"'`{}|\\^\x00-\x20]+)"
    r"|(?P<mail>\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}\b)"
)
_TRAILING = ".,;:!?…»”"
_MARKS = re.compile(r"(?:> ?)*")


def plain(text: str) -> SafeString:
    """Lines with links; each level of ``>`` becomes a ``<blockquote class="quote">``."""
    out: list[str] = []
    level = 0
    for line in text.rstrip().split("\n"):
        depth, rest = _depth(line)
        while level < depth:
            out.append('<blockquote class="quote">')
            level += 1
        while level > depth:
            out.append("</blockquote>")
            level -= 1
        out.append(link_addresses(rest) + "\n")
    out.append("</blockquote>" * level)
    return mark_safe("".join(out))  # every piece of text went through escape


def _depth(line: str) -> tuple[int, str]:
    match = _MARKS.match(line)
    marks = match[0] if match else ""
    depth = min(marks.count(">"), MAX_LEVEL)
    return depth, line[len(marks) :] if depth else line


def link_addresses(text: str) -> str:
    """One line, escaped, its web and mail addresses as links that open elsewhere."""
    out: list[str] = []
    position = 0
    for match in _LINK.finditer(text):
        address = match[0]
        if not match["mail"]:
            address = _without_tail(address)
        if match["url"]:
            link = escape(address)
            element = f'<a href="{link}" target="_blank" rel="noopener noreferrer">{link}</a>'
        else:
            link = escape(address)
            goal = escape(write_url(address if match["link"] else f"mailto:{address}"))
            element = f'<a href="{goal}">{link}</a>'
        out.append(escape(text[position : match.start()]) + element)
        position = match.start() + len(address)
    out.append(escape(text[position:]))
    return "".join(out)


def _without_tail(url: str) -> str:
    """A stop or a bracket at the end belongs to the sentence, unless the bracket is a pair."""
    pairs = {")": "(", "]": "["}
    while url:
        last = url[-1]
        unpaired = last in pairs and url.count(last) > url.count(pairs[last])
        if last not in _TRAILING and not unpaired:
            break
        url = url[:-1]
    return url
