"""The part of a mail session that acts on very many messages at once."""

from __future__ import annotations

from ..message.messages import Flag
from ..message.selection import FiledMessages, MarkedMessages, Selection, Survey
from . import bulk, surveys
from .lent_connection import LentConnection
from .mailboxes import role_folder


class BulkMethods(LentConnection):
    """Actions on all of a selection, each in one exchange; ``MailSession`` has the rest."""

    def survey(self, folder: str, selection: Selection, target: str = "") -> Survey:
        """How things stand before an action on all of a selection, for whoever may have to take it
        up again. ``target``: where they are moved to.
        """
        return surveys.survey(self._client, folder, selection, target)

    def file_all(
        self, folder: str, selection: Selection, target: str, before: Survey | None = None
    ) -> FiledMessages:
        """Move all of a selection, in one exchange; says which UIDs they have there.

        ``before``: as it was before an earlier attempt, of which nobody knows what it did.
        """
        if before is not None:
            return surveys.resume_filing(self._client, folder, selection, target, before)
        return bulk.file_all(self._client, folder, selection, target)

    def remove_all(
        self, folder: str, selection: Selection, before: Survey | None = None
    ) -> FiledMessages:
        """To the trash; what is there already goes for good, to no target."""
        trash = role_folder(self._client, "trash")
        if folder != trash:
            return self.file_all(folder, selection, trash, before)
        if before is not None:
            return surveys.resume_removal(self._client, folder, selection, before)
        return bulk.remove_all(self._client, folder, selection)

    def mark_all(
        self,
        folder: str,
        selection: Selection,
        flag: Flag,
        on: bool,
        *,
        few: bool,
        before: Survey | None = None,
    ) -> MarkedMessages:
        """Set or clear a flag of all of a selection, in one exchange; says what it changed.

        ``few``: of up to a thousand each UID may be told, so that nothing else is ever taken back.
        ``before``: as for ``file_all``.
        """
        since = before.modseq if before else 0
        return bulk.mark_all(self._client, folder, selection, flag, on, few=few, since=since)
