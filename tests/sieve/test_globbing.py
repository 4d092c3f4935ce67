"""``:matches``: what it finds, and that it never takes long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.sieve.globbing import match, pattern


def found(wanted: str, value: str) -> list[str] | None:
    spans = match(pattern(wanted), value, lambda work: None)
    return None if spans is None else [value[start:stop] for start, stop in spans]


@pytest.mark.parametrize(
    ("wanted", "value", "captures"),
    [
        ("", "", []),
        ("", "a", None),
        ("a", "a", []),
        ("*", "", [""]),
        ("?", "", None),
        ("a*c", "abbc", ["bb"]),
        ("*a*", "banana", ["b", "nana"]),
        ("?*?", "ab", ["a", "", "b"]),
        ("*?x?*", "aaxbxc", ["a", "a", "b", "xc"]),
        ("a\\*b", "a*b", []),
        ("a\\*b", "axb", None),
        ("a\\\\?", "a\\b", ["b"]),
        ("a\\", "a\\", []),
        ("ab*ba", "aba", None),
        ("*-*-*", "1-2-3-4", ["1", "2", "3-4"]),
    ],
)
def test_what_it_finds(wanted: str, value: str, captures: list[str] | None) -> None:
    assert found(wanted, value) == captures


def test_a_pattern_that_blows_up_elsewhere_is_harmless() -> None:
    spent: list[int] = []
    value = "a" * 5000
    assert match(pattern("*a" * 50 + "*b"), value, spent.append) is None
    assert match(pattern("*a?a" * 50 + "*b"), value, spent.append) is None
    assert sum(spent) < 10_000


@given(st.text("ab*?\\", max_size=8), st.text("ab*?\\", max_size=12))
def test_it_agrees_with_a_lazy_expression(wanted: str, value: str) -> None:
    expression, escaped = "", False
    for char in wanted:
        if escaped or char not in "*?\\":
            expression, escaped = expression + re.escape(char), False
        elif char == "\\":
            escaped = True
        else:
            expression += "(.*?)" if char == "*" else "(.)"
    expression += re.escape("\\") if escaped else ""
    other = re.fullmatch(expression, value, re.DOTALL)
    assert found(wanted, value) == (None if other is None else list(other.groups()))
