"""Comparators that a script names in ``require`` (RFC 5228 §2.7.3, RFC 4790, RFC 5051)."""

from __future__ import annotations

from ..comparators import COMPARATORS
from ..registry import extension

for _name in COMPARATORS:
    extension(f"comparator-{_name}", rfc=5051 if _name == "i;unicode-casemap" else 5228)
