"""What Python hands to people, in pages and the admin, goes through gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalogues.source import ROOT

ROOMS = ("webmail", "lemonade_server/admin", "lemonade_server/directory", "lemonade_server/project")
MODULES = sorted(
    path
    for room in ROOMS
    for path in (ROOT / room).rglob("*.py")
    if "migrations" not in path.parts and path.name != "models.py"
)

KEYWORDS = {
    "asks", "button", "description", "empty", "help_text", "label", "title", "verbose_name",
    "verbose_name_plural", "warning",
}  # fmt: skip
"""Arguments, and names in a class, that people read."""

NAMES = {"explanation", "heading", "index_title", "title", "verbose_name", "verbose_name_plural"}
POSITIONS = {
    "ValidationError": 0, "BadDraft": 1, "InvalidAccount": 0, "Unreachable": 0,
    "add_error": 1, "badge": 1, "message_user": 1, "moment": 1,
    "debug": 1, "info": 1, "success": 1, "warning": 1, "error": 1,
}  # fmt: skip
"""Calls, and which of their arguments people read; those of ``messages`` by their levels."""

LEVELS = {"debug", "info", "success", "warning", "error"}
WORD = re.compile(r"(?<![%\w])(?![A-Z0-9]+\b)[A-Za-z]{2,}")
OURS = {"Lemonade", "rfc", "RFC822"}


def hard_coded(source: str) -> list[str]:
    """Texts for people that no catalogue translates."""
    return [text for node in _read_by_people(ast.parse(source)) if (text := _text(node))]


def _read_by_people(tree: ast.AST) -> Iterator[ast.expr]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func).rpartition(".")
            at = POSITIONS.get(name[2])
            by_level = name[2] in LEVELS and name[0] != "messages"
            if at is not None and not by_level and len(node.args) > at:
                yield node.args[at]
            yield from (one.value for one in node.keywords if one.arg in KEYWORDS)
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) in NAMES:
                    yield line.value
        elif isinstance(node, ast.FunctionDef) and node.name == "lookups":
            for pair in ast.walk(node):
                if isinstance(pair, ast.Tuple) and len(pair.elts) == 2:
                    yield pair.elts[1]


def _text(node: ast.expr) -> str:
    """The words that stand there, outside every call."""
    match node:
        case ast.Constant(value=str(text)):
            return text if set(WORD.findall(text)) - OURS else ""
        case ast.JoinedStr(values=parts) | ast.BoolOp(values=parts) | ast.Tuple(elts=parts):
            return "".join(map(_text, parts))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _text(left) + _text(right)
        case ast.BinOp(left=left):
            return _text(left)
        case ast.IfExp(body=one, orelse=other):
            return _text(one) + _text(other)
    return ""


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_for_people_is_hard_coded(path: Path) -> None:
    assert hard_coded(path.read_text(encoding="utf-8")) == [], (
        "put these words into gettext, then make catalogues"
    )


def test_hard_coded_texts_are_found() -> None:
    assert hard_coded('messages.error(request, f"{name} is gone")') == [" is gone"]
    assert hard_coded('class A:\n    title = "The state"') == ["The state"]
    assert hard_coded('Field(help_text="Say it", label=gettext_lazy("Name"))') == ["Say it"]
    assert hard_coded('log.error("it failed", "again")\nbadge("good", "DKIM")') == []
