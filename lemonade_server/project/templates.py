"""Our templates are written for people, one element a line, and made small when they are read.

A line break between two tags, of HTML or of Django, is layout: it goes, with the indentation
around it. Beside words, or what ``{{ }}`` writes, it is a space, as in HTML; between attributes,
too. Where a space between two tags is meant it stands on the line. Inside ``<pre>``,
``<textarea>``, quotes and Django's tags nothing is touched. What a page is filled with never comes
here: only our own files do.
"""

from __future__ import annotations

import re

from django.template import Origin
from django.template.loaders.filesystem import Loader

_PIECES = re.compile(
    r"""
    (?P<verbatim> <(?P<element>pre|textarea|script|style)\b .*? </(?P=element)\s*> )
    | (?P<comment> <!-- .*? --> )
    | (?P<command> {%.*?%} | {\#.*?\#} )
    | (?P<value> {{.*?}} )
    | (?P<tag> <!?/?[a-zA-Z] (?> {%.*?%} | {{.*?}} | "[^"]*" | '[^']*' | [^<>"'] )*+ > )
    | (?P<break> [ \t]* \n \s* )
    | (?P<words> [^<{\n]+? (?= [ \t]*\n | [<{] | \Z ) | . )
    """,
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTES = re.compile(
    r"""(?P<kept> {%.*?%} | {{.*?}} | "[^"]*" | '[^']*' ) | \s*\n\s* (?P<end> /?>)?""",
    re.VERBOSE | re.DOTALL,
)
_TAGS = {"verbatim", "comment", "command", "tag"}


class TrimmingLoader(Loader):
    """Reads templates as Django's loader does, and trims them."""

    def get_contents(self, origin: Origin) -> str:
        return trim(super().get_contents(origin))


def trim(source: str) -> str:
    """The template ``source`` without what only makes it readable."""
    pieces = [(each.lastgroup or "", each.group()) for each in _PIECES.finditer(source)]
    out: list[str] = []
    for at, (kind, text) in enumerate(pieces):
        if kind == "break":
            out.append(_space_at(pieces, at))
        elif kind == "tag":
            out.append(_ATTRIBUTES.sub(lambda found: found["kept"] or found["end"] or " ", text))
        else:
            out.append(text)
    return "".join(out)


def _space_at(pieces: list[tuple[str, str]], at: int) -> str:
    """What is left of the line break that stands at ``at``."""
    if at == 0 or at == len(pieces) - 1:
        return ""
    before, after = pieces[at - 1][0], pieces[at + 1][0]
    return "" if before in _TAGS and after in _TAGS else " "
