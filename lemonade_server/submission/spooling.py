"""New octets on their way into a transaction's spool, without a file touched on the event loop."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from lemonade_server.store.errors import StoreError
from lemonade_server.store.spool import Spool

from .session import Session

BATCH = 262_144
IN_MEMORY = 65_536
"""Up to here a spool is plain memory (``store/spool.py``)."""


class Intake:
    """Collects octets and writes them in batches. Beyond the size limit they are dropped, and so
    they are when they can't be written: the client is heard out before it is told (S-05).

    ``bare`` tells whether a CR or LF came alone, also across the borders of chunks.
    """

    def __init__(self, session: Session, keep: bool = True) -> None:
        self._session = session
        self._spool: Spool | None = session.current.spool() if keep else None
        self._waiting: list[bytes] = []
        self._size = 0
        self._trouble: OSError | StoreError | None = None
        self.bare = False

    async def take(self, octets: bytes) -> None:
        """Keep some octets."""
        if self._spool is None:
            return
        self._judge_lines(octets)
        self._waiting.append(octets)
        self._size += len(octets)
        if self._size >= BATCH:
            await self._write()

    async def finish(self) -> None:
        """Everything was given: the spool is complete. Raises StoreFull, OSError when it is not."""
        if self._waiting:
            await self._write()
        if self._trouble is not None:
            raise self._trouble

    def _judge_lines(self, octets: bytes) -> None:
        """A CR at the end of these octets is judged with the next ones, of the next chunk even."""
        transaction = self._session.current
        transaction.eight_bit = transaction.eight_bit or not octets.isascii()
        transaction.nul = transaction.nul or b"\0" in octets
        window = b"\r" + octets if transaction.ends_in_cr else octets
        transaction.ends_in_cr = window.endswith(b"\r")
        # Each CR before an LF and each LF behind a CR: there are as many of both as of pairs.
        pairs = window.count(b"\r\n")
        alone = window.count(b"\r") - transaction.ends_in_cr - pairs + window.count(b"\n") - pairs
        self.bare = self.bare or alone > 0

    async def _write(self) -> None:
        spool, octets = self._spool, b"".join(self._waiting)
        self._waiting.clear()
        self._size = 0
        if spool is None or spool.size > self._session.max_message:
            return
        write: Callable[[], object] = partial(spool.write, octets)
        try:
            if spool.size + len(octets) <= IN_MEMORY:
                write()
            else:
                await self._session.service.db.run(write)
        except (OSError, StoreError) as error:
            self._trouble = error
            self._spool = None
