"""The tags by which a test says how it compares (RFC 5228 §2.7)."""

from __future__ import annotations

from .registry import STRING, Tag

MATCH = (
    Tag("is", group="match"),
    Tag("contains", group="match"),
    Tag("matches", group="match"),
    Tag("comparator", value=STRING),
    Tag("count", needs="relational", value=STRING, group="match"),
    Tag("value", needs="relational", value=STRING, group="match"),
)
