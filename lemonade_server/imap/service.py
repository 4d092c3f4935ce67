"""What all IMAP sessions of a process share."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, TypeVar

from lemonade_server.imap.fetch.flag_arrays import FlagArrays
from lemonade_server.imap.uid_arrays import UidArrays
from lemonade_server.store.mail_threads import ThreadedMailboxes
from lemonade_server.store.search import SearchMemory
from lemonade_server.store.sort_orders import SortOrders

if TYPE_CHECKING:
    from ssl import SSLContext

    from lemonade_server.auth.logins import Logins
    from lemonade_server.convert.converter import Converter
    from lemonade_server.store.db import Database
    from lemonade_server.store.hints import Hints

T = TypeVar("T")


class Settings(Protocol):
    """What IMAP needs to know of the process's settings; ``max_message`` in octets."""

    @property
    def hostname(self) -> str: ...

    @property
    def plaintext_auth(self) -> str: ...

    @property
    def max_message(self) -> int: ...

    @property
    def message_limit(self) -> int: ...

    @property
    def reconnect(self) -> bool: ...

    @property
    def reconnect_minutes(self) -> int: ...


@dataclass(slots=True)
class Service:
    """What all sessions of a process share. Without a ``converter`` there is no CONVERT.

    ``big_write`` is for the one whose piece of a big write is being written.
    """

    env: Settings
    db: Database
    hints: Hints
    logins: Logins
    tls: SSLContext
    arrays: UidArrays = field(default_factory=UidArrays)
    flags: FlagArrays = field(default_factory=FlagArrays)
    threads: ThreadedMailboxes = field(default_factory=ThreadedMailboxes)
    sort_orders: SortOrders = field(default_factory=SortOrders)
    search_memory: SearchMemory = field(default_factory=SearchMemory)
    converter: Converter | None = None
    big_write: asyncio.Lock = field(default_factory=asyncio.Lock)
    _shared: dict[type, object] = field(default_factory=dict)

    def shared(self, kind: type[T]) -> T:
        """What an extension keeps for all sessions of the process, made at the first call."""
        found = self._shared.setdefault(kind, None) or kind()
        self._shared[kind] = found
        assert isinstance(found, kind)
        return found
