"""What an extension keeps in a session, and what it wants to hear of the session.

A subclass is the one place for an extension's state and hooks. A session holds at most one value of
each class, and drops it when the login ends or, if ``until_deselected``, when the mailbox is left:
what an extension forgets to reset can't be inherited by the next login.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

    from lemonade_server.imap.dialect import Dialect
    from lemonade_server.imap.fetch.plan import Plan
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed
    from lemonade_server.store.ids import MailboxId, Modseq

SessionT = TypeVar("SessionT")  # a base can't import what is built on it


@dataclass(slots=True)
class Arrivals:
    """What an extension has to say of new messages.

    ``own`` are mod-sequences of which nothing is fetched, ``plan`` what is fetched of all others,
    ``plans`` what is fetched of some, by UID; ``tell`` says what else is to be said of them.
    """

    own: set[Modseq] = field(default_factory=set)
    plan: Plan | None = None
    plans: list[tuple[int, Plan]] = field(default_factory=list)
    tell: Callable[[], None] | None = None


class ExtensionState(Generic[SessionT]):
    """Base of all states: no hook does anything."""

    until_deselected: ClassVar[bool] = False
    follows_changes: ClassVar[bool] = True
    """Whether any hook of what is told does anything."""

    def dialect(self, dialect: Dialect) -> Dialect:
        """The dialect while this state is there."""
        return dialect

    @property
    def tells_unasked(self) -> bool:
        """Whether the client is told what happens while no command runs."""
        return False

    # -- the session ----------------------------------------------------------------------

    def close(self) -> None:
        """It is dropped from the session: let go of what it holds."""

    def deselected(self) -> None:
        """The selected mailbox was left."""

    async def command_done(self, session: SessionT) -> None:
        """A command has run; its tagged reply is not sent yet."""

    async def logged_out(self, session: SessionT) -> None:
        """The client has logged out, or nobody is logged in any more."""

    async def disconnected(self, session: SessionT) -> None:
        """The connection has ended without a logout."""

    @property
    def preserved(self) -> str:
        """What brings this state back when the session is resumed; see ``hooks.resumed``."""
        return ""

    # -- what the session did itself --------------------------------------------------------

    def committed(self, session: SessionT, hinted: Mapping[MailboxId, Modseq]) -> None:
        """A command of the session took these mod-sequences."""

    def named(self, name: str, exists: bool) -> None:
        """A command made or removed a mailbox name."""

    def subscribed(self, name: str, subscribed: bool) -> None:
        """A command subscribed to a name, or ended a subscription."""

    def annotated(self, mailbox: MailboxId, values: Iterable[tuple[str, bytes | None]]) -> None:
        """A command set these annotations of a mailbox."""

    # -- what is told -----------------------------------------------------------------------

    def tells_selected(self, session: SessionT) -> bool:
        """Whether anything is told of the selected mailbox now."""
        return True

    @property
    def tells_flags(self) -> bool:
        """Whether the flags of the selected mailbox are told."""
        return True

    def flags_withheld(self, session: SessionT, since: Modseq) -> None:
        """Flags that changed after this mod-sequence were not told."""

    @property
    def flags_owed(self) -> Modseq | None:
        """Since when flags are owed; None when all were told. It is dropped when they are."""
        return None

    @property
    def tells_annotations(self) -> bool | None:
        """Whether its annotations are told; None leaves that to SELECT."""
        return None

    @property
    def expunges_at_once(self) -> bool:
        """Whether EXPUNGE may be told at any time."""
        return False

    def expunging(self, session: SessionT, view: View, gone: Sequence[int]) -> None:
        """These UIDs are gone; the client is told of it after this."""

    async def arrivals(
        self, session: SessionT, view: View, changed: Sequence[Changed], known: int
    ) -> Arrivals | None:
        """What is to be said after changes; new are the UIDs from ``known`` on."""
        return None

    async def synced(self, session: SessionT, view: View) -> None:
        """The client has been told what changed in the selected mailbox."""

    async def tell(self, session: SessionT) -> None:
        """Tell what concerns other mailboxes."""

    def give_up(self, session: SessionT) -> None:
        """Telling has failed while no command ran: tell no more."""
