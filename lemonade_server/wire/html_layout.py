"""HTML laid out as plain text for a reader: what a page's lines, lists, rows and quotes say.

For search and previews ``html.html_to_text`` is enough, and a good deal faster.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from lemonade_server.wire.text import clean

DEEPEST = 20  # quotations, lists and cells, one in the other, that are shown as such
RULE = "-" * 20

_SILENT = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object"})
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "pre", "blockquote"}
)
_LINES = frozenset(
    {"address", "article", "aside", "center", "dd", "div", "dt", "fieldset", "figcaption", "figure"}
    | {"footer", "form", "header", "li", "main", "nav", "section", "tr", "caption", "option"}
    | {"details", "summary"}
)
_FRAMES = frozenset({"blockquote", "li", "td", "th"})
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_HIDDEN = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.IGNORECASE)
_KEEPS_BLANKS = re.compile(r"(?:^|;)\s*white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)


def readable_text(html: str) -> str:
    """The text of an HTML document, lines ended by LF. Nothing raises; time is linear.

    Lines of ``<pre>`` keep their blanks, paragraphs have an empty line between them, items of
    lists their marks, rows one line, quotations ``>``, links their addresses.
    """
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True)
    given = html.replace("\0", "").replace("\r\n", "\n").replace("\r", "\n")
    try:
        parser.feed(given.encode("utf-8", "replace"))
        parser.close()
    except etree.LxmlError:  # nothing at all to read
        pass
    return clean(page.text())


@dataclass(slots=True)
class _Frame:
    """Lines that are set in as a whole: of a quotation, an item of a list, a cell, the page."""

    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)  # pieces of the one that is being written
    due: int = 0  # line ends that must come before the next word
    first: int = 0  # those that came before the first one
    is_cell: bool = False
    cells: list[list[str]] = field(default_factory=list)  # of the row that is open in it

    def end_line(self) -> None:
        line = "".join(self.line).replace("\xa0", " ").rstrip()
        self.line.clear()
        if line:
            self.put([line])

    def put(self, lines: list[str]) -> None:
        """Whole lines, behind what is due."""
        if self.lines:
            self.lines.extend([""] * (self.due - 1))
        else:
            self.first = self.due
        self.lines.extend(lines)
        self.due = 1

    def gap(self, lines: int) -> None:
        """What follows begins on a line of its own, or behind an empty one."""
        self.end_line()
        self.due = max(self.due, lines)

    def end_row(self) -> None:
        """Cells of a line each share one; others, as pages are laid out with, follow each other."""
        cells, self.cells = self.cells, []
        if all(len(lines) < 2 for lines in cells):
            line = "\t".join("".join(lines) for lines in cells).rstrip()
            if line:
                self.put([line])
            return
        for lines in filter(None, cells):
            self.put(lines)
            self.due = 2 if len(lines) > 1 else 1


@dataclass(slots=True)
class _Element:
    tag: str
    framed: bool
    is_silent: bool
    keeps_blanks: bool


@dataclass(slots=True)
class _Link:
    """Where the open link goes, and the words in it so far."""

    address: str
    words: list[str] = field(default_factory=list)


class _Page:
    """Takes what the parser finds, and writes it down."""

    def __init__(self) -> None:
        self._open: list[_Element] = []
        self._frames = [_Frame()]
        self._lists: list[int] = []  # 0 for bullets, else the next number
        self._link: _Link | None = None
        self._at_start_of_pre = False

    def text(self) -> str:
        while self._open:
            self.end(self._open[-1].tag)
        page = self._frames[0]
        page.end_line()
        return "\n".join(page.lines)

    def close(self) -> None:
        """The parser asks for a result; ``text`` gives it."""

    def comment(self, data: str) -> None:
        """Nobody reads those."""

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        around = self._open[-1] if self._open else _Element("", False, False, False)
        style = attributes.get("style", "")
        hidden = tag in _SILENT or "hidden" in attributes or bool(style and _HIDDEN.search(style))
        element = _Element(tag, False, around.is_silent or hidden, around.keeps_blanks)
        self._open.append(element)
        if element.is_silent:
            return
        self._block(tag)
        if tag == "pre" or (style and _KEEPS_BLANKS.search(style)):
            element.keeps_blanks = True
            self._at_start_of_pre = tag == "pre"
        if tag in _FRAMES and len(self._frames) <= DEEPEST:
            self._frames.append(_Frame(is_cell=tag in ("td", "th")))
            element.framed = True
        self._begin(tag, attributes)

    def _begin(self, tag: str, attributes: Mapping[str, str]) -> None:
        match tag:
            case "br":
                self._new_line()
            case "hr":
                self._frame.gap(1)
                self._frame.put([RULE])
            case "ul" | "ol":
                first = attributes.get("start", "")[:6]
                number = int(first) if first.isdecimal() else 1
                self._lists.append(number if tag == "ol" else 0)
            case "a":
                self._end_link()
                self._link = _Link(attributes.get("href", "").strip())
            case "img":
                self._word(_BLANKS.sub(" ", attributes.get("alt", "")))

    def end(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            return
        element = self._open.pop()
        if element.is_silent:
            return
        if element.framed:
            self._end_frame(tag)
        match tag:
            case "ul" | "ol" if self._lists:
                self._lists.pop()
            case "tr" | "table":
                self._frame.end_line()
                self._frame.end_row()
            case "a":
                self._end_link()
        self._block(tag)

    def data(self, data: str) -> None:
        element = self._open[-1] if self._open else None
        if element is None or not element.keeps_blanks:
            self._word(_BLANKS.sub(" ", data))
        elif not element.is_silent:
            self._lines(data)

    @property
    def _frame(self) -> _Frame:
        return self._frames[-1]

    def _lines(self, data: str) -> None:
        """Words whose line ends and blanks mean something; the first line end of ``<pre>`` not."""
        first, *rest = data.split("\n")
        if self._at_start_of_pre and not first and rest:
            first, *rest = rest
        self._at_start_of_pre = False
        self._word(first)
        for line in rest:
            self._new_line(blank_lines=True)
            self._word(line)

    def _block(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._frame.gap(1 if self._lists and tag in ("ul", "ol") else 2)
        elif tag in _LINES:
            self._frame.gap(1)

    def _new_line(self, blank_lines: bool = False) -> None:
        frame = self._frame
        if frame.line or not frame.due:
            frame.end_line()
            frame.due = max(frame.due, 1)
        else:
            frame.due = frame.due + 1 if blank_lines else min(frame.due + 1, 2)

    def _word(self, word: str) -> None:
        element = self._open[-1] if self._open else None
        if element is not None and element.is_silent:
            return
        line = self._frame.line
        if not (element is not None and element.keeps_blanks) and (
            not line or line[-1].endswith(" ")
        ):
            word = word.removeprefix(" ")
        if word:
            line.append(word)
            if self._link is not None:
                self._link.words.append(word)

    def _end_frame(self, tag: str) -> None:
        """What stood in a quotation, an item or a cell goes to where that stands."""
        inner = self._frames.pop()
        inner.end_line()
        inner.end_row()
        outer = self._frame
        if inner.is_cell:
            outer.cells.append(inner.lines)
        elif tag == "li":
            mark = self._mark()
            blank = " " * len(mark)
            first, *rest = inner.lines or [""]
            outer.put([(mark + first).rstrip(), *(line and blank + line for line in rest)])
        elif inner.lines:
            outer.put([f"> {line}".rstrip() for line in inner.lines])

    def _mark(self) -> str:
        if not self._lists or not self._lists[-1]:
            return "- "
        self._lists[-1] += 1
        return f"{self._lists[-1] - 1}. "

    def _end_link(self) -> None:
        """Where the link goes, unless its words say so."""
        link, self._link = self._link, None
        if link is None or not link.address.startswith(("http:", "https:", "mailto:", "ftp:")):
            return
        words = "".join(link.words).strip()
        bare = re.sub(r"^(?:mailto:|(?:https?|ftp)://)", "", link.address)
        if words.rstrip("/") in (link.address.rstrip("/"), bare.rstrip("/")):
            return
        frame = self._frame
        if words and not frame.line and frame.lines:  # a block in it has ended its line
            frame.lines[-1] += f" <{link.address}>"
        else:
            blank = " " if frame.line and not frame.line[-1].endswith(" ") else ""
            frame.line.append(f"{blank}<{link.address}>")
