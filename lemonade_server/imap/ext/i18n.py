"""I18NLEVEL=1 (RFC 5255 §4.3).

SEARCH, SORT and THREAD compare decoded text under i;unicode-casemap (RFC 5051), made when a
message arrives (``wire/rendering.py``).
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability

I18NLEVEL_1 = capability(Capability(b"I18NLEVEL=1", 5255, states.LOGGED_IN))
