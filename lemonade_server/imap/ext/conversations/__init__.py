"""Conversations: results of which each shows once, and what it is (docs/conversations.md)."""

from __future__ import annotations

from lemonade_server.imap import states
from lemonade_server.imap.ext.conversations import collapse, summary
from lemonade_server.imap.registry import Capability, capability

NEEDS = ("esearch", "objectid")

__all__ = ["CONVERSATIONS", "collapse", "summary"]

CONVERSATIONS = capability(
    Capability(
        b"X-LEMONADE-CONVERSATIONS", 0, states.LOGGED_IN, draft="[conversations](conversations.md)"
    )
)
