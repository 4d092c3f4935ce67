"""Writers of several processes take turns, and nobody's turn outlives its process."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db import transaction as django_transaction

from lemonade_server.models import Domain
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.group_commit import write_group
from lemonade_server.store.ids import MailboxId
from lemonade_server.store.sqlite import turn_queue, turns
from lemonade_server.store.sqlite.base import DatabaseWrapper
from lemonade_server.store.sqlite.turn_queue import queue_of
from lemonade_server.store.sqlite.turns import WritingTurn
from tests.patience import let_pass

from .conftest import put, row
from .test_database import add
from .test_processes import environment

pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL has more than one writer"
)

PATIENCE = 60.0

HOLDER = """
import sys, time
import django
django.setup()
from pathlib import Path
from django.db import connection
from lemonade_server.models import Domain
from lemonade_server.store.db import transaction
from lemonade_server.store.sqlite.turns import WritingTurn

if sys.argv[1] == "transaction":
    with transaction():
        Domain.objects.create(name="half.test")
        print("written", flush=True)
        time.sleep(60)
turn = WritingTurn(Path(connection.settings_dict["NAME"]))
turn.take()
print(turn.is_held, flush=True)
time.sleep(60)
"""


ASKER = """
import sys
from pathlib import Path
from lemonade_server.store.sqlite import turn_queue, turns

turns.PATIENCE = 30.0
with turns.WritingTurn(Path(sys.argv[1])) as turn:
    print("had it", flush=True)
"""


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "some.sqlite3"


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "PATIENCE", PATIENCE)


def own_turn() -> WritingTurn:
    """That of this thread's connection."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    assert isinstance(wrapper, DatabaseWrapper)
    assert wrapper.turn is not None
    return wrapper.turn


def is_free() -> bool:
    """Whether somebody else could have the turn at once."""
    other = WritingTurn(Path(connection.settings_dict["NAME"]))
    other._waits_again = float("inf")
    other.take()
    return other.is_held


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


