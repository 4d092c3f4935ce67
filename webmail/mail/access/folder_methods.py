"""The part of a mail session that changes which folders there are."""

from __future__ import annotations

from ..message.folders import Folder
from . import folder_changes, mailboxes
from .lent_connection import LentConnection


class FolderMethods(LentConnection):
    """Folders made, renamed, thrown away; ``MailSession`` has the rest."""

    def create_folder(self, parent: Folder | None, label: str) -> str:
        """Make a folder below another, or at the top; its name. Raises Refused."""
        return folder_changes.create(self._client, parent, label)

    def rename_folder(self, folder: Folder, parent: Folder | None, label: str) -> str:
        """Give a folder another name or place, with what is in it; its name. Raises Refused."""
        return folder_changes.rename(self._client, folder, parent, label)

    def throw_folder_away(self, folder: Folder) -> str:
        """Into the trash, with all that is in it; its name there. Raises Refused."""
        return folder_changes.throw_away(self._client, folder)

    def erase_folder(self, folder: Folder) -> None:
        """Delete it for good, with all that is in it. Raises Refused."""
        folder_changes.erase(self._client, folder)

    def subscriptions(self) -> set[str]:
        """The names of the folders that other programs show."""
        return mailboxes.subscriptions(self._client)

    def subscribe(self, folder: str, *, on: bool) -> None:
        """Whether other programs show a folder. Raises Refused."""
        folder_changes.subscribe(self._client, [folder], on)
