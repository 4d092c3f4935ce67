"""Group commit, savepoints, hints after the commit, and a full disk."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

import pytest
from django.db import IntegrityError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

from lemonade_server.store import group_commit, hints, ingest, messages
from lemonade_server.store import mailboxes as boxes
from lemonade_server.store.db import Database, Tx, snapshot, transaction
from lemonade_server.store.errors import Impossible, StoreFull
from lemonade_server.store.ids import MailboxId, Modseq
from lemonade_server.store.thread_pool import Job, Outcome

from .conftest import message, put, row

T = TypeVar("T")


def add(mailbox: MailboxId) -> Callable[[Tx], Modseq]:
    def job(tx: Tx) -> Modseq:
        modseq, _ = boxes.next_modseq(tx, mailbox)
        tx.hint(mailbox, modseq)
        return modseq

    return job


def with_database(run: Callable[[Database], Awaitable[T]]) -> T:
    async def main() -> T:
        db = Database()
        db.start()
        try:
            return await run(db)
        finally:
            await db.close()

    return asyncio.run(main())


def test_waiting_jobs_share_commits(inbox: MailboxId, monkeypatch: pytest.MonkeyPatch) -> None:
    groups: list[int] = []
    together = group_commit._together

    def noted(jobs: Sequence[Job], order: group_commit.Order) -> list[Outcome]:
        groups.append(len(jobs))
        return together(jobs, order)

    monkeypatch.setattr(group_commit, "_together", noted)

    async def run(db: Database) -> list[Modseq]:
        return await asyncio.gather(*[db.write(add(inbox)) for _ in range(300)])

    assert sorted(with_database(run)) == list(range(2, 302))
    assert row(inbox).modseq == 301
    assert max(groups) > 10


@pytest.mark.parametrize(("octets", "thread"), [(1_000_000, "files-"), (1_000, "writer-")])
def test_what_was_prepared_is_written_by_the_writer(
    inbox: MailboxId, octets: int, thread: str
) -> None:
    """Much is prepared beside the writer, little by itself, in no transaction."""

    def prepare(number: int) -> tuple[int, str]:
        if number == 2:
            raise Impossible("too large")
        assert not connection.in_atomic_block
        return number, threading.current_thread().name

    def job(tx: Tx, prepared: tuple[int, str]) -> tuple[int, str, str]:
        boxes.next_modseq(tx, inbox)
        return (*prepared, threading.current_thread().name)

    async def run(db: Database) -> list[tuple[int, str, str] | BaseException]:
        waiting = [db.write_prepared(partial(prepare, number), job, octets) for number in range(4)]
        return await asyncio.gather(*waiting, return_exceptions=True)

    found = with_database(run)
    assert isinstance(found.pop(2), Impossible)
    done = [one for one in found if not isinstance(one, BaseException)]
    assert [number for number, _, _ in done] == [0, 1, 3]
    assert all(first.startswith(thread) and then.startswith("writer-") for _, first, then in done)
    assert row(inbox).modseq == 4


def test_one_that_fails_does_not_spoil_the_others(inbox: MailboxId) -> None:
    def refuse(tx: Tx) -> None:
        boxes.next_modseq(tx, inbox)
        raise Impossible("never mind")

    def break_a_rule(tx: Tx) -> None:
        boxes.next_modseq(tx, inbox)
        tx.execute("INSERT INTO domain (name) VALUES (NULL)")

    async def run(db: Database) -> list[object]:
        jobs = [refuse if n == 3 else break_a_rule if n == 5 else add(inbox) for n in range(8)]
        return await asyncio.gather(*map(db.write, jobs), return_exceptions=True)

    found = with_database(run)
    assert [type(each) for each in found] == [
        int,
        int,
        int,
        Impossible,
        int,
        IntegrityError,
        int,
        int,
    ]
    assert row(inbox).modseq == 7


def test_savepoints_are_for_groups_in_which_one_has_written_and_failed(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    in_one = group_commit._in_one

    def noted(
        wrapper: BaseDatabaseWrapper,
        jobs: Sequence[Job],
        run: group_commit.Run,
        order: group_commit.Order,
    ) -> list[Outcome]:
        runs.append(run.__name__)
        return in_one(wrapper, jobs, run, order)

    monkeypatch.setattr(group_commit, "_in_one", noted)

    def refuse(tx: Tx) -> None:
        raise Impossible("there is no such mailbox")

    def refuse_late(tx: Tx) -> None:
        boxes.next_modseq(tx, inbox)
        raise Impossible("the quota is used up")

    found = group_commit.write_group([add(inbox), refuse, add(inbox)])
    assert [type(error) for _, error in found] == [type(None), Impossible, type(None)]
    assert runs == ["_bare"]
    found = group_commit.write_group([add(inbox), refuse_late, add(inbox)])
    assert [type(error) for _, error in found] == [type(None), Impossible, type(None)]
    assert runs == ["_bare", "_bare", "_run_in_savepoint"]
    assert row(inbox).modseq == 5


def test_what_is_answered_is_committed_and_hinted_after(inbox: MailboxId) -> None:
    seen: list[Modseq] = []

    async def run(db: Database) -> None:
        heard = hints.Hints()
        heard.start(db.read, every=60)
        unwatch = heard.watch(inbox, lambda mailbox, modseq: seen.append(modseq))
        assert await db.write(add(inbox)) == 2
        assert seen == [2]
        assert await db.read(
            lambda tx: tx.rows("SELECT modseq FROM mailbox WHERE id = %s", [inbox])
        ) == [(2,)]
        unwatch()
        await db.write(add(inbox))
        await asyncio.sleep(0)
        heard.close()

    with_database(run)
    assert seen == [2]


def test_nothing_is_hinted_after_a_rollback(
    inbox: MailboxId, monkeypatch: pytest.MonkeyPatch
) -> None:
    published: list[object] = []
    monkeypatch.setattr(hints, "publish", published.append)
    jobs: list[str] = []
    with pytest.raises(Impossible), transaction() as tx:
        add(inbox)(tx)
        tx.after_commit(lambda: jobs.append("outer"))
        raise Impossible("back")
    with transaction() as tx:
        add(inbox)(tx)
        with pytest.raises(Impossible), transaction() as inner:
            inner.after_commit(lambda: jobs.append("inner, undone"))
            raise Impossible("back")
        with transaction() as inner:
            inner.after_commit(lambda: jobs.append("inner"))
        assert (published, jobs) == ([], [])
        tx.after_commit(lambda: jobs.append("outer"))
    assert published == [{inbox: 2}]
    assert jobs == ["inner", "outer"]


def test_a_failing_job_after_the_commit_hides_nothing(inbox: MailboxId) -> None:
    jobs: list[str] = []
    with transaction() as tx:
        tx.after_commit(lambda: 1 / 0)  # type: ignore[arg-type]
        tx.after_commit(lambda: jobs.append("next"))
    assert jobs == ["next"]


def test_a_snapshot_sees_one_state(inbox: MailboxId) -> None:
    with snapshot() as tx:
        assert boxes.get(tx, inbox).modseq == 1  # type: ignore[union-attr]
        other = threading.Thread(target=put_and_close, args=(inbox,))
        other.start()
        other.join()
        assert boxes.get(tx, inbox).modseq == 1  # type: ignore[union-attr]
        with snapshot() as inner:
            assert list(messages.uids(inner, inbox)) == []
    assert row(inbox).modseq == 2


def put_and_close(inbox: MailboxId) -> None:
    put(inbox)
    connection.close()


def test_a_cancelled_waiter_disturbs_nobody(inbox: MailboxId) -> None:
    async def run(db: Database) -> Modseq:
        waiting = [asyncio.create_task(db.write(add(inbox))) for _ in range(20)]
        await asyncio.sleep(0)
        for task in waiting[::2]:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        return await db.write(add(inbox))

    assert with_database(run) == row(inbox).modseq


@pytest.mark.skipif(connection.vendor != "sqlite", reason="fills an SQLite file")
def test_a_full_disk_is_said_and_nothing_is_half_written(inbox: MailboxId) -> None:
    prepared = [ingest.prepare(message(f"m{n}", "x" * 50_000)) for n in range(40)]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # or rows that are gone have left room

    def fill(tx: Tx, number: int) -> int:
        pages = tx.value("PRAGMA page_count")
        tx.value(f"PRAGMA max_page_count = {pages + 30}") if number == 0 else None
        content = ingest.commit(tx, prepared[number])
        return messages.append(tx, inbox, content, 0, [], 0, 0)

    async def run(db: Database) -> list[object]:
        jobs = [db.write(lambda tx, n=n: fill(tx, n)) for n in range(40)]  # type: ignore[misc]
        found: list[object] = list(await asyncio.gather(*jobs, return_exceptions=True))
        await db.write(lambda tx: tx.value("PRAGMA max_page_count = 1000000"))
        return found

    found = with_database(run)
    stored = [each for each in found if isinstance(each, int)]
    full = [each for each in found if isinstance(each, StoreFull)]
    assert stored
    assert full
    assert len(stored) + len(full) == 40
    assert row(inbox).messages == len(stored)
    put(inbox)


def test_a_part_fails_for_itself(inbox: MailboxId) -> None:
    done: list[str] = []
    with transaction() as tx:
        with tx.savepoint() as inner:
            boxes.next_modseq(inner, inbox)
            inner.hint(inbox, Modseq(2))
            with inner.savepoint() as innermost:
                boxes.next_modseq(innermost, inbox)
        with pytest.raises(Impossible), tx.savepoint() as inner:
            boxes.next_modseq(inner, inbox)
            inner.hint(inbox, Modseq(9))
            inner.after_commit(lambda: done.append("never"))
            raise Impossible("never mind")
        with pytest.raises(IntegrityError), tx.savepoint() as inner:
            inner.row_count("INSERT INTO domain (name) VALUES (NULL)")
        with tx.savepoint() as inner:
            inner.after_commit(lambda: done.append("told"))
        assert tx.hinted == {inbox: 2}
        assert done == []
    assert row(inbox).modseq == 3
    assert done == ["told"]
