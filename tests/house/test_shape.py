"""A file fits in the head and a function does one thing: measured, with no exceptions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST_FILE = 500
LONGEST_FUNCTION = 80
USUAL_FILE = 350
UNTELLING_NAMES = {"utils.py", "helpers.py", "manager.py", "base.py", "misc.py", "common.py"}
NAMED_BY_DJANGO = {"lemonade_server/store/sqlite/base.py"}
"""A database engine is a package in which Django looks for this module."""


def sources() -> Iterator[Path]:
    for folder in ("lemonade_server", "webmail", "bench", "tests"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_no_file_is_too_long() -> None:
    long = {str(p.relative_to(ROOT)): n for p in sources() if (n := lines(p)) > LONGEST_FILE}
    assert long == {}, "split these files by their subjects"


def test_nine_files_of_ten_keep_to_the_usual_length() -> None:
    lengths = {path: lines(path) for path in sources()}
    long = {str(path.relative_to(ROOT)): n for path, n in lengths.items() if n > USUAL_FILE}
    assert len(long) <= len(lengths) / 10, f"split one of these by its subjects: {long}"


def test_no_function_is_too_long() -> None:
    long = {}
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                size = (node.end_lineno or node.lineno) - node.lineno + 1
                if size > LONGEST_FUNCTION:
                    long[f"{path.relative_to(ROOT)}:{node.name}"] = size
    assert long == {}, "take parts of these functions out"


def test_file_names_say_what_is_inside() -> None:
    found = {str(p.relative_to(ROOT)) for p in sources() if p.name in UNTELLING_NAMES}
    assert found == NAMED_BY_DJANGO, "name the file after its subject"
