"""8BITMIME: lines of any octets (RFC 6152).

A message is kept as it came; ``delivery/relay/downgrade.py`` encodes it for a host of 7 bits.
"""

from __future__ import annotations

from ..registry import extension

NEEDS = ("mail",)

extension("8BITMIME", rfc=6152)
