"""The codes of docs/requirements.md, and where code and tests cite them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .citations import ROOT, cited_files

DOCUMENT = ROOT / "docs" / "requirements.md"
_CODE = re.compile(r"\b[BLPSX]-\d\d\b")
_ROW = re.compile(r"^\| ([BLPSX]-\d\d) \| (\S.*) \| (\S.*) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Mention:
    """One place that cites a requirement."""

    code: str
    path: str
    line: int


def codes() -> list[str]:
    """Those that the document explains, in its order."""
    return [code for code, _, _ in _ROW.findall(DOCUMENT.read_text(encoding="utf-8"))]


def unexplained_codes() -> list[Mention]:
    """Where a code is cited that the document lacks."""
    known = set(codes())
    return [mention for mention in _mentions() if mention.code not in known]


def _mentions() -> Iterator[Mention]:
    for path in cited_files():
        if path == DOCUMENT:
            continue
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        name = path.relative_to(ROOT).as_posix()
        for number, line in enumerate(lines, 1):
            for code in _CODE.findall(line):
                yield Mention(code, name, number)
