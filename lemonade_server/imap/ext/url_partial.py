"""URL-PARTIAL: ``/;PARTIAL=offset.count`` in the URLs of CATENATE and URLAUTH (RFC 5550 §5.7.1).

The grammar is that of every IMAP URL (``wire/imapurl.py``); here it is announced.
"""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability

URL_PARTIAL = capability(
    Capability(
        b"URL-PARTIAL", 5550, states.LOGGED_IN, service=True, beside=(b"CATENATE", b"URLAUTH")
    )
)
