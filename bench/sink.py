"""A host that takes every message and forgets it: what mail is relayed to."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

HELLO = b"250-sink\r\n250-8BITMIME\r\n250-SIZE\r\n250-CHUNKING\r\n250 PIPELINING\r\n"


class MailSink:
    """``taken``: when each message was taken, seconds of ``perf_counter``."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        writer.write(b"220 sink ESMTP\r\n")
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while line := await reader.readline():
                await self._answer(line.upper().split(), reader, writer)
        writer.close()

    async def _answer(
        self, words: list[bytes], reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        match words:
            case [b"EHLO", *_]:
                writer.write(HELLO)
            case [b"DATA"]:
                writer.write(b"354 go on\r\n")
                while await reader.readline() not in (b".\r\n", b""):
                    pass
                self._take(writer)
            case [b"BDAT", size, *last]:
                await reader.readexactly(int(size))
                if last:
                    self._take(writer)
                else:
                    writer.write(b"250 2.0.0 ok\r\n")
            case _:
                writer.write(b"250 2.0.0 ok\r\n")

    def _take(self, writer: asyncio.StreamWriter) -> None:
        self.taken.append(time.perf_counter())
        writer.write(b"250 2.0.0 taken\r\n")

    @contextmanager
    def running(self, host: str, port: int) -> Iterator[None]:
        """Serve in a thread of its own."""
        loop = asyncio.new_event_loop()
        server = loop.run_until_complete(
            asyncio.start_server(self.converse, host, port, limit=1_048_576)
        )
        thread = threading.Thread(target=loop.run_forever)
        thread.start()
        try:
            yield
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            server.close()
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()
