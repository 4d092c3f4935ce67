"""Any octets give a value or a clean refusal, whole as byte by byte, for work in proportion.

``make fuzz`` runs the same targets for longer, led by coverage.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .targets import TARGETS, Target

MANY = 60  # repetitions; twice as many must cost about twice as much
SLACK = 4_000  # lines of Python that any input may cost
GROWTH = 3.0


def inputs(target: Target) -> st.SearchStrategy[bytes]:
    pieces = st.sampled_from(target.words) | st.binary(max_size=6)
    return st.lists(pieces, max_size=20).map(b"".join) | st.binary(max_size=80)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_any_octets(target: Target) -> None:
    @settings(
        max_examples=80,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(inputs(target))
    def check(data: bytes) -> None:
        target.run(data)

    check()


def lines_run(run: Callable[[bytes], None], data: bytes) -> int:
    """How many lines of Python it takes. No clock: the number is the same on any machine."""
    count = 0

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        run(data)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_work_is_in_proportion(target: Target) -> None:
    for word in target.words:
        target.run(word * (MANY - 1))  # what is made once is not counted
        once, twice = (lines_run(target.run, word * MANY * times) for times in (1, 2))
        assert twice <= GROWTH * once + SLACK, (word, once, twice)
