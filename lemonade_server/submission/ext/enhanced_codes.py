"""ENHANCEDSTATUSCODES: Every reply begins with a status of RFC 3463. RFC 2034.

``wire/smtp.py`` writes them; each handler names its own.
"""

from __future__ import annotations

from ..registry import extension

extension("ENHANCEDSTATUSCODES", rfc=2034)
