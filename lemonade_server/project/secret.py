"""The key that signs sessions and login tokens: made once, kept in the data folder."""

from __future__ import annotations

import secrets
from pathlib import Path

from lemonade_server.files.creation import find_or_make


def secret_key(data: Path) -> str:
    """Read the key, or make it. Two processes that start at once agree on one."""
    path = find_or_make(data / "secret-key", lambda: secrets.token_urlsafe(48).encode(), _is_key)
    return path.read_text(encoding="ascii")


def _is_key(octets: bytes) -> bool:
    """Not what a power cut leaves: nothing, or zeros."""
    return octets.isascii() and bool(octets.strip(b"\0\r\n "))
