"""Parts of results by position (RFC 9394 §4), against counting."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.cursor import Cursor
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.partial import partial_range


@given(st.integers(0, 12), st.integers(1, 15), st.integers(1, 15), st.booleans())
def test_a_range_is_what_counting_says(size: int, one: int, other: int, backwards: bool) -> None:
    sign = "-" if backwards else ""
    cut = partial_range(Cursor(f"{sign}{one}:{sign}{other}".encode()))
    results = list(range(size))
    numbered = enumerate(reversed(results) if backwards else results, 1)
    low, high = sorted((one, other))
    assert list(cut.cut(results)) == sorted(each for n, each in numbered if low <= n <= high)


@pytest.mark.parametrize("text", ["0:1", "1:-2", "-1:2", "1", "1:*", "-0:-1", "1:4294967296", ""])
def test_what_is_no_range(text: str) -> None:
    with pytest.raises(Bad):
        cursor = Cursor(text.encode())
        partial_range(cursor)
        cursor.end()
