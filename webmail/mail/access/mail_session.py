"""One person's mail: the only way in which pages and workers reach it."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ..imap.client import Progress
from ..imap.commands import Payload
from ..imap.pool import sign_in
from ..message.changes import Changes
from ..message.errors import MailError
from ..message.folders import Folder, FolderState, MovedMessages, StoredMessage
from ..message.messages import Flag, OpenedMessage, Page, Row
from ..message.opened_conversations import OpenedConversation, Place
from ..message.order import NEWEST_FIRST, Order
from ..message.parts import Design, MessagePart, PartStream, PartUrl, RichBody, ServerSidePart
from ..message.query import SearchTree
from ..message.saved_search import SavedSearch
from ..message.search_results import SearchResults
from . import (
    changes,
    conditional_store,
    conversations,
    conversion,
    fetching,
    filing,
    listing,
    mailboxes,
    opened_conversations,
    opening,
    ordering,
    part_streams,
    replacing,
    rights,
    saved_drafts,
    saved_searches,
    search,
    search_everywhere,
    server_side_parts,
    storage,
    storing,
)
from .bulk_methods import BulkMethods
from .conversion import Picture, Words
from .folder_methods import FolderMethods
from .rights import Grant
from .saved_drafts import SavedDraft
from .snooze_methods import SnoozeMethods
from .storage import Quota
from .transfer import TransferMethods


class MailSession(BulkMethods, FolderMethods, SnoozeMethods, TransferMethods):
    """The mail of ``email`` for one request or one job.

    Every method raises Unreachable or SignInRequired where the mail server is away or does not know
    the person; those that name a folder raise NotFound when it, or the message, is gone.
    """

    # Mailboxes

    def folders(self) -> list[Folder]:
        """Every folder with its counts: the inbox, then those with a role, then the others."""
        return mailboxes.folders(self._client)

    def role_folder(self, role: str) -> str:
        """The name of the folder for a role ("sent", "trash"…); made when there is none."""
        return mailboxes.role_folder(self._client, role)

    def select(self, folder: str, uidvalidity: int | None = None) -> None:
        """See that the folder is there and, with ``uidvalidity``, that it is still the same."""
        mailboxes.enter(self._client, folder, uidvalidity)

    def state(self, folder: str) -> FolderState:
        """How the folder stands; two that are equal show the same."""
        return mailboxes.state(self._client, folder)

    def quota(self) -> Quota:
        """How much room one's own mail takes of what is allowed (RFC 9208)."""
        return storage.quota(self._client)

    def sizes(self, folders: Sequence[str]) -> dict[str, int]:
        """The octets of folders, in one round trip; without those of which nothing is known."""
        return storage.sizes(self._client, folders)

    def keeps_keywords(self, stored: StoredMessage) -> bool:
        """Whether new keywords can be set on a message, so that other devices see them."""
        now = mailboxes.enter(self._client, stored.folder, stored.uidvalidity)
        return now.keywords and not now.read_only

    # Lists

    def page(
        self,
        folder: str,
        before_uid: int | None = None,
        after_uid: int | None = None,
        size: int = listing.SIZE,
        known: Collection[int] | None = None,
    ) -> Page:
        """At most ``size`` messages: the newest, or those older or newer than a UID.

        ``known``: UIDs whose rows are not wanted.
        """
        return listing.page(self._client, folder, before_uid, after_uid, size, known)

    def conversation_page(
        self,
        folder: str,
        order: Order = NEWEST_FIRST,
        first: int = 1,
        size: int = listing.SIZE,
        known: Mapping[int, str] | None = None,
    ) -> Page:
        """At most ``size`` conversations from a place on, in an order.

        ``known``: the versions of rows that are not wanted again, by UID. Rows are messages where
        the server puts nothing together.
        """
        return conversations.conversation_page(self._client, folder, order, first, size, known)

    def refresh(
        self, folder: str, uidvalidity: int, opened: Sequence[int] = ()
    ) -> tuple[list[int], list[Folder]]:
        """Hear what is new: which of ``opened`` are there still, and all folders with their counts
        where the server tells them at once. Raises NotFound, also when the folder was made anew.
        """
        return conversations.refresh(self._client, folder, uidvalidity, opened)

    def has_conversations(self, order: Order = NEWEST_FIRST) -> bool:
        """Whether the server puts messages together in lists of that order."""
        return conversations.has_conversations(self._client, order)

    def conversation_uids(self, folder: str, threads: Iterable[str]) -> list[int]:
        """All messages of a folder that are of these conversations, by their THREADIDs."""
        return conversations.conversation_uids(self._client, folder, threads)

    def ordered_page(
        self,
        folder: str,
        order: Order,
        first: int = 1,
        size: int = listing.SIZE,
        known: Collection[int] | None = None,
    ) -> Page:
        """At most ``size`` messages in an order, from the place ``first`` on.

        By date where the server does not sort by what is wanted.
        """
        return ordering.ordered_page(self._client, folder, order, first, size, known)

    @property
    def order_keys(self) -> tuple[str, ...]:
        """By what the server sorts a list."""
        return ordering.order_keys(self._client)

    def rows(self, folder: str, uids: Iterable[int]) -> list[Row]:
        """The rows of these messages, newest first; those that are gone are left out."""
        return listing.rows(self._client, folder, uids)

    def search(
        self,
        folder: str,
        tree: SearchTree,
        before_uid: int | None = None,
        after_uid: int | None = None,
        size: int = listing.SIZE,
        known: Collection[int] = (),
    ) -> Page:
        """Messages of a folder that are found, newest first; ``exists`` counts them all."""
        return search.search(self._client, folder, tree, before_uid, after_uid, size, known)

    def search_page(
        self,
        folders: Sequence[str],
        tree: SearchTree,
        first: int = 1,
        size: int = listing.SIZE,
        *,
        by_relevance: bool = False,
    ) -> SearchResults:
        """A page of what is found in folders, the newest or the best first, from a place on.

        ``by_relevance`` is no more than a wish: see ``ranks``.
        """
        return search_everywhere.search_page(
            self._client, folders, tree, first, size, by_relevance=by_relevance
        )

    def count_found(self, folders: Sequence[str], tree: SearchTree) -> int:
        """How many messages are found in folders."""
        return search_everywhere.count_found(self._client, folders, tree)

    # Saved searches

    @property
    def saves_searches(self) -> bool:
        """Whether the server keeps searches for every client (FILTERS, RFC 5466)."""
        return saved_searches.can_save(self._client)

    def saved_searches(self) -> Sequence[SavedSearch]:
        """All of them, by label; once they are known, they are asked for no more."""
        return saved_searches.saved_searches(self._client)

    def save_search(self, label: str, words: str, tree: SearchTree) -> SavedSearch:
        """Keep a search under a label. Raises Refused."""
        return saved_searches.save(self._client, label, words, tree)

    def rename_search(self, name: str, label: str) -> None:
        """Call a saved search something else. Raises Refused."""
        saved_searches.rename(self._client, name, label)

    def delete_search(self, name: str) -> None:
        """Forget a saved search. Raises Refused."""
        saved_searches.delete(self._client, name)

    @property
    def ranks(self) -> bool:
        """Whether the server can say which messages fit best (SEARCH=FUZZY, RFC 6203)."""
        return search_everywhere.ranks(self._client)

    def changes(
        self,
        folder: str,
        uidvalidity: int,
        modseq: int,
        known: Sequence[int],
        newest: int = 0,
        with_folders: bool = False,
    ) -> Changes:
        """What became different for who knows these UIDs, as of a mod-sequence (RFC 7162).

        ``newest``: also which messages are the newest so many. All of it in one exchange with a
        server that is able to.
        """
        return changes.changes(
            self._client, folder, uidvalidity, modseq, known, newest, with_folders
        )

    # Messages

    def open_message(self, folder: str, uid: int, mark_seen: bool = True) -> OpenedMessage:
        """The message with its readable body, in two round trips; marked as read by the second."""
        return opening.open_message(self._client, folder, uid, mark_seen)

    def open_attached(self, folder: str, uid: int, section: str) -> OpenedMessage:
        """A message that is attached to another one; NotFound, too, when it is too large."""
        return opening.open_attached(self._client, folder, uid, section)

    def size(self, stored: StoredMessage) -> int:
        """RFC822.SIZE of a message; 0 when it is not there (any more)."""
        return storing.size_of(self._client, stored)

    def conversation(
        self,
        folder: str,
        uid: int,
        wanted: Collection[Place] = (),
        earlier: Place | None = None,
        known: Collection[Place] = (),
    ) -> OpenedConversation:
        """The conversation of a message, from all folders but Trash and Junk.

        Opened and marked as read are the newest message, the unread and the ``wanted`` ones.
        ``earlier``: show those before that one, too. ``known``: what is not wanted again.
        """
        return opened_conversations.open_conversation(
            self._client, folder, uid, wanted, earlier, known
        )

    # Parts

    def part(self, folder: str, uid: int, section: str) -> PartStream:
        """One part, decoded while it streams; the stream outlives this session."""
        return part_streams.part(self._client, folder, uid, section)

    def part_beginnings(
        self, folder: str, uid: int, parts: Sequence[MessagePart], octets: int
    ) -> dict[str, bytes]:
        """The first octets of parts, decoded, by section; in one question."""
        return part_streams.beginnings(self._client, folder, uid, parts, octets)

    def source(self, folder: str, uid: int) -> PartStream:
        """The whole message as it is stored; the stream outlives this session."""
        return part_streams.source(self._client, folder, uid)

    def blocks(self, stored: StoredMessage, section: str = "") -> Iterator[bytes]:
        """The octets of a section ("" is the whole), fetched as they are read."""
        return fetching.blocks(self._client, stored, section.encode("ascii"))

    def server_side_parts(self, tokens: Sequence[str]) -> list[ServerSidePart]:
        """What a form's tokens name, looked up again: one question a message."""
        return server_side_parts.look_up(self._client, tokens)

    @property
    def converts(self) -> bool:
        """Whether the server makes small pictures and text of parts (CONVERT, RFC 5259)."""
        return conversion.can_convert(self._client)

    def picture(
        self, folder: str, uid: int, section: str, room: tuple[int, int], page: int = 0
    ) -> Picture:
        """A picture, or a page, that fits into the pixels of ``room``. Raises NotConverted."""
        return conversion.picture(self._client, folder, uid, section, room, page)

    def words(self, folder: str, uid: int, section: str) -> Words:
        """The text of a document. Raises NotConverted."""
        return conversion.words(self._client, folder, uid, section)

    # Flags

    def mark(self, folder: str, uids: Sequence[int], flag: Flag, on: bool) -> list[int]:
        """Set or clear a flag; the UIDs that this changed. Raises NotFound when none is there."""
        return filing.mark(self._client, folder, uids, flag, on)

    def set_flags(
        self,
        folder: str,
        uids: Iterable[int],
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        uidvalidity: int | None = None,
    ) -> None:
        """Add and remove flags and keywords, in one burst. Raises Refused."""
        mailboxes.enter(self._client, folder, uidvalidity)
        filing.set_flags(self._client, folder, uids, add, remove)

    def mark_one(self, stored: StoredMessage, flag: Flag) -> bool:
        """Set a flag of one message; whether it was there without it."""
        return filing.mark_one(self._client, stored, flag)

    def set_once(self, stored: StoredMessage, keyword: str, more: Sequence[str] = ()) -> bool:
        """Set a keyword that one device alone can set, and ``more``; False when it was there."""
        mailboxes.enter(self._client, stored.folder, stored.uidvalidity)
        return conditional_store.set_once(self._client, stored, keyword, more)

    # Filing

    def move(self, folder: str, uids: Iterable[int], target: str) -> MovedMessages:
        """Move messages; says where they went. Raises Refused."""
        return filing.move(self._client, folder, uids, target)

    def delete(self, folder: str, uids: Iterable[int]) -> MovedMessages | None:
        """To the trash; what is there already goes for good (then None)."""
        return filing.delete(self._client, folder, uids)

    def discard(self, stored: StoredMessage) -> None:
        """Remove a message for good, if it is still the same one."""
        filing.discard(self._client, stored)

    # Storing

    def append(
        self,
        folder: str,
        parts: Sequence[Payload | PartUrl],
        message_id: str,
        flags: Sequence[str],
    ) -> StoredMessage:
        """Store a message; with CATENATE only our own octets travel. Raises Refused."""
        self.has_stored = True
        return storing.append(self._client, folder, parts, message_id, flags)

    def replace(
        self,
        old: StoredMessage,
        parts: Sequence[Payload | PartUrl],
        message_id: str,
        flags: Sequence[str],
    ) -> StoredMessage:
        """Store a message in the place of ``old``. Raises ReplacedElsewhere, or Refused."""
        self.has_stored = True
        return replacing.replace(self._client, old, parts, message_id, flags)

    @property
    def replaces(self) -> bool:
        """Whether replacing is one step that is done or not (REPLACE, RFC 8508)."""
        return replacing.can_replace(self._client)

    @property
    def splices(self) -> bool:
        """Whether a message can be made of ranges of octets of another one (URL-PARTIAL)."""
        return replacing.can_splice(self._client)

    def versions(self, folder: str, words: str) -> list[tuple[StoredMessage, str]]:
        """Messages whose Message-ID holds ``words``, oldest first, each with its Message-ID."""
        return replacing.versions(self._client, folder, words)

    @property
    def signs_urls(self) -> bool:
        """Whether the server gives tickets (URLAUTH, RFC 4467)."""
        return storing.can_ticket(self._client)

    def ticket(self, stored: StoredMessage, expire: int, section: str = "") -> str:
        """A URL that only the submission server, acting for this person, may fetch until then."""
        return storing.ticket(self._client, stored, expire, section)

    def saved_draft(self, stored: StoredMessage) -> SavedDraft:
        """What is to be edited and what to be kept of a saved draft."""
        return saved_drafts.saved_draft(self._client, stored)

    def forwarded_design(self, source: StoredMessage) -> Design | None:
        """The body of a message in HTML with its pictures, to go along in a forward."""
        return saved_drafts.forwarded_design(self._client, source)

    def rich_body_of(self, design: Design) -> RichBody | None:
        """The parts of such a body where it lies now."""
        return saved_drafts.rich_body_of(self._client, design)

    def edited_text(self, stored: StoredMessage, part: MessagePart | None) -> str:
        """The text of a saved draft that a form edits."""
        return saved_drafts.edited_text(self._client, stored, part)

    # Rights

    @property
    def can_share(self) -> bool:
        """Whether the server knows rights at all (ACL, RFC 4314)."""
        return rights.can_share(self._client)

    def grants(self, folder: str) -> list[Grant]:
        """Who has which rights in a folder, as the server lists them. Raises Refused."""
        return rights.grants(self._client, folder)

    def grant(self, folder: str, who: str, level: str) -> None:
        """Give somebody a level of rights. Raises UnknownPerson, Refused."""
        rights.grant(self._client, folder, who, level)

    def withdraw(self, folder: str, who: str) -> None:
        """Take back what somebody was given. Raises UnknownPerson, Refused."""
        rights.withdraw(self._client, folder, who)


@contextlib.contextmanager
def session(email: str) -> Iterator[MailSession]:
    """The person's mail over their pooled connection, for a short block."""
    found = MailSession(email)
    try:
        yield found
    finally:
        found.close()


@contextlib.contextmanager
def own_session(email: str, on_progress: Progress | None = None) -> Iterator[MailSession]:
    """The same over a connection of its own, for one job of a worker.

    ``on_progress`` hears how far a long action is; such a session learns no other changes.
    """
    client = sign_in(email, on_progress)
    try:
        yield MailSession(email, client)
    finally:
        if client.alive:
            with contextlib.suppress(MailError):
                client.command(b"LOGOUT")
            client.drop()
