"""``:value`` and ``:count`` (RFC 5231). The tags stand with the other match types."""

from __future__ import annotations

from ..registry import extension

RELATIONAL = extension("relational", rfc=5231)
