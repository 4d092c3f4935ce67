"""What one client believes about its selected mailbox: message numbers, and how far it is told.

Sessions of one mailbox at one mod-sequence share a single UID array: an array is never changed
in place, a change makes a new one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from lemonade_server.imap.dialect import PLAIN, Dialect
from lemonade_server.store.ids import AccountId, MailboxId, Modseq
from lemonade_server.wire import numset
from lemonade_server.wire.errors import Bad, No
from lemonade_server.wire.rights import ALL

if TYPE_CHECKING:
    from lemonade_server.store.loop_reader import Version
    from lemonade_server.wire.numset import NumSet


T = TypeVar("T")

FEW_RANGES = 8
"""Up to so many ranges are cut out of a copy of an array; of more, what is left is gathered."""


@dataclass(slots=True)
class View:
    """The selected mailbox as the client knows it.

    ``uids[n - 1]`` is message ``n``. ``modseq`` is the mod-sequence up to which the client has
    been told; ``expunged`` are UIDs that are gone but could not be reported yet (B-01).
    ``reported`` maps a UID to the mod-sequence that a command of this session has already
    reported, so that the change feed does not echo it.
    ``rights`` are those of the user as of the last look at them, ``account`` is the owner;
    ``read_only`` follows from them, or the mailbox was opened so: ``examined``.
    ``dirty``: it is to be looked at; ``heard`` is the mod-sequence
    that hints have told of since that was done last, 0 for none, -1 for several.
    ``version`` is the database's as of the last look for changes.
    ``dialect`` is that of the session, ``reader`` its user.
    """

    mailbox: MailboxId
    account: AccountId
    name: str
    uidvalidity: int
    uids: array[int]
    modseq: Modseq
    uidnext: int
    read_only: bool
    keywords: str
    recent: list[tuple[int, int]] = field(default_factory=list)
    expunged: list[tuple[int, int]] = field(default_factory=list)
    reported: dict[int, Modseq] = field(default_factory=dict)
    dirty: bool = False
    heard: int = 0
    rights: str = ALL
    examined: bool = False
    dialect: Dialect = PLAIN
    reader: AccountId = AccountId(0)  # noqa: RUF009
    version: Version | None = None
    _states: dict[type, Any] = field(default_factory=dict)

    def state(self, kind: type[T]) -> T:
        """What an extension keeps of this mailbox, made at the first call."""
        found: T | None = self._states.get(kind)
        if found is None:
            found = self._states[kind] = kind()
        return found

    def __len__(self) -> int:
        return len(self.uids)

    def need(self, wanted: str) -> None:
        """Raises No NOPERM when one of the wanted rights is missing."""
        if not set(wanted) <= set(self.rights):
            raise No("your rights in this mailbox don't reach that far", b"NOPERM")

    def sequence(self, uid: int) -> int | None:
        """The message number of a UID, None when the client does not know that UID."""
        at = bisect_left(self.uids, uid)
        if at < len(self.uids) and self.uids[at] == uid:
            return at + 1
        return None

    def head(self, uid: int) -> bytes:
        """How the response about a message that the client knows begins: ``* 3 FETCH (``."""
        dialect = self.dialect
        return dialect.fetch_head % ((self.sequence(uid) or 0) if dialect.numbers else uid)

    def largest(self) -> int:
        """The highest UID, 0 when the mailbox is empty: what ``*`` means in a UID set."""
        return self.uids[-1] if self.uids else 0

    def is_recent(self, uid: int) -> bool:
        """Whether this session is the one that sees the message as \\Recent (B-14)."""
        return any(low <= uid < high for low, high in self.recent)

    def recent_count(self) -> int:
        """The number of RECENT."""
        return sum(
            bisect_left(self.uids, high) - bisect_left(self.uids, low) for low, high in self.recent
        )

    def resolve(self, numbers: NumSet, by_uid: bool) -> array[int]:
        """The UIDs that a set of a command names, ascending, each once.

        By UID, what does not exist is passed over (B-12). By number, it is an error (B-13).
        Raises Bad, also for ``$`` where nothing can be saved.
        """
        if numbers.saved:
            if not saved_results:
                raise Bad("no result can be saved here")
            saved = (uid for find in saved_results for uid in find(self))
            return array("I", [uid for uid in saved if self.sequence(uid) is not None])
        if not by_uid:
            return self._by_number(numbers)
        found = array("I")
        for low, high in numbers.resolve(self.largest()):
            found += self.uids[bisect_left(self.uids, low) : bisect_right(self.uids, high)]
        return found

    def _by_number(self, numbers: NumSet) -> array[int]:
        count = len(self.uids)
        found = array("I")
        for low, high in numbers.resolve(count):
            if high > count or low < 1:
                raise Bad(f"there is no message {high}: the mailbox holds {count}")
            found += self.uids[low - 1 : high]
        return found


saved_results: list[Callable[[View], Sequence[int]]] = []
"""The UIDs that ``$`` stands for in a mailbox; an extension knows them."""


def without(uids: array[int], ranges: Sequence[tuple[int, int]]) -> array[int]:
    """A copy of ``uids`` without the UIDs of some ranges (bounds included)."""
    if len(ranges) <= FEW_RANGES:
        kept = uids[:]
        for low, high in ranges:
            del kept[bisect_left(kept, low) : bisect_right(kept, high)]
        return kept
    kept = array("I")
    start = 0
    for low, high in sorted(ranges):
        stop = max(start, bisect_left(uids, low))
        kept += uids[start:stop]
        start = max(start, bisect_right(uids, high))
    kept += uids[start:]
    return kept


def uids_within(uids: Sequence[int], ranges: Iterable[tuple[int, int]]) -> list[int]:
    """Which of ``uids`` lie in the ranges (bounds included), ascending and each once."""
    found: list[int] = []
    for low, high in numset.merge(ranges):
        found.extend(uids[bisect_left(uids, low) : bisect_right(uids, high)])
    return found
