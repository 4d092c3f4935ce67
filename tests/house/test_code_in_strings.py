"""What tests hand to other processes as text names modules that exist: no type checker reads it."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
IMPORT = re.compile(r"from ((?:lemonade_server|webmail|tests|bench)[\w.]*) import ([\w, ]+)")


def imports_in_text() -> Iterator[tuple[Path, str, str]]:
    for folder in ("tests", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for module, names in IMPORT.findall(node.value):
                        for name in names.split(","):
                            yield path.relative_to(ROOT), module, name.split()[0]


def is_there(module: str, name: str) -> bool:
    try:
        found = importlib.import_module(module)
    except ImportError:
        return False
    return hasattr(found, name) or importlib.util.find_spec(f"{module}.{name}") is not None


def test_what_is_imported_is_there() -> None:
    found = sorted(set(imports_in_text()))
    assert found
    assert [each for each in found if not is_there(*each[1:])] == [], (
        "a text that another process runs imports what is gone: file, module, name"
    )
