"""HTML as plain text for a reader: paragraphs, lists, tables, quotations and where links go."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import BinaryIO

from lemonade_server.convert.job import Job, Made
from lemonade_server.convert.refusal import Refused
from lemonade_server.wire import text

from . import texts

LONGEST = 33_554_432  # octets
DEEPEST = 20  # quotations and lists, one in the other, that are shown as such

_META = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE
)
_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"}
)
_LINES = frozenset(
    {"address", "article", "aside", "center", "dd", "div", "dt", "fieldset", "figcaption", "figure"}
    | {"footer", "form", "header", "li", "main", "nav", "section", "tr", "caption", "option"}
)
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def to_text(job: Job, given: BinaryIO, made: BinaryIO) -> Made:
    """The words of a page, laid out. Raises Refused for one that is too long."""
    octets = given.read(LONGEST + 1)
    if len(octets) > LONGEST:
        raise Refused("the page is too long")
    charset = job.charset
    if not charset and (found := _META.search(octets[:2048])):
        charset = found[1].decode("ascii")
    page = _Page()
    page.feed(text.decode(octets, charset))
    page.close()
    return texts.write(job, page.pieces(), made)


class _Page(HTMLParser):
    """Collects lines; ``_due`` is how many line ends must come before the next word."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._out: list[str] = []
        self._line: list[str] = []
        self._silent: list[str] = []
        self._quotes = 0
        self._depth = 0  # of quotations, in the last line
        self._lists: list[int] = []  # 0 for bullets, else the next number
        self._pre = 0
        self._due = 0
        self._cells = 0
        self._link = ""
        self._link_at = 0

    def pieces(self) -> list[str]:
        """The text with line ends as mail has them."""
        self._end_line()
        return [*self._out, "\r\n"] if self._out else []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent.append(tag)
        elif tag == "body":
            self._silent.clear()
        if self._silent:
            return
        self._block(tag)
        found = dict(attrs)
        match tag:
            case "br":
                self._new_line()
            case "hr":
                self._word("-" * 20)
                self._gap(1)
            case "blockquote":
                self._quotes += 1
            case "ul" | "ol":
                self._lists.append(1 if tag == "ol" else 0)
            case "li":
                self._item()
            case "td" | "th":
                self._cell()
            case "tr":
                self._cells = 0
            case "pre":
                self._pre += 1
            case "a":
                self._link, self._link_at = (found.get("href") or "").strip(), len(self._line)
            case "img":
                self._word(found.get("alt") or "")

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            if tag == self._silent[-1]:
                self._silent.pop()
            return
        self._block(tag)
        match tag:
            case "blockquote":
                self._quotes = max(0, self._quotes - 1)
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "pre":
                self._pre = max(0, self._pre - 1)
            case "a":
                self._end_link()

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        if self._pre:
            first, *rest = data.replace("\r\n", "\n").split("\n")
            self._word(first)
            for line in rest:
                self._new_line()
                self._word(line)
            return
        words = _BLANKS.sub(" ", data)
        if words == " " and not self._line:
            return
        self._word(words)

    def _block(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._gap(1 if self._lists and tag in ("ul", "ol") else 2)
        elif tag in _LINES:
            self._gap(1)

    def _gap(self, lines: int) -> None:
        """What follows begins on a line of its own, or behind an empty one."""
        self._end_line()
        self._due = max(self._due, lines)

    def _new_line(self) -> None:
        if self._line or not self._due:
            self._end_line()
            self._due = max(self._due, 1)
        else:
            self._due = min(self._due + 1, 2)

    def _word(self, word: str) -> None:
        if not word:
            return
        if not self._line and not self._pre:
            word = word.lstrip(" ")
        if word:
            self._line.append(word)

    def _end_line(self) -> None:
        line = "".join(self._line)
        self._line.clear()
        self._link = ""
        if not self._pre:
            line = re.sub(" {2,}", " ", line)
        line = line.replace("\xa0", " ").rstrip()
        if line:
            depth = min(self._quotes, DEEPEST)
            if self._out:
                between = ("> " * min(depth, self._depth)).rstrip()
                self._out.append("\r\n" if self._due < 2 else f"\r\n{between}\r\n")
            self._out.append("> " * depth + line)
            self._due, self._depth = 1, depth

    def _item(self) -> None:
        depth = min(len(self._lists), DEEPEST)
        mark = "-"
        if self._lists and self._lists[-1]:
            mark = f"{self._lists[-1]}."
            self._lists[-1] += 1
        self._line.append("\xa0" * 2 * (depth - 1) + mark + " ")

    def _cell(self) -> None:
        if self._cells:
            self._line.append("\t")
        self._cells += 1

    def _end_link(self) -> None:
        """Where the link goes, unless its words say so."""
        words = "".join(self._line[self._link_at :]).strip()
        goes = self._link
        self._link = ""
        if words and goes.startswith(("http:", "https:", "mailto:")):
            bare = goes.removeprefix("mailto:").removeprefix("https://").removeprefix("http://")
            if words.rstrip("/") not in (goes.rstrip("/"), bare.rstrip("/")):
                self._line.append(f" <{goes}>")