@contextmanager
def holder(kind: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has the turn, alone or with a transaction."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, kind],
        env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() in ("True\n", "written\n")
        yield process
    finally:
        process.kill()
        process.communicate()


def test_who_waits_comes_before_who_has_just_written(database: Path, patient: None) -> None:
    """However fast the other one asks again."""
    order: list[str] = []
    first, second = WritingTurn(database), WritingTurn(database)
    first.take()

    def wait() -> None:
        second.take()
        order.append("second")
        second.give_back()

    waiting = threading.Thread(target=wait)
    waiting.start()
    wait_for(lambda: len(queue_of(database)) == 1)
    first.give_back()
    first.take()
    order.append("first")
    waiting.join(PATIENCE)
    assert order == ["second", "first"]


def test_another_process_that_waits_comes_before_who_has_just_written(
    database: Path, patient: None
) -> None:
    first = WritingTurn(database)
    first.take()
    with asker(database) as process:
        wait_for(lambda: has_next(database))
        first.give_back()
        first.take()
        assert process.stdout is not None
        assert process.stdout.readline() == "had it\n"


def test_threads_that_wait_for_their_own_process_ask_no_other(
    database: Path, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each look would take the interpreter from the one that writes."""
    asked: list[int] = []
    lock = turns._lock

    def count_looks(file: int, end: float) -> bool:
        asked.append(file)
        return lock(file, end)

    monkeypatch.setattr(turns, "_lock", count_looks)
    first = WritingTurn(database)
    first.take()
    had: list[int] = []

    def work(number: int) -> None:
        with WritingTurn(database):
            had.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
    for count, thread in enumerate(threads, 1):
        thread.start()
        wait_for(partial(is_length, database, count))
    assert len(asked) == 2
    first.give_back()
    for thread in threads:
        thread.join(PATIENCE)
    assert had == [0, 1, 2, 3, 4]
    assert len(asked) == 12


def is_length(database: Path, count: int) -> bool:
    return len(queue_of(database)) == count


def test_who_gives_up_leaves_the_queue(database: Path) -> None:
    queue = queue_of(database)
    assert queue.enter(0)
    assert not queue.enter(0.001)
    assert len(queue) == 0
    queue.leave()
    assert queue.enter(0)
    queue.leave()


def has_next(database: Path) -> bool:
    """Whether another process waits."""
    turn = WritingTurn(database)
    turn._open()
    free = turns._lock(turn._files[1], 0)
    turn.close()
    return not free


@contextmanager
def asker(database: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that takes the turn, says so and gives it back."""
    process = subprocess.Popen(
        [sys.executable, "-c", ASKER, str(database)],
        env=environment(), stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_turn_that_is_collected_while_somebody_comes_is_free(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue = queue_of(database)
    assert queue.enter(0)

    def collecting_lock() -> threading.Lock:
        monkeypatch.undo()
        queue.leave()  # as the end of a turn that garbage has held
        return threading.Lock()

    monkeypatch.setattr(turn_queue, "Lock", collecting_lock)
    assert queue.enter(PATIENCE)
    assert len(queue) == 0
    queue.leave()


def test_many_threads_that_come_and_give_up_keep_nobody_out(database: Path) -> None:
    """One at a time has its time, nobody is forgotten, and in the end it is free."""
    queue, inside, most = queue_of(database), 0, 0
    assert queue.enter(0)
    missed = threading.Barrier(9, timeout=PATIENCE)

    def come_and_go(seed: int) -> None:
        nonlocal inside, most
        dice = random.Random(seed)
        assert not queue.enter(0.001)
        missed.wait()
        for _ in range(100):
            if queue.enter(dice.choice((0, 0.0001, PATIENCE))):
                inside += 1
                most = max(most, inside)
                time.sleep(0)  # lets another thread run
                inside -= 1
                queue.leave()

    threads = [threading.Thread(target=come_and_go, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    missed.wait()
    queue.leave()
    for thread in threads:
        thread.join(2 * PATIENCE)
        assert not thread.is_alive()
    assert (most, len(queue)) == (1, 0)
    assert queue.enter(0)
    queue.leave()


def test_each_has_its_share(database: Path, patient: None) -> None:
    """Four that always want to write: while all do, none is left behind by far."""
    rounds, names = 50, "abcd"
    held: list[str] = []
    ready = threading.Barrier(len(names))

    def work(name: str) -> None:
        turn = WritingTurn(database)
        ready.wait(PATIENCE)
        for _ in range(rounds):
            turn.take()
            held.append(name)
            let_pass(0.001)  # as a commit, which waits for the disk
            turn.give_back()

    threads = [threading.Thread(target=work, args=(name,)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(held) == rounds * len(names)
    ended = min(len(held) - held[::-1].index(name) for name in names)
    assert min(held[:ended].count(name) for name in names) > rounds / 4


def test_the_turn_of_a_killed_process_is_free(inbox: MailboxId, patient: None) -> None:
    with holder("transaction") as process:
        assert not is_free()
        process.kill()
        process.wait()
        with transaction():
            assert own_turn().is_held
    put(inbox)
    assert row(inbox).messages == 1
    assert not Domain.objects.filter(name="half.test").exists()


def test_others_go_on_where_one_hangs(inbox: MailboxId) -> None:
    """It has the turn and has not begun to write: nobody needs to wait for it for long."""
    with holder("turn") as process:
        process.send_signal(signal.SIGSTOP)
        put(inbox)
        assert not own_turn().is_held
        assert own_turn()._waits_again > time.monotonic()
        put(inbox)
        assert row(inbox).messages == 2
        process.kill()
        process.wait()
        with transaction():
            assert own_turn().is_held


def test_a_transaction_holds_it_from_begin_to_end(inbox: MailboxId) -> None:
    with transaction():
        assert own_turn().is_held
        with transaction():
            assert not is_free()
        assert not is_free()
    assert is_free()
    with pytest.raises(KeyError), transaction():
        raise KeyError
    assert is_free()
    with snapshot():
        assert is_free()
    with django_transaction.atomic():
        assert not is_free()
    assert is_free()


def test_a_group_holds_it_once_and_whatever_fails_gives_it_back(inbox: MailboxId) -> None:
    taken: list[bool] = []

    def vanish(_: object) -> None:
        """As a database does whose disk has gone."""
        connection.connection.close()

    def look(_: object) -> None:
        taken.append(is_free())

    for bad in (vanish, lambda tx: 1 / 0, lambda tx: tx.execute("INSERT INTO nowhere VALUES (1)")):
        write_group([add(inbox), look, bad, look])
        assert is_free()
        connection.close()
    assert taken
    assert not any(taken)
    assert write_group([add(inbox)])[0][1] is None


def test_a_transaction_that_cannot_begin_gives_it_back(inbox: MailboxId) -> None:
    other = connections[DEFAULT_DB_ALIAS].copy()
    other.settings_dict["OPTIONS"] = {**other.settings_dict["OPTIONS"], "timeout": 0}
    with transaction():
        own_turn().give_back()  # as somebody who writes without
        other.ensure_connection()
        with pytest.raises(DatabaseError):
            other.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        assert is_free()
    other.close()


def test_a_connection_that_is_closed_in_a_transaction_gives_it_back(inbox: MailboxId) -> None:
    with pytest.raises(DatabaseError), transaction() as tx:
        connection.close()
        assert is_free()
        tx.execute("DELETE FROM domain")
    connection.close()
    put(inbox)


def in_a_child(job: Callable[[], bytes]) -> bytes:
    """What a fork says, which ends without the habits of its parent."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        said = b"failed"
        try:
            said = job()
        finally:
            os.write(writing, said)
            os._exit(0)
    os.waitpid(child, 0)
    try:
        return os.read(reading, 16)
    finally:
        os.close(reading)
        os.close(writing)


def test_a_fork_does_not_keep_the_turn_of_its_parent(database: Path, patient: None) -> None:
    """Nor does it give away what is not its own."""
    turn, other = WritingTurn(database), WritingTurn(database)
    other._waits_again = float("inf")
    turn.take()

    def give_back_and_take() -> bytes:
        turn.give_back()
        turn._waits_again = float("inf")
        turn.take()
        turn.close()
        return b"held" if turn.is_held else b"free"

    assert in_a_child(give_back_and_take) == b"free"
    other.take()
    assert not other.is_held
    turn.give_back()
    other.take()
    assert other.is_held


def test_a_closed_turn_is_free_though_a_child_has_its_files(database: Path, patient: None) -> None:
    turn, other = WritingTurn(database), WritingTurn(database)
    turn.take()
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(writing)
            os.read(reading, 1)  # until the parent has seen it
        finally:
            os._exit(0)
    try:
        turn.close()
        other.take()
        assert other.is_held
    finally:
        os.close(writing)
        os.close(reading)
        os.waitpid(child, 0)


def test_without_the_files_it_is_written_all_the_same(tmp_path: Path, inbox: MailboxId) -> None:
    turn = WritingTurn(tmp_path / "nowhere" / "some.sqlite3")
    turn.take()
    assert not turn.is_held
    turn.give_back()
    turn.close()
