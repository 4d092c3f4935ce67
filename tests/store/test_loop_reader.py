"""Reads in the event loop: what is short is answered there, and nothing there waits for long."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from django.db import connection

from lemonade_server.store import loop_reader as module
from lemonade_server.store import mailboxes as boxes
from lemonade_server.store import vendor
from lemonade_server.store.db import Database, Tx, transaction
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.loop_reader import Elsewhere, LoopReader
from lemonade_server.store.precedence import Precedence
from lemonade_server.store.sqlite import turns
from lemonade_server.store.sqlite.turn_queue import queue_of

from .conftest import put

T = TypeVar("T")

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="a server is never asked from the event loop"
)

FOREVER = (
    "WITH RECURSIVE n (x) AS (VALUES (1) UNION ALL SELECT x + 1 FROM n WHERE x < {})"
    " SELECT COUNT(*) FROM n"
)


@pytest.fixture(autouse=True)
def _unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy this machine and its disk are."""
    monkeypatch.setattr(module, "BUDGET", 10.0)
    monkeypatch.setattr(module, "COLD", 0.0)


def with_reader(run: Callable[[Database, LoopReader], Awaitable[T]]) -> T:
    async def main() -> T:
        db = Database()
        db.start()
        try:
            await db.read(lambda tx: tx.value("SELECT 1"))  # opens it
            assert db._loop_reader is not None
            return await run(db, db._loop_reader)
        finally:
            await db.close()

    return asyncio.run(main())


def thread_of(_: Tx) -> str:
    return threading.current_thread().name


def test_a_short_read_needs_no_thread_and_sees_what_was_written(inbox: MailboxId) -> None:
    async def run(db: Database, _: LoopReader) -> None:
        assert await db.read(thread_of) == threading.current_thread().name
        before = db.version()
        assert before == db.version()
        modseq = await db.write(lambda tx: boxes.next_modseq(tx, inbox)[0])
        found = await db.read(lambda tx: boxes.get(tx, inbox))
        assert found is not None
        assert found.modseq == modseq
        assert db.version() != before

    with_reader(run)


def test_it_reads_beside_a_writer_and_a_checkpoint(inbox: MailboxId) -> None:
    """Another connection has written and not committed, then writes its log back."""

    async def run(db: Database, near: LoopReader) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            with transaction() as tx:
                boxes.next_modseq(tx, inbox)
                begun.set()
                assert go_on.wait(60)
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()

        holding = asyncio.create_task(asyncio.to_thread(hold))
        await asyncio.to_thread(begun.wait, 30)
        assert near.run(lambda tx: boxes.get(tx, inbox)).modseq == 1  # type: ignore[union-attr]
        go_on.set()
        await holding
        assert near.run(lambda tx: boxes.get(tx, inbox)).modseq == 2  # type: ignore[union-attr]

    with_reader(run)


def test_what_takes_long_is_stopped_and_done_by_a_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUDGET", 0.004)

    async def run(db: Database, near: LoopReader) -> None:
        with pytest.raises(Elsewhere):
            near.run(lambda tx: tx.value(FOREVER.format(10**12)))
        job = FOREVER.format(300_000)
        ran_in: list[str] = []

        def count(tx: Tx) -> int:
            ran_in.append(thread_of(tx))
            return int(tx.value(job))

        assert await db.read(count) == 300_000
        assert ran_in[-1].startswith("reader-")
        monkeypatch.setattr(module, "BUDGET", 10.0)
        assert await db.read(thread_of) == threading.current_thread().name

    with_reader(run)


