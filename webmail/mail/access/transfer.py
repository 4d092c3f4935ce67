"""What a session can do with whole messages: taking them out, bringing them in."""

from __future__ import annotations

from collections.abc import Sequence

from ..message.errors import Refused
from ..message.whole_messages import IncomingMessage, StoredItem
from . import delivered_to, mailboxes, whole_messages
from .lent_connection import LentConnection


class TransferMethods(LentConnection):
    """A part of ``MailSession``, which stands apart for its length."""

    def delivered_to(self, folder: str, uid: int) -> list[str]:
        """The addresses that a message came to, as the servers on its way noted them, and the one
        of its mailing list; what says most about a person comes first.
        """
        return delivered_to.delivered_to(self._client, folder, uid)

    def uids_of(self, folder: str) -> tuple[int, list[int]]:
        """UIDVALIDITY and all UIDs of a folder, in order."""
        return whole_messages.uids_of(self._client, folder)

    def stored_items(self, folder: str, uidvalidity: int, uids: Sequence[int]) -> list[StoredItem]:
        """Flags, dates and sizes of messages; those that are gone are left out."""
        return whole_messages.stored_items(self._client, folder, uidvalidity, uids)

    def octets_of(self, folder: str, uidvalidity: int, uids: Sequence[int]) -> dict[int, bytes]:
        """A few small messages whole, in one exchange; those that are gone are left out."""
        return whole_messages.octets_of(self._client, folder, uidvalidity, uids)

    def find_copies(self, folder: str, messages: Sequence[IncomingMessage]) -> list[bool]:
        """Of each message whether the folder has it already."""
        return whole_messages.find_copies(self._client, folder, messages)

    def store_all(self, folder: str, messages: Sequence[IncomingMessage]) -> list[Refused | None]:
        """Store messages with their flags and dates; of each why it was not taken, if so."""
        return whole_messages.store_all(self._client, folder, messages)

    def make_below(self, parent: str, levels: Sequence[str]) -> str:
        """A folder below another ("" for the top), made where there is none; its name."""
        return mailboxes.make_below(self._client, parent, levels)
