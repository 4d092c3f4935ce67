"""Hashes of passwords: argon2id, with a known bound on the memory of all of a machine's.

The parameters are the smallest that OWASP's Password Storage Cheat Sheet gives. More would buy
nothing: SCRAM needs keys that stand beside the hash (RFC 5802 §3), and are weaker than any argon2.
"""

from __future__ import annotations

import os
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher

from .memory_bound import MemoryBound

MEMORY = 19_456
"""KiB of one hash."""

AT_ONCE = max(1, min(4, os.cpu_count() or 1))
"""Hashes that are made at a time on a machine: with ``MEMORY``, 76 MiB at most."""


class Argon2(Argon2PasswordHasher):
    """Waits for its turn, whoever asks. Hashes of other parameters are read as they are.

    One that needs more memory than ours, made elsewhere or by an older release, is checked while no
    other such is.
    """

    time_cost = 2
    memory_cost = MEMORY
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _slots(settings.LEMONADE.data).hold():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with ExitStack() as held:
            if self.decode(encoded)["memory_cost"] > MEMORY:
                held.enter_context(_large(settings.LEMONADE.data).hold())
            held.enter_context(_slots(settings.LEMONADE.data).hold())
            return super().verify(password, encoded)


@cache
def _slots(data: Path) -> MemoryBound:
    return MemoryBound(data / "run" / "hashes", AT_ONCE)


@cache
def _large(data: Path) -> MemoryBound:
    return MemoryBound(data / "run" / "large-hashes", 1)
