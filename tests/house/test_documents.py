"""What the documents for whoever builds it name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PATH = re.compile(r"`((?:lemonade_server|webmail|tests|templates|static|docs|bench)/[\w/.-]*)`")
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/extending.md", "docs/architecture.md"])
def test_files_that_a_document_names_exist(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert [path for path in PATH.findall(text) if not (ROOT / path).exists()] == [], (
        "the document names files that are gone"
    )


@pytest.mark.parametrize(
    "document",
    [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")],
    ids=lambda path: path.name,
)
def test_links_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert [to for to in LINK.findall(text) if not (document.parent / to.strip()).exists()] == [], (
        "the document links to what is not there"
    )


def test_code_in_the_examples_is_in_the_source() -> None:
    """Line by line, so that an example that is out of date is found."""
    text = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
    source = {
        line.strip()
        for room in ("lemonade_server", "webmail")
        for path in (ROOT / room).rglob("*.py")
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert blocks
    assert [
        line
        for block in blocks
        for line in block.splitlines()
        if line.strip() and line.strip() not in source
    ] == [], "docs/extending.md shows lines that the source has no more"