def test_a_read_that_ends_late_leaves_no_transaction_open(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is read in it later would be of that moment, and nobody would hear of changes."""
    monkeypatch.setattr(module, "STEPS", 1)

    async def run(db: Database, near: LoopReader) -> None:
        def late(tx: Tx) -> int:
            found = int(tx.value("SELECT 1"))
            near._end = 0.0  # the clock has run out since
            return found

        assert near.run(late) == 1
        assert near._wrapper is not None
        assert not near._wrapper.connection.in_transaction
        before = db.version()
        modseq = await db.write(lambda tx: boxes.next_modseq(tx, inbox)[0])
        assert db.version() not in (None, before)
        assert near.run(lambda tx: boxes.get(tx, inbox)).modseq == modseq  # type: ignore[union-attr]

    with_reader(run)


def test_what_is_left_open_all_the_same_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("interrupted")

    async def run(db: Database, near: LoopReader) -> None:
        with monkeypatch.context() as broken:
            broken.setattr(vendor, "end_snapshot", fail)
            with pytest.raises(Elsewhere):
                near.run(lambda tx: tx.value("SELECT 1"))
        assert db.version() is None
        near._tried_at = float("-inf")
        assert (await db.read(thread_of)).startswith("reader-")
        assert await db.read(thread_of) == threading.current_thread().name

    with_reader(run)


def test_once_the_disk_was_waited_for_threads_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "COLD", 60.0)

    async def run(db: Database, near: LoopReader) -> None:
        near._waits -= 1  # as if a page had come from the disk since
        await db.read(thread_of)
        assert (await db.read(thread_of)).startswith("reader-")

    with_reader(run)


def test_files_are_left_to_threads(inbox: MailboxId) -> None:
    def fetch(tx: Tx) -> str:
        tx.before_waiting()
        return thread_of(tx)

    async def run(db: Database, _: LoopReader) -> None:
        assert (await db.read(fetch)).startswith("reader-")

    with_reader(run)


def test_what_a_job_raises_is_raised(inbox: MailboxId) -> None:
    async def run(db: Database, near: LoopReader) -> None:
        with pytest.raises(ZeroDivisionError):
            near.run(lambda tx: 1 / 0)
        with pytest.raises(Elsewhere):  # a thread says what is wrong
            near.run(lambda tx: tx.execute("DELETE FROM mailbox"))
        assert near.run(lambda tx: boxes.get(tx, inbox)) is not None

    with_reader(run)


def test_a_lost_connection_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run(db: Database, near: LoopReader) -> None:
        before = db.version()
        near.close()
        assert db.version() is None
        assert (await db.read(thread_of)).startswith("reader-")
        near._tried_at = float("-inf")
        await db.read(thread_of)
        assert await db.read(thread_of) == threading.current_thread().name
        assert db.version() != before

    with_reader(run)


def test_a_pipelined_burst_lets_others_have_their_turn() -> None:
    async def run(db: Database, _: LoopReader) -> None:
        turns = 0

        async def other() -> None:
            nonlocal turns
            while True:
                turns += 1
                await asyncio.sleep(0)

        beside = asyncio.create_task(other())
        for _number in range(10 * module.IN_A_ROW):
            await db.read(lambda tx: tx.value("SELECT 1"))
        beside.cancel()
        assert turns >= 9

    with_reader(run)


def test_the_loop_lets_a_group_of_writing_jobs_pass_once() -> None:
    precedence = Precedence()
    precedence.let_pass()
    order: list[str] = []
    entered = threading.Event()
    go_on = threading.Event()

    def write() -> None:
        with precedence:
            entered.set()
            go_on.wait(60)
            order.append("written")

    writer = threading.Thread(target=write)
    writer.start()
    assert entered.wait(60)
    precedence.let_pass()  # waits in vain, for a moment
    order.append("read")
    precedence.let_pass()  # the same group: not again
    assert precedence._waited_for == precedence._group
    go_on.set()
    writer.join(60)
    assert order == ["read", "written"]


def test_a_group_takes_those_who_came_while_it_waited_for_its_turn(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small ones are prepared then, outside of the transaction; what is large begins the next."""
    monkeypatch.setattr(turns, "PATIENCE", 30.0)
    prepared: list[tuple[str, bool]] = []

    def preparation(name: str) -> Callable[[], str]:
        def prepare() -> str:
            prepared.append((name, connection.in_atomic_block))
            return name

        return prepare

    async def run(db: Database, _: LoopReader) -> list[int]:
        commits: list[int] = []
        holding, go_on = threading.Event(), threading.Event()

        def hold() -> None:
            with transaction() as tx:
                boxes.next_modseq(tx, inbox)
                holding.set()
                assert go_on.wait(60)
            connection.close()

        def job(tx: Tx, name: str) -> None:
            tx.execute("UPDATE mailbox SET keywords = %s WHERE id = %s", (name, inbox))

        def changed(tx: Tx) -> None:
            tx.after_commit(lambda: commits.append(1))

        other = asyncio.create_task(asyncio.to_thread(hold))
        await asyncio.to_thread(holding.wait, 30)
        tasks = [asyncio.create_task(db.write(changed))]
        while not is_waiting():
            await asyncio.sleep(0.001)
        tasks += [
            asyncio.create_task(db.write_prepared(preparation("small"), job, 1_000)),
            asyncio.create_task(db.write_prepared(preparation("large"), job, 100_000)),
            asyncio.create_task(db.write(changed)),
        ]
        await asyncio.sleep(0)
        go_on.set()
        await asyncio.gather(other, *tasks)
        return commits

    assert with_reader(run) == [1, 1]
    assert prepared == [("small", False), ("large", False)]


def is_waiting() -> bool:
    """Whether a thread waits for another one's turn to end."""
    return len(queue_of(Path(connection.settings_dict["NAME"]))) > 0


def test_fifty_who_search_everything_keep_nobody_from_reading_and_writing(
    inbox: MailboxId,
) -> None:
    async def run(db: Database, _: LoopReader) -> list[int]:
        go_on = threading.Event()

        def search(tx: Tx) -> int:
            assert go_on.wait(60)
            return int(tx.value(FOREVER.format(1_000)))

        searches = [asyncio.create_task(db.read_long(search)) for _ in range(50)]
        await asyncio.sleep(0)
        assert await db.write(lambda tx: boxes.next_modseq(tx, inbox)[0]) == 2
        found = await db.read(lambda tx: boxes.get(tx, inbox))
        assert found is not None
        assert found.modseq == 2
        assert not any(search.done() for search in searches)
        go_on.set()
        return await asyncio.gather(*searches)

    assert with_reader(run) == [1_000] * 50


def test_a_database_that_vanishes_inside_a_group_is_said_to_all_and_found_again(
    inbox: MailboxId,
) -> None:
    def vanish(_: Tx) -> None:
        connection.connection.close()

    async def run(db: Database, _: LoopReader) -> list[object]:
        jobs = [lambda tx: boxes.next_modseq(tx, inbox)[0], vanish]
        lost: list[object] = list(
            await asyncio.gather(*[db.write(job) for job in jobs], return_exceptions=True)
        )
        assert await db.write(lambda tx: boxes.next_modseq(tx, inbox)[0]) >= 2
        assert await db.read(lambda tx: boxes.get(tx, inbox)) is not None
        return lost

    assert any(isinstance(one, Exception) for one in with_reader(run))


def test_a_full_read_of_a_mailbox_is_the_same_wherever_it_is_done(inbox: MailboxId) -> None:
    for _ in range(3):
        put(inbox)

    async def run(db: Database, near: LoopReader) -> None:
        here = await db.read(lambda tx: tx.rows("SELECT uid, size FROM message"))
        near.close()
        assert here == await db.read(lambda tx: tx.rows("SELECT uid, size FROM message"))

    with_reader(run)
