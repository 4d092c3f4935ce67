"""The part of a mail session that sets messages aside and gives them back."""

from __future__ import annotations

from collections.abc import Sequence

from ..message.folders import StoredMessage
from ..message.selection import MessageTrace
from . import snoozing
from .lent_connection import LentConnection


class SnoozeMethods(LentConnection):
    """What Snooze needs beside a move; ``MailSession`` has the rest."""

    def traces(self, folder: str, uids: Sequence[int]) -> list[MessageTrace]:
        """By what messages are found again; without those that are gone. Raises NotFound."""
        return snoozing.traces(self._client, folder, uids)

    def next_uid(self, folder: str) -> tuple[int, int]:
        """UIDVALIDITY of a folder, and the UID that its next message gets. Raises NotFound."""
        return snoozing.next_uid(self._client, folder)

    def find_trace(self, folder: str, uidvalidity: int, since: int, trace: MessageTrace) -> int:
        """The UID, from ``since`` on, of a message with that trace; 0 when there is none."""
        return snoozing.find_trace(self._client, folder, uidvalidity, since, trace)

    def give_back(self, stored: StoredMessage, target: str, since: tuple[int, int]) -> bool:
        """A waiting message is on top of ``target``, unread; False when it waited no more.

        ``since``: what ``next_uid`` said of the target before the first attempt. Raises NotFound
        when the target is gone, Refused.
        """
        return snoozing.give_back(self._client, stored, target, since)
