"""UIDONLY: a client that has given up message numbers (RFC 9586).

After ENABLE UIDONLY commands with message numbers are BAD [UIDREQUIRED], FETCH responses are
UIDFETCH and begin with the UID, and VANISHED stands in place of EXPUNGE. All of it hangs on
``View.uid_only``.
"""

from __future__ import annotations

from lemonade_server.imap.registry import Capability, capability

UIDONLY = capability(Capability(b"UIDONLY", 9586, enable=True))
