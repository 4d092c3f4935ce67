"""The server's side of the decoders: a fork server when there is work, and none when there is not.

At most ``count`` decoders live at a time; who comes then waits for a turn, and one account never
has all of them. Whatever becomes of a decoder, or of the fork server, is an answer here.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import structlog

from .errors import ConversionPostponed, ConversionRefused
from .job import Job
from .sandbox import SandboxLimits

log = structlog.get_logger()

ROOT = Path(__file__).resolve().parent.parent.parent
IDLE = 60.0  # seconds after which a fork server without work is let go
PATIENCE = 60.0  # seconds that a conversion waits for its turn
GRACE = 10.0  # seconds beyond the clock limit in which the fork server must have answered
MOST_SAID = 65_536  # octets of an answer


@dataclass(slots=True)
class _ForkServer:
    process: subprocess.Popen[bytes]
    control: socket.socket

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def end(self) -> None:
        """Close its socket: it ends its decoders and itself. Blocks for a moment."""
        self.control.close()
        try:
            self.process.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@dataclass(slots=True)
class DecoderPool:
    """Runs jobs in decoders. Used from one event loop."""

    count: int
    limits: SandboxLimits = field(default_factory=SandboxLimits)
    idle: float = IDLE
    patience: float = PATIENCE
    working: int = 0
    _fork_server: _ForkServer | None = None
    _turns: asyncio.Semaphore = field(init=False)
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)
    _of_account: dict[int, asyncio.Semaphore] = field(default_factory=dict)
    _letting_go: asyncio.TimerHandle | None = None

    def __post_init__(self) -> None:
        self._turns = asyncio.Semaphore(self.count)

    @property
    def pid(self) -> int | None:
        """The fork server's process, None when there is none."""
        server = self._fork_server
        return server.process.pid if server and server.is_alive() else None

    async def run(self, account: int, job: Job, given: int, made: int) -> dict[str, Any]:
        """Convert the file ``given`` into the file ``made``; the facts of ``Made``.

        Raises Refused and Later.
        """
        async with self._turn(account):
            reading, writing = os.pipe()
            try:
                os.set_blocking(reading, False)
                os.set_blocking(writing, False)
                await self._send(job, [given, made, writing])
            except BaseException:
                os.close(reading)
                raise
            finally:
                os.close(writing)
            try:
                said = await asyncio.wait_for(_all_of(reading), self.limits.clock + GRACE)
            except TimeoutError:
                log.error("decoders do not answer")
                await self._end()
                raise ConversionPostponed("the conversion was given up") from None
            return _verdict(said)

    @asynccontextmanager
    async def _turn(self, account: int) -> AsyncIterator[None]:
        """One of the places, first come, first served; Raises Later."""
        own = self._of_account.setdefault(account, asyncio.Semaphore(max(1, self.count // 2)))
        got: list[asyncio.Semaphore] = []
        try:
            async with asyncio.timeout(self.patience):
                for semaphore in (own, self._turns):
                    await semaphore.acquire()
                    got.append(semaphore)
        except TimeoutError:
            for semaphore in got:
                semaphore.release()
            raise ConversionPostponed("too many conversions are waiting") from None
        except BaseException:
            for semaphore in got:
                semaphore.release()
            raise
        self.working += 1
        try:
            yield
        finally:
            self.working -= 1
            for semaphore in got:
                semaphore.release()
            if not self.working:
                self._of_account.clear()
            self._let_go_later()

    async def _send(self, job: Job, descriptors: list[int]) -> None:
        """Give the job to the fork server, or to a new one if that has died. Raises Later."""
        packet = json.dumps({"job": asdict(job), "limits": asdict(self.limits)}).encode()
        for _ in range(2):
            fork_server = await self._ready()
            try:
                socket.send_fds(fork_server.control, [packet], descriptors)
            except OSError:
                await self._end()
            else:
                return
        raise ConversionPostponed("no decoder could be started")

    async def _ready(self) -> _ForkServer:
        if self._letting_go is not None:
            self._letting_go.cancel()
            self._letting_go = None
        async with self._starting:
            if self._fork_server is not None and not self._fork_server.is_alive():
                self._fork_server.end()
                self._fork_server = None
            if self._fork_server is None:
                self._fork_server = await asyncio.to_thread(_start)
            return self._fork_server

    def _let_go_later(self) -> None:
        if self._letting_go is not None:
            self._letting_go.cancel()
        loop = asyncio.get_running_loop()
        self._letting_go = loop.call_later(self.idle, lambda: loop.create_task(self._let_go()))

    async def _let_go(self) -> None:
        if not self.working:
            await self._end()

    async def _end(self) -> None:
        async with self._starting:
            fork_server, self._fork_server = self._fork_server, None
            if fork_server is not None:
                await asyncio.to_thread(fork_server.end)

    async def close(self) -> None:
        """End everything."""
        if self._letting_go is not None:
            self._letting_go.cancel()
        await self._end()


def _start() -> _ForkServer:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "lemonade_server.convert.fork_server"],
            stdin=its.fileno(),
            stdout=subprocess.DEVNULL,
            cwd="/",
            env={"PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )
    ours.setblocking(False)
    return _ForkServer(process, ours)


async def _all_of(descriptor: int) -> bytes:
    """What is written to a pipe, to its end; closes it."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[None] = loop.create_future()
    said = bytearray()

    def readable() -> None:
        with suppress(BlockingIOError):
            piece = os.read(descriptor, MOST_SAID)
            said.extend(piece[: MOST_SAID - len(said)])
            if not piece and not done.done():
                done.set_result(None)

    loop.add_reader(descriptor, readable)
    try:
        await done
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    return bytes(said)


def _verdict(said: bytes) -> dict[str, Any]:
    """The facts of a result. Raises Refused and Later."""
    answers: dict[str, Any] = {}
    for line in said.splitlines():
        try:
            answers.update(json.loads(line))
        except ValueError:
            continue
    fate = answers.get("gone")
    if fate is None:
        raise ConversionPostponed("the decoder was lost")
    if "made" in answers and not fate["status"]:
        made: dict[str, Any] = answers["made"]
        return made
    if "refused" in answers:
        raise ConversionRefused(
            answers["refused"], [(name, value) for name, value in answers["params"]]
        )
    if "later" in answers:
        raise ConversionPostponed(answers["later"])
    if fate["late"]:  # on a busy machine; it may go better another time
        raise ConversionPostponed("it took too much time", 5)
    if fate["status"] == -signal.SIGXCPU:
        raise ConversionRefused("it takes too much time")
    if fate["status"] == -signal.SIGKILL:
        raise ConversionPostponed("the decoder was killed")
    raise ConversionRefused("the part is broken, or not of the type that it says")
