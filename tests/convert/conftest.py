"""Decoders for the tests of what they make."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .workbench import Workbench


@pytest.fixture(scope="session")
def bench() -> Iterator[Workbench]:
    """Real decoder processes with the real limits."""
    bench = Workbench()
    yield bench
    bench.close()
