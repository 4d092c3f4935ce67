"""What a message repeats of those before it, behind a button: whoever reads them all has read it.

Only what ends a message is put away. Where somebody answers between quoted lines, those are needed.
"""

from __future__ import annotations

import re

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from .plain import plain

_QUOTED = re.compile(r"\s*>")
_ORIGINAL = re.compile(r"\s*-{3,} ?[^-\n]{3,60} ?-{3,}\s*\Z")  # "-----Original Message-----"
_TAG = re.compile(r"<(/?)(blockquote)\b[^>]*>", re.IGNORECASE)
_WORDS = re.compile(r"<img\b|<[^>]*>|&nbsp;|&#160;|[\s\xa0]+", re.IGNORECASE)
LONGEST_LEAD = 3  # lines of "On Monday, Anna wrote:"


def plain_without_quotes(text: str) -> SafeString:
    """Plain text as HTML, what it quotes at its end folded."""
    lines = text.rstrip().split("\n")
    start = quote_start(lines)
    if start is None:
        return plain(text)
    head, quote = "\n".join(lines[:start]), "\n".join(lines[start:])
    return format_html("{}{}", plain(head), quote_details(plain(quote)))


def quote_start(lines: list[str]) -> int | None:
    """The line where the quotation begins that ends the text; None when it is all, or none."""
    for at, line in enumerate(lines):
        if _ORIGINAL.match(line) and any(each.strip() for each in lines[:at]):
            return at
    at = len(lines)
    while at and (not lines[at - 1].strip() or _QUOTED.match(lines[at - 1])):
        at -= 1
    if not any(_QUOTED.match(line) for line in lines[at:]):
        return None
    return at - _lead(lines[:at]) if any(each.strip() for each in lines[:at]) else None


def _lead(lines: list[str]) -> int:
    """How many lines say who is quoted: those that end in a colon, up to a blank one."""
    if not lines or not lines[-1].rstrip().endswith((":", "：")):
        return 0
    count = 0
    for line in reversed(lines[-LONGEST_LEAD:]):
        if not line.strip():
            break
        count += 1
    return count if any(line.strip() for line in lines[:-count]) else 0


def quote_details(quote: str) -> SafeString:
    """HTML behind a button; it works without a script."""
    words = gettext("Quoted text")
    return format_html(
        '<details class="quoted"><summary title="{}"><span aria-hidden="true">…</span>'
        '<span class="sr">{}</span></summary>{}</details>',
        words,
        words,
        mark_safe(quote),  # cleaned, as all that comes here
    )


def html_without_quotes(cleaned: str) -> str:
    """Cleaned HTML whose last quotation, if nothing stands behind it, is folded."""
    depth, start, last = 0, 0, None
    for match in _TAG.finditer(cleaned):
        if not match[1]:
            start = match.start() if depth == 0 else start
            depth += 1
        elif depth:
            depth -= 1
            last = (start, match.end()) if depth == 0 else last
    if depth or last is None or _says(cleaned[last[1] :]) or not _says(cleaned[: last[0]]):
        return cleaned
    return f"{cleaned[: last[0]]}{quote_details(cleaned[slice(*last)])}{cleaned[last[1] :]}"


def _says(html: str) -> bool:
    """Whether anything is seen of it."""
    return any(match[0].lower() == "<img" for match in _WORDS.finditer(html)) or bool(
        _WORDS.sub("", html)
    )
