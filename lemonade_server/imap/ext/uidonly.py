"""UIDONLY: a client that has given up message numbers (RFC 9586).

After ENABLE UIDONLY commands with message numbers are BAD [UIDREQUIRED], FETCH responses are
UIDFETCH and begin with the UID, and VANISHED stands in place of EXPUNGE.
"""

from __future__ import annotations

from dataclasses import replace

from lemonade_server.imap.dialect import Dialect
from lemonade_server.imap.modes import Mode, mode
from lemonade_server.imap.registry import Capability, capability

NEEDS = ("enable",)

UIDONLY = capability(Capability(b"UIDONLY", 9586, enable=True))


def without_numbers(dialect: Dialect) -> Dialect:
    """Each response names a message by its UID (§3)."""
    return replace(dialect, numbers=False, fetch=b"UIDFETCH", vanished=True)


mode(Mode(UIDONLY.name, without_numbers))
