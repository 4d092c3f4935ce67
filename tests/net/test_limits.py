"""Connection limits by address."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from lemonade_server.net.limits import FEWEST_FILES, STRANGERS, USERS, Limits, connections, shares
from lemonade_server.net.shared_slots import SharedSlots


def test_an_address_may_hold_so_many() -> None:
    limits = Limits(per_address=2, total=100)
    assert limits.admit("192.0.2.1")
    assert limits.admit("192.0.2.1")
    assert not limits.admit("192.0.2.1")
    assert limits.admit("192.0.2.2")
    limits.release("192.0.2.1")
    assert limits.admit("192.0.2.1")
    assert limits.count == 3


def test_a_household_of_ipv6_counts_as_one() -> None:
    limits = Limits(per_address=1)
    assert limits.admit("2001:db8::1")
    assert not limits.admit("2001:db8::2")
    assert limits.admit("2001:db8:0:1::2")


def test_ipv4_in_ipv6_is_the_same_peer() -> None:
    limits = Limits(per_address=1)
    assert limits.admit("192.0.2.1")
    assert not limits.admit("::ffff:192.0.2.1")


def test_loopback_is_only_bound_by_the_total() -> None:
    limits = Limits(per_address=1, total=4)
    assert all(limits.admit(each) for each in ("127.0.0.1", "127.0.0.1", "::1", "::1"))
    assert not limits.admit("127.0.0.1")
    limits.release("::1")
    assert limits.admit("192.0.2.1")


def test_connections_leave_files_for_what_sessions_open() -> None:
    for files in (FEWEST_FILES, 256, 1_024, 4_096, 65_536):
        users, strangers = shares(files)
        assert 0 < strangers < users
        assert users + strangers <= connections(files) < files
    assert 1_024 - connections(1_024) == 256
    assert shares(1_048_576) == (USERS, STRANGERS)


def test_all_processes_count_together(tmp_path: Path) -> None:
    # what holds a lock is the open file: two openings are as good as two processes
    one, other = (Limits(per_address=3, slots=SharedSlots(tmp_path)) for _ in range(2))
    assert one.admit("192.0.2.1") and other.admit("192.0.2.1") and one.admit("192.0.2.1")
    assert not one.admit("192.0.2.1") and not other.admit("192.0.2.1")
    assert other.admit("192.0.2.2"), "another address"
    one.release("192.0.2.1")
    assert other.admit("192.0.2.1") and not one.admit("192.0.2.1")
    for each in (one, other, other):
        each.release("192.0.2.1")
    assert [one.admit("192.0.2.1") for _ in range(4)] == [True, True, True, False]


def test_the_connections_of_a_process_that_died_are_free(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        theirs = Limits(per_address=2, slots=SharedSlots(tmp_path))
        os.write(writing, b"%d" % (theirs.admit("192.0.2.1") + theirs.admit("192.0.2.1")))
        signal.pause()
        os._exit(0)
    try:
        assert os.read(reading, 1) == b"2"
        mine = Limits(per_address=2, slots=SharedSlots(tmp_path))
        assert not mine.admit("192.0.2.1")
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reading)
        os.close(writing)
    assert mine.admit("192.0.2.1") and mine.admit("192.0.2.1") and not mine.admit("192.0.2.1")


def test_where_no_file_can_be_had_each_process_counts_for_itself(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    limits = Limits(per_address=1, slots=SharedSlots(tmp_path / "file" / "folder"))
    assert limits.admit("192.0.2.1") and not limits.admit("192.0.2.1")
    limits.release("192.0.2.1")
    assert limits.admit("192.0.2.1")


def test_loopback_takes_no_slot(tmp_path: Path) -> None:
    limits = Limits(per_address=1, slots=SharedSlots(tmp_path / "slots"))
    assert limits.admit("127.0.0.1") and limits.admit("127.0.0.1")
    assert not (tmp_path / "slots").exists()
