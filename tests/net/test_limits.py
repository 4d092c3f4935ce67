"""Connection limits by address."""

from __future__ import annotations

from lemonade_server.net.limits import FEWEST_FILES, STRANGERS, USERS, Limits, connections, shares


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
