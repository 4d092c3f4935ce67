"""What a session can do with whole messages: taking them out, bringing them in."""

from __future__ import annotations

from ..imap.client import LemonadeClient
from . import delivered_to


class TransferMethods:
    """A part of ``MailSession``, which stands apart for its length."""

    @property
    def _client(self) -> LemonadeClient:
        raise NotImplementedError

    def delivered_to(self, folder: str, uid: int) -> list[str]:
        """The addresses that a message came to, as the servers on its way noted them, and the one
        of its mailing list; what says most about a person comes first.
        """
        return delivered_to.delivered_to(self._client, folder, uid)
