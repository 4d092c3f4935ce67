"""A mailbox as the pages show it, and where a message lies."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext_lazy

STANDARD = {
    "INBOX": pgettext_lazy("folder", "Inbox"),
    "Drafts": pgettext_lazy("folder", "Drafts"),
    "Sent": pgettext_lazy("folder", "Sent"),
    "Archive": pgettext_lazy("folder", "Archive"),
    "Junk": pgettext_lazy("folder", "Junk"),
    "Trash": pgettext_lazy("folder", "Trash"),
    "Snoozed": pgettext_lazy("folder", "Snoozed"),
}
"""Folders that everybody has: their names on the server are English, on a page they are not."""


def level_label(name: str) -> str:
    """What a folder at the top is called on a page."""
    return str(STANDARD.get(name, name))


@dataclass(slots=True)
class Folder:
    """A mailbox. ``name`` is its whole IMAP name as text, ``label`` the last level for the eye.

    ``prefix`` is what stands before the names of its owner's folders: "" for one's own. ``owner``
    is whose it is, "" for one's own and for those of nobody. ``rights`` are letters of RFC 4314.
    """

    name: str
    label: str
    depth: int
    role: str  # inbox, drafts, sent, junk, trash, archive, or "" for a folder of the user's own
    selectable: bool
    messages: int
    unseen: int
    uidnext: int
    uidvalidity: int
    prefix: str = ""
    owner: str = ""
    rights: str = "lrswipkxtean"
    levels: tuple[str, ...] = ()  # the name below the prefix, from the top
    delimiter: str = "/"  # between levels on the server; "" where there are none

    @property
    def path(self) -> str:
        """Where it is, in words: every level from the top."""
        top, *rest = self.levels or (self.label,)
        return " / ".join([level_label(top), *rest])

    @property
    def heading(self) -> str:
        """Under which words the folder is listed; "" for one's own."""
        if not self.prefix:
            return ""
        return (
            gettext("From %(owner)s") % {"owner": self.owner} if self.owner else gettext("Shared")
        )

    @property
    def title(self) -> str:
        """The label, with whose it is where that is somebody else's."""
        return (
            gettext("%(label)s of %(owner)s") % {"label": self.label, "owner": self.owner}
            if self.owner
            else self.label
        )

    @property
    def may_mark(self) -> bool:
        """Whether messages can be marked as read and unread."""
        return "s" in self.rights

    @property
    def may_flag(self) -> bool:
        return "w" in self.rights

    @property
    def may_remove(self) -> bool:
        """Whether messages can be moved elsewhere, the trash too."""
        return "t" in self.rights and "e" in self.rights

    @property
    def may_act(self) -> bool:
        """Whether anything can be done with messages but reading them."""
        return self.may_mark or self.may_flag or self.may_remove

    @property
    def may_file(self) -> bool:
        """Whether messages can be put here."""
        return "i" in self.rights

    @property
    def is_own(self) -> bool:
        """Whether it can be renamed, moved and deleted here: it is one's own, and has no role."""
        return not self.prefix and not self.role and self.name != "INBOX"

    @property
    def may_share(self) -> bool:
        return "a" in self.rights


@dataclass(slots=True)
class StoredMessage:
    """A message that was put into a folder. ``uid`` 0: the server did not say (no UIDPLUS)."""

    folder: str
    uidvalidity: int
    uid: int


@dataclass(slots=True)
class MovedMessages:
    """Where messages went; ``uids`` old to new, empty when the server did not say (no UIDPLUS)."""

    source: str
    target: str
    uidvalidity: int
    uids: dict[int, int]


@dataclass(frozen=True, slots=True)
class FolderState:
    """How a folder stands. ``modseq``, which every change raises, is 0 without CONDSTORE."""

    uidvalidity: int
    modseq: int
    uidnext: int
    messages: int
    unseen: int
