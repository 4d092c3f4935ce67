"""Decoders as processes: bounded, confined, killed when they must be, and nobody else is hurt."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from lemonade_server.convert.decoder_pool import IDLE, DecoderPool
from lemonade_server.convert.decoder_pool import PATIENCE as USUAL_PATIENCE
from lemonade_server.convert.errors import ConversionPostponed, ConversionRefused
from lemonade_server.convert.job import Job
from lemonade_server.convert.sandbox import SandboxLimits
from tests.patience import let_pass_here

from . import samples
from .workbench import run

PATIENCE = 60.0
EASY = Job("text", "text/plain", "text/plain", "utf-8", {})
HARD = Job("image", "image/png", "image/webp", "", {"quality": "100"})


@cache
def hard() -> bytes:
    """What takes many seconds of processor time."""
    noise = Image.effect_noise((1000, 1000), 90).convert("RGB")
    return samples.encoded(noise.resize((7000, 7000), Image.Resampling.NEAREST), "PNG")


@asynccontextmanager
async def processes(
    count: int = 2,
    limits: SandboxLimits | None = None,
    idle: float = IDLE,
    patience: float = USUAL_PATIENCE,
) -> AsyncIterator[DecoderPool]:
    """Some decoders, gone at the end."""
    made = DecoderPool(count, limits or SandboxLimits(), idle, patience)
    try:
        yield made
    finally:
        await made.close()
        assert made.pid is None


def descendants(pid: int) -> Iterator[int]:
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        yield int(child)


async def until(condition: Callable[[], object]) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it did not come true"
        await asyncio.sleep(0.02)


async def works(decoders: DecoderPool) -> None:
    assert (await run(decoders, EASY, b"ok"))[1] == b"ok"


def check(test: Callable[[], Coroutine[None, None, None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 120))


def test_processor_time_is_limited() -> None:
    async def test() -> None:
        async with processes(limits=SandboxLimits(cpu=1)) as decoders:
            with pytest.raises(ConversionRefused, match="too much time"):
                await run(decoders, HARD, hard())
            await works(decoders)

    check(test)


def test_the_clock_is_limited() -> None:
    async def test() -> None:
        async with processes(limits=SandboxLimits(clock=1)) as decoders:
            waiting = asyncio.create_task(run(decoders, HARD, hard()))
            await until(lambda: decoders.pid and list(descendants(decoders.pid)))
            assert decoders.pid is not None
            for child in descendants(decoders.pid):
                os.kill(child, signal.SIGSTOP)  # one that hangs and uses no processor
            with pytest.raises(ConversionPostponed, match="too much time"):
                await waiting
            assert not list(descendants(decoders.pid)), "it is gone when we are told"
        async with processes() as decoders:
            await works(decoders)

    check(test)


def test_memory_is_limited() -> None:
    async def test() -> None:
        async with processes(limits=SandboxLimits(memory=250_000_000)) as decoders:
            with pytest.raises(ConversionRefused):
                await run(decoders, HARD, hard())
            await works(decoders)

    check(test)


def test_the_result_is_limited() -> None:
    async def test() -> None:
        async with processes(limits=SandboxLimits(output=1_000_000)) as decoders:
            with pytest.raises(ConversionRefused, match="too large"):
                await run(decoders, EASY, b"x" * 2_000_000)
            await works(decoders)

    check(test)


def test_a_decoder_that_dies_is_an_answer() -> None:
    async def test() -> None:
        async with processes() as decoders:
            for number, error in (
                (signal.SIGSEGV, ConversionRefused),
                (signal.SIGKILL, ConversionPostponed),
            ):
                waiting = asyncio.create_task(run(decoders, HARD, hard()))
                await until(lambda: decoders.pid and list(descendants(decoders.pid)))
                assert decoders.pid is not None
                for child in descendants(decoders.pid):
                    os.kill(child, number)
                with pytest.raises(error):
                    await waiting
                await works(decoders)

    check(test)


def test_a_nursery_that_dies_is_replaced() -> None:
    async def test() -> None:
        async with processes() as decoders:
            waiting = asyncio.create_task(run(decoders, HARD, hard()))
            await until(lambda: decoders.pid and list(descendants(decoders.pid)))
            assert decoders.pid is not None
            os.kill(decoders.pid, signal.SIGKILL)  # its children end with it
            with pytest.raises(ConversionPostponed):
                await waiting
            await works(decoders)
            assert decoders.pid is not None
            os.kill(decoders.pid, signal.SIGKILL)  # between two conversions
            await until(lambda: decoders.pid is None)
            await works(decoders)

    check(test)


def test_there_are_never_more_than_allowed_and_an_account_has_not_all() -> None:
    seen: set[int] = set()

    async def test() -> None:
        async with processes(2) as decoders:
            greedy = [asyncio.create_task(run(decoders, HARD, hard(), 1)) for _ in range(4)]
            await until(lambda: decoders.pid and list(descendants(decoders.pid)))
            assert (await run(decoders, EASY, b"ok", 2))[1] == b"ok", "another account is served"
            for _ in range(20):
                assert decoders.pid is not None
                seen.add(len(list(descendants(decoders.pid))))
                await let_pass_here(0.02)
            for task in greedy:
                task.cancel()
            await asyncio.gather(*greedy, return_exceptions=True)

    check(test)
    assert max(seen) == 1


def test_who_waits_too_long_is_told() -> None:
    async def test() -> None:
        async with processes(1, patience=0.1) as decoders:
            first = asyncio.create_task(run(decoders, HARD, hard()))
            await until(lambda: decoders.working)
            with pytest.raises(ConversionPostponed, match="waiting"):
                await works(decoders)
            first.cancel()
            await asyncio.gather(first, return_exceptions=True)

    check(test)


def test_without_work_there_is_no_process() -> None:
    async def test() -> None:
        async with processes(idle=0.05) as decoders:
            assert decoders.pid is None, "none before the first conversion"
            await works(decoders)
            await until(lambda: decoders.pid is None)
            await works(decoders)

    check(test)


def test_the_decoders_end_with_the_server() -> None:
    async def test() -> None:
        async with processes() as decoders:
            waiting = asyncio.create_task(run(decoders, HARD, hard()))
            await until(lambda: decoders.pid and list(descendants(decoders.pid)))
            assert decoders.pid is not None
            pids = [decoders.pid, *descendants(decoders.pid)]
            await decoders.close()
            await until(lambda: not any(Path(f"/proc/{pid}/exe").exists() for pid in pids))
            await asyncio.gather(waiting, return_exceptions=True)

    check(test)


def test_nothing_of_the_server_is_in_the_nursery(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEMONADE_TEST_SECRET", "lemon")

    async def test() -> None:
        async with processes() as decoders:
            await works(decoders)
            folder = Path(f"/proc/{decoders.pid}")
            assert b"LEMONADE" not in (folder / "environ").read_bytes()
            kinds = {os.readlink(each).partition(":")[0] for each in (folder / "fd").iterdir()}
            ours = {os.readlink(f"/proc/self/fd/{end}") for end in (2,)}
            assert kinds <= {"/dev/null", "socket", "pipe", "anon_inode"} | {
                each.partition(":")[0] for each in ours
            }
            assert "django" not in (folder / "maps").read_text()

    check(test)


CONFINED = """
import os, resource, socket, sys
from lemonade_server.convert.sandbox import SandboxLimits, confine
secret = os.open(__file__ if "__file__" in globals() else "/etc/passwd", os.O_RDONLY)
kept = os.dup(2)
confine(SandboxLimits(), [kept], os.getppid())
said = []
try:
    os.fstat(secret)
