"""What the database is made of is known to the store; protocols ask for what it means."""

from __future__ import annotations

import ast
import re

import pytest
from django.apps import apps

from tests.house.test_layers import ROOT, imported, modules

PROTOCOLS = ("imap", "managesieve", "submission")
COLUMNS = {
    field.column
    for model in apps.get_models()
    for field in model._meta.concrete_fields
    if model.__module__.startswith("lemonade_server")
}
OF_A_TABLE = re.compile(r"\w+\.(\w+)")


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_protocol_names_a_column(protocol: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} names {node.value}"
        for path in modules(f"lemonade_server/{protocol}")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if (found := OF_A_TABLE.fullmatch(node.value)) and found[1] in COLUMNS
    ]
    assert wrong == [], "ask the store for a MessageField, or for a value by a function"


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_protocol_uses_a_statement(protocol: str) -> None:
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules(f"lemonade_server/{protocol}")
        for name in imported(path)
        if name.startswith(("lemonade_server.store.sql", "lemonade_server.models"))
    ]
    assert wrong == [], "move the statement into a function of lemonade_server/store"
