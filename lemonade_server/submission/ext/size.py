"""SIZE: how large a message may be, and the client's word for it (RFC 1870).

MAIL compares the declared size; ``receive.check_size`` the real one, after BURLs are expanded.
"""

from __future__ import annotations

from ..registry import extension

NEEDS = ("mail",)

extension("SIZE", rfc=1870, value=lambda session: str(session.max_message))
