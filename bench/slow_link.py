"""A link as slow as a user's: a proxy on this machine with a round trip and a rate."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

PIECE = 1_400
"""Octets that travel together, about a packet."""

WINDOW = 65_536
"""Octets on the way in one direction, at most: then the sender waits."""


@dataclass(frozen=True, slots=True)
class Link:
    """``haste``: so many times as fast as it says, for what takes an hour; times are to be
    multiplied by it.
    """

    name: str
    round_trip: float  # seconds
    rate: float  # bits a second, each way
    haste: float = 1.0


class Direction:
    """One way of the link, shared by all connections."""

    def __init__(self, link: Link) -> None:
        self._delay = link.round_trip / 2 / link.haste
        self._seconds = 8 / link.rate / link.haste  # for an octet
        self._free_at = 0.0
        self.octets = 0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """All that comes, in order, until the end of the stream."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(WINDOW // PIECE)
        arrival = asyncio.create_task(self._arrive(on_the_way, writer))
        try:
            while data := await reader.read(PIECE):
                self.octets += len(data)
                self._free_at = max(self._free_at, time.monotonic()) + len(data) * self._seconds
                await on_the_way.put((self._free_at + self._delay, data))
            await on_the_way.put((0.0, b""))
            await arrival
        except ConnectionError:
            pass
        finally:
            arrival.cancel()

    async def _arrive(
        self, on_the_way: asyncio.Queue[tuple[float, bytes]], writer: asyncio.StreamWriter
    ) -> None:
        while (item := await on_the_way.get())[1]:
            at, data = item
            await asyncio.sleep(at - time.monotonic())
            writer.write(data)
        writer.close()


class SlowLink:
    """Listens on ports of its own; what comes there goes over the link to the real ones."""

    def __init__(self, link: Link, host: str, ports: list[int]) -> None:
        self.ports: dict[int, int] = {}
        self._link, self._host, self._real = link, host, ports
        self.up, self.down = Direction(link), Direction(link)
        self._ready = threading.Event()
        self._end: Callable[[], object] = lambda: None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True)

    def __enter__(self) -> SlowLink:
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._thread.join()

    async def _serve(self) -> None:
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        self._end = lambda: loop.call_soon_threadsafe(ended.set)
        servers: list[asyncio.Server] = []
        connections: set[asyncio.Task[None]] = set()
        for real in self._real:

            async def connected(
                reader: asyncio.StreamReader, writer: asyncio.StreamWriter, real: int = real
            ) -> None:
                task = asyncio.create_task(self._pass_on(reader, writer, real))
                connections.add(task)
                task.add_done_callback(connections.discard)

            server = await asyncio.start_server(connected, self._host, 0)
            servers.append(server)
            self.ports[real] = server.sockets[0].getsockname()[1]
        self._ready.set()
        await ended.wait()
        for server in servers:
            server.close()
        for task in list(connections):
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    async def _pass_on(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, real: int
    ) -> None:
        # The SYN and its answer cross the link too.
        await asyncio.sleep(self._link.round_trip / self._link.haste)
        theirs, ours = await asyncio.open_connection(self._host, real)
        try:
            await asyncio.gather(self.up.carry(reader, ours), self.down.carry(theirs, writer))
        finally:
            ours.close()
            writer.close()
