"""What a password costs. It is the subject of few tests, and each account of the others has one."""

from __future__ import annotations

from typing import Any

import pytest

from lemonade_server.auth.passwords import credentials, hashers
from lemonade_server.models import accounts

Costs = tuple[tuple[Any, str, int], ...]

LOW: Costs = (
    (hashers.Argon2, "memory_cost", 8),
    (hashers.Argon2, "time_cost", 1),
    (accounts, "SCRAM_ITERATIONS", 16),
    (credentials, "SCRAM_ITERATIONS", 16),
)
"""All is done that is done in the product, but not for long."""

REAL: Costs = tuple((owner, name, getattr(owner, name)) for owner, name, _ in LOW)


def use(costs: Costs, patch: pytest.MonkeyPatch) -> None:
    """In this process; servers that a test starts have the product's."""
    for owner, name, cost in costs:
        patch.setattr(owner, name, cost)
