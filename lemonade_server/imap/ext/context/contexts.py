"""The search contexts of a selected mailbox: which are kept up, and when the clock asks for a look.

RFC 5267 §4.3. What their client is told is in ``updates.py``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lemonade_server.imap.extension_state import ExtensionState

if TYPE_CHECKING:
    from lemonade_server.imap.ext.context.context import Context
    from lemonade_server.imap.session import Session
    from lemonade_server.store.ids import MailboxId, Modseq

MOST = 20
"""Contexts of one session."""

MOST_HELD = 1_000_000
"""Messages in all contexts of one session: four octets each."""

MOST_OWN = 10_000
"""Changes of its own that a session remembers until it is told of them."""

EVERY = 60.0
"""Seconds between two looks at what depends on the clock (RFC 5032 §2 allows such a delay)."""


class Contexts(ExtensionState["Session"]):
    """All contexts of a selected mailbox; they end when it is left.

    ``own`` are mod-sequences that this session's commands took: of messages that it made itself
    nothing is fetched (RFC 5465 §5.2). ``wake`` is called when the clock asks for a look, which is
    ``due`` then. ``largest`` is the highest UID at the last look.
    """

    until_deselected = True

    def __init__(self, wake: Callable[[], None]) -> None:
        self.live: dict[bytes, Context] = {}
        self.own: set[Modseq] = set()
        self._wake = wake
        self._timer: asyncio.TimerHandle | None = None
        self.due = False
        self.largest = 0

    def add(self, context: Context, largest: int) -> bool:
        """Keep a context up from now on; False when there are too many already."""
        kept = sum(len(each.results) for each in self.live.values())
        if len(self.live) >= MOST or kept + len(context.results) > MOST_HELD:
            return False
        self.live[context.tag] = context
        self.largest = largest
        self._set_timer()
        return True

    def cancel(self, tag: bytes) -> None:
        """Keep this context up no longer; it is no error if there is none."""
        self.live.pop(tag, None)
        self._set_timer()

    def close(self) -> None:
        """The mailbox is left."""
        self.live.clear()
        self._set_timer()

    @property
    def tells_unasked(self) -> bool:
        return bool(self.live)

    def committed(self, session: Session, hinted: Mapping[MailboxId, Modseq]) -> None:
        """Note the mod-sequence that a command of this session took."""
        mailbox = session.view.mailbox if session.view is not None else None
        if mailbox is not None and mailbox in hinted:
            if len(self.own) >= MOST_OWN:
                self.own.clear()
            self.own.add(hinted[mailbox])

    def _set_timer(self) -> None:
        """Look at the clock while a context follows it, and only then."""
        wanted = any(context.follows_clock for context in self.live.values())
        if wanted and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(EVERY, self._ring)
        elif not wanted and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self) -> None:
        self._timer = None
        self.due = True
        self._set_timer()
        self._wake()
