"""MULTIAPPEND: several messages in one APPEND, all or none (RFC 3502). The grammar is APPEND's."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.registry import Capability, capability

MULTIAPPEND = capability(Capability(b"MULTIAPPEND", 3502, states.LOGGED_IN))
