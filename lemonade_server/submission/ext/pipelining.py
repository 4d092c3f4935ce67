"""PIPELINING: Commands may be sent without waiting for replies. RFC 2920.

The framer hands over whatever has arrived, and replies leave together when the session waits.
"""

from __future__ import annotations

from ..registry import extension

extension("PIPELINING", rfc=2920)
