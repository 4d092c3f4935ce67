"""Hints between processes, and the poll that makes lost ones good."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.db import OperationalError

from lemonade_server.store import hint_transport, hints, mailboxes
from lemonade_server.store.db import Database, transaction
from lemonade_server.store.errors import StoreFull
from lemonade_server.store.hint_transport import Datagrams
from lemonade_server.store.ids import LAST_MODSEQ, AccountId, MailboxId, Modseq

from .conftest import put

SENDER = """
import sys
from pathlib import Path
import django
django.setup()
from lemonade_server.store.hint_transport import Datagrams
Datagrams(Path(sys.argv[1])).send({7: 912, 8: 1})
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """One of a short name, in which the sockets themselves are, however long the tests' own are."""
    with TemporaryDirectory(prefix="hints-", dir="/tmp", ignore_cleanup_errors=True) as name:
        yield Path(name)


def heard_by(run: Callable[[], Awaitable[None]], folder: Path) -> list[dict[MailboxId, Modseq]]:
    found: list[dict[MailboxId, Modseq]] = []

    async def main() -> None:
        stop = Datagrams(folder).listen(found.append)
        await run()
        while not found:
            await asyncio.sleep(0.01)
        stop()

    asyncio.run(asyncio.wait_for(main(), 60))
    return found


def test_another_process_is_heard(folder: Path) -> None:
    async def run() -> None:
        await asyncio.to_thread(
            subprocess.run, [sys.executable, "-c", SENDER, str(folder)], check=True
        )

    assert heard_by(run, folder) == [{7: 912, 8: 1}]
    assert list(folder.iterdir()) == []


def test_many_hints_and_strange_datagrams(folder: Path) -> None:
    many = {MailboxId(n): Modseq(n) for n in range(1000)}

    async def run() -> None:
        (path,) = folder.iterdir()
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as stranger:
            for data in (b"", b"[[1]]", b"\xff", b"{}", b"[[1, null]]"):
                stranger.sendto(data, str(path))
        Datagrams(folder).send(many)

    found: dict[MailboxId, Modseq] = {}
    for each in heard_by(run, folder):
        found.update(each)
    assert found == many


def test_sockets_of_dead_processes_are_removed(folder: Path) -> None:
    dead = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    dead.bind(str(folder / "dead"))
    dead.close()
    sender = Datagrams(folder)
    sender.send({MailboxId(1): Modseq(1)})
    assert list(folder.iterdir()) == []
    folder.rmdir()
    sender.send({MailboxId(1): Modseq(1)})


def test_a_long_path_still_fits_a_socket(tmp_path: Path) -> None:
    folder = tmp_path / ("long" * 30)

    async def run() -> None:
        Datagrams(folder).send({MailboxId(1): Modseq(2)})

    assert heard_by(run, folder) == [{1: 2}]


def test_a_lost_hint_costs_one_poll(
    account: AccountId, inbox: MailboxId, sent: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[MailboxId, Modseq]] = []
    monkeypatch.setattr(hints, "publish", lambda changes: None)

    def change() -> None:
        put(inbox)
        with transaction() as tx:
            mailboxes.delete(tx, account, "Sent")

    async def main() -> None:
        db = Database()
        db.start()
        heard = hints.Hints()
        heard.start(db.read, every=0.05)
        for mailbox in (inbox, sent):
            heard.watch(mailbox, lambda number, modseq: seen.append((number, modseq)))
        while sorted(seen) != [(inbox, 1), (sent, 1)]:
            await asyncio.sleep(0.01)
        seen.clear()
        await db.run(change)
        while len(seen) < 2:
            await asyncio.sleep(0.01)
        heard.close()
        await db.close()

    asyncio.run(asyncio.wait_for(main(), 60))
    assert sorted(seen) == [(inbox, 2), (sent, LAST_MODSEQ)]


def test_the_poll_goes_on_after_reads_that_failed() -> None:
    seen: list[tuple[MailboxId, Modseq]] = []
    failures: list[Exception] = [OperationalError("away"), StoreFull()]

    async def read(job: object) -> list[tuple[int, int]]:
        if failures:
            raise failures.pop()
        return [(7, 912)]

    async def main() -> None:
        heard = hints.Hints()
        heard.watch(MailboxId(7), lambda number, modseq: seen.append((number, modseq)))
        heard.start(read, every=0.01)
        while not seen:
            await asyncio.sleep(0.01)
        heard.close()

    asyncio.run(asyncio.wait_for(main(), 60))
    assert seen[0] == (7, 912) and not failures


def test_redis_is_used_when_it_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("redis")
    chosen = hint_transport._transport("redis://127.0.0.1:1/0", tmp_path)
    assert isinstance(chosen, hint_transport.RedisChannel)
    chosen.send({MailboxId(1): Modseq(1)})  # nobody there: logged, not raised