except OSError:
    said.append("closed")
try:
    open("/etc/passwd")
except PermissionError:
    said.append("no files")
try:
    open("/tmp/lemonade-confined", "w")
except PermissionError:
    said.append("no new ones")
try:
    bytearray(2_000_000_000)
except MemoryError:
    said.append("memory")
def refused(act):
    try:
        act()
    except PermissionError:
        return "refused"
    except OSError as error:
        return type(error).__name__
    return "done"
said.append(refused(lambda: socket.create_connection(("127.0.0.1", 9))))
said.append(refused(lambda: os.kill(os.getppid(), 0)))
said.append(str(resource.getrlimit(resource.RLIMIT_CPU)))
os.write(kept, ",".join(said).encode())
"""


def landlock() -> int:
    """The version of Landlock that the kernel has; 0 for none."""
    probe = "import ctypes, sys; sys.exit(max(0, ctypes.CDLL(None).syscall(444, None, 0, 1)))"
    return subprocess.run([sys.executable, "-c", probe], check=False).returncode


def test_who_comes_too_late_to_die_with_its_parent_does_not_begin() -> None:
    """The parent may be killed before its child has said that it wants to hear of it."""
    code = (
        "import os; from lemonade_server.convert.sandbox import SandboxLimits, confine; "
        "gone = os.getppid() + 1; confine(SandboxLimits(), [], gone)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert done.returncode == 1


@pytest.mark.skipif(not landlock(), reason="this kernel has no Landlock")
def test_a_confined_process_reaches_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", CONFINED], capture_output=True, check=True)
    network = "refused" if landlock() >= 4 else "ConnectionRefusedError"
    signals = "refused" if landlock() >= 6 else "done"
    wanted = f"closed,no files,no new ones,memory,{network},{signals},(20, 21)"
    assert done.stderr.decode() == wanted


def test_the_fork_server_knows_no_django() -> None:
    code = (
        "import sys, lemonade_server.convert.fork_server as n; n.preload.everything();"
        "sys.exit('django' in sys.modules or 'lemonade_server.store' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
