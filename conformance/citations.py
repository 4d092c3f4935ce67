"""Where the code and the tests name RFCs and their sections."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .sections import Document

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("lemonade_server", "webmail", "tests", "bench", "docs")
SUFFIXES = (".py", ".txt", ".md", ".html")
MADE = ROOT / "docs" / "conformance.md"

_SECTION = r"§ ?(?:\d+|[A-Z])(?:\.\d+)*"
_GAP = r"(?:\s|,|;|and|or|to|#|-)*"
_NAMED = re.compile(
    r"RFC\s(?:#\s)?(\d{3,5})"
    rf"((?:,\s(?:#\s)?\d{{4}}\b)*)((?:{_GAP}{_SECTION}(?:-[\d.]*\d)?)*)"
)
_MORE = re.compile(r"\d{4}")
_ONE = re.compile(r"§ ?((?:\d+|[A-Z])(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Citation:
    """One place that names an RFC; ``section`` is empty where it names the whole."""

    rfc: int
    section: str
    path: str
    line: int

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")


def citations(index: Mapping[int, Document]) -> list[Citation]:
    """All of them, by file."""
    return [one for path in cited_files() for one in _of(path, index)]


def wrong(found: Iterable[Citation], index: Mapping[int, Document]) -> list[Citation]:
    """Those of sections that are not in the RFC. An RFC that the index lacks is not judged."""
    return [
        one for one in found
        if one.section and one.rfc in index and not index[one.rfc].has(one.section)
    ]  # fmt: skip


def cited_files() -> Iterator[Path]:
    """The files whose citations count."""
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in SUFFIXES and path != MADE and "migrations" not in path.parts:
                yield path


def _of(path: Path, index: Mapping[int, Document]) -> Iterator[Citation]:
    text = path.read_text(encoding="utf-8", errors="replace")
    name = path.relative_to(ROOT).as_posix()
    named: list[int] = []
    spans: list[tuple[int, int]] = []
    for found in _NAMED.finditer(text):
        others = [int(more) for more in _MORE.findall(found[2])]
        rfc = others.pop() if others else int(found[1])  # sections are of the last one
        named.append(rfc)
        spans.append(found.span())
        line = text.count("\n", 0, found.start()) + 1
        for section in _ONE.findall(found[3]) or [""]:
            yield Citation(rfc, section, name, line)
        for other in dict.fromkeys([int(found[1]), *others]):
            if other != rfc:
                yield Citation(other, "", name, line)
    for found in _ONE.finditer(text):
        if named and not any(start <= found.start() < stop for start, stop in spans):
            before = [
                rfc for rfc, (_, stop) in zip(named, spans, strict=True) if stop <= found.start()
            ]
            rfc = _cited_rfc(found[1], [*reversed(before), *named], index)
            yield Citation(rfc, found[1], name, text.count("\n", 0, found.start()) + 1)


def _cited_rfc(section: str, rfcs: list[int], index: Mapping[int, Document]) -> int:
    """Of which RFC a section alone is: the one named last that has it, else the last."""
    for rfc in rfcs:
        if rfc not in index or index[rfc].has(section):
            return rfc
    return rfcs[0]
