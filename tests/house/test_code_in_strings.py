"""What tests hand to other processes as text names modules that exist: no type checker reads it."""

from __future__ import annotations

import ast
import importlib
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
IMPORT = re.compile(r"from ((?:lemonade_server|webmail|tests|bench)[\w.]*) import ([\w, ]+)")


def imports_in_text() -> Iterator[tuple[str, str, str]]:
    for folder in ("tests", "bench"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    for module, names in IMPORT.findall(node.value):
                        for name in names.split(","):
                            yield path.name, module, name.split()[0]


@pytest.mark.parametrize(("file", "module", "name"), sorted(set(imports_in_text())))
def test_what_is_imported_is_there(file: str, module: str, name: str) -> None:
    found = importlib.import_module(module)
    assert hasattr(found, name) or importlib.util.find_spec(f"{module}.{name}"), file
