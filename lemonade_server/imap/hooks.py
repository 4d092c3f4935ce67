"""Moments of a command at which extensions add something; each calls its functions in the order of
the list of extensions.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Generic, ParamSpec

if TYPE_CHECKING:
    from lemonade_server.imap.registry import Ok
    from lemonade_server.imap.session import Session
    from lemonade_server.imap.view import View
    from lemonade_server.store.changes import Changed
    from lemonade_server.store.db import Tx
    from lemonade_server.store.ids import MailboxId
    from lemonade_server.wire.cursor import Cursor

P = ParamSpec("P")


class Hook(Generic[P]):
    """Functions that are awaited one after another. It is a decorator, too."""

    def __init__(self) -> None:
        self._functions: list[Callable[P, Awaitable[None]]] = []

    def __call__(self, function: Callable[P, Awaitable[None]]) -> Callable[P, Awaitable[None]]:
        self._functions.append(function)
        return function

    async def run(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Await all of them. Raises what one of them raises."""
        for function in self._functions:
            await function(*args, **kwargs)


codes: Hook[Session, View] = Hook()
"""Response codes about the mailbox that is opened, behind those of RFC 3501."""

opening: Hook[Session, View] = Hook()
"""What is said behind the answers of SELECT."""

opened: Hook[Session, str] = Hook()
"""After all answers of SELECT; the name is given as the client typed it."""

name_typed: Hook[Session, str] = Hook()
"""A command has used a mailbox name, as typed, that may be spelled otherwise here."""

renamed: Hook[Session, str, str] = Hook()
"""A mailbox was renamed: its new name and the old one, as typed."""

resumed: Hook[Session, str] = Hook()
"""A session goes on: what ``ExtensionState.preserved`` was."""

Noting = Callable[["Session"], None]
ReadWithMailbox = Callable[["Tx", "Session", "MailboxId"], Noting]

reads_with_mailbox: list[ReadWithMailbox] = []
"""What is read of the selected mailbox when it is opened, and each time together with its changes:
each returns what is done with it once the session is back.
"""

LoggedIn = Callable[["Session"], Awaitable["Ok"]]
ChangeItems = Callable[
    ["Session", "View", "Sequence[Changed]", int], Awaitable["Mapping[int, bytes]"]
]

change_items: list[ChangeItems] = []
"""Data items that go with the flags of changed messages, by UID; what changed since when."""

login_parameters: list[Callable[[Session, Cursor], LoggedIn | None]] = []
"""Read a parameter at the end of a login, if it stands there: what is done after it. Bad."""

logout_parameters: list[Callable[[Session, Cursor], bool]] = []
"""Read a parameter of LOGOUT, if it stands there: whether the session is kept. Bad."""


def read_with_mailbox(tx: Tx, session: Session, mailbox: MailboxId) -> list[Noting]:
    """What all of ``reads_with_mailbox`` give."""
    return [read(tx, session, mailbox) for read in reads_with_mailbox]


async def items_of(
    session: Session, view: View, rows: Sequence[Changed], since: int
) -> dict[int, bytes]:
    """What all of ``change_items`` give, joined by UID."""
    found: dict[int, bytes] = {}
    for function in change_items:
        for uid, item in (await function(session, view, rows, since)).items():
            found[uid] = found[uid] + b" " + item if uid in found else item
    return found
