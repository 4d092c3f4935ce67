"""How much room mail takes: of all that is allowed (RFC 9208), and folder by folder (RFC 8438)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..imap.client import LemonadeClient
from ..imap.commands import mailbox
from ..message.responses import responses
from .mailboxes import status

UNIT = 1024  # octets: what STORAGE is counted in (RFC 9208 §5.1)


@dataclass(slots=True)
class Quota:
    """What is used of a limit: octets, and messages. 0 allowed: there is no limit."""

    octets: int = 0
    octets_allowed: int = 0
    messages: int = 0
    messages_allowed: int = 0

    @property
    def room(self) -> int | None:
        """Octets that still fit; None where nothing is limited."""
        return max(0, self.octets_allowed - self.octets) if self.octets_allowed else None


def quota(imap: LemonadeClient) -> Quota:
    """Usage and limits of one's own mail; empty where the server knows none."""
    found = Quota()
    if not imap.has("QUOTA"):
        return found
    answer = imap.command(b"GETQUOTAROOT", b"INBOX").check()
    for _, resources in (one for one in responses(answer.data.get("QUOTA", [])) if len(one) == 2):
        if not isinstance(resources, list):
            continue
        for name, used, allowed in zip(
            resources[::3], resources[1::3], resources[2::3], strict=False
        ):
            if not (isinstance(used, int) and isinstance(allowed, int)):
                continue
            if name == b"STORAGE":
                found.octets, found.octets_allowed = used * UNIT, allowed * UNIT
            elif name == b"MESSAGE":
                found.messages, found.messages_allowed = used, allowed
    return found


def sizes(imap: LemonadeClient, folders: Sequence[str]) -> dict[str, int]:
    """The octets of folders, in one round trip; without those of which the server tells none."""
    if not imap.has("STATUS=SIZE") and not imap.has("IMAP4REV2"):
        return {}
    answers = imap.burst([(b"STATUS", (mailbox(name), b"(SIZE)")) for name in folders])
    pairs = zip(folders, answers, strict=True)
    found = {name: status(imap, name, answer).get("SIZE") for name, answer in pairs}
    return {name: size for name, size in found.items() if size is not None}
