"""``${hex: 40}`` and ``${unicode: 40}`` in strings (RFC 5228 §2.4.2.4). See ``texts.py``."""

from __future__ import annotations

from ..registry import extension

ENCODED_CHARACTER = extension("encoded-character", rfc=5228)
