"""The brake on guessing: what is counted, what it weighs, and what everybody shares."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from lemonade_server.auth import brake
from lemonade_server.auth.brake import LoginSource, Pause, Reservation
from lemonade_server.models import LoginAttempts
from lemonade_server.store import attempts
from lemonade_server.store.db import transaction

NOW = 1_800_000_000
ALICE, BOB = "alice@lemonade.test", "bob@lemonade.test"


def attempt(login: str, address: str, now: int = NOW) -> Reservation | Pause:
    with transaction() as tx:
        return brake.reserve(tx, LoginSource(login, address), now)


def fails(login: str, address: str, times: int, now: int = NOW) -> int:
    """How many of so many wrong attempts are looked at."""
    return sum(isinstance(attempt(login, address, now), Reservation) for _ in range(times))


def succeeds(login: str, address: str, now: int = NOW) -> bool:
    with transaction() as tx:
        found = brake.reserve(tx, LoginSource(login, address), now)
        if isinstance(found, Pause):
            return False
        brake.note_success(tx, found, now)
        return True


@pytest.mark.django_db
def test_the_pair_is_paused_first_and_for_a_while() -> None:
    assert fails(ALICE, "a", 40) == brake.PER_PAIR
    assert attempt(ALICE, "a", NOW + 10) == Pause(NOW + brake.PAIR_WINDOW)
    assert succeeds(ALICE, "b") and succeeds(BOB, "a")
    assert not succeeds(ALICE, "a", NOW + brake.PAIR_WINDOW - 1)
    assert succeeds(ALICE, "a", NOW + brake.PAIR_WINDOW)


@pytest.mark.django_db
def test_a_success_is_not_counted_and_forgets_failures_of_the_pair() -> None:
    assert fails(ALICE, "a", 9) == 9
    assert succeeds(ALICE, "a")
    assert fails(ALICE, "a", 40) == brake.PER_PAIR
    for _ in range(3 * brake.PER_ADDRESS):
        assert succeeds(BOB, "c")


@pytest.mark.django_db
def test_many_addresses_get_no_more_than_the_bound_of_the_login() -> None:
    looked_at = sum(fails(ALICE, f"bot {number}", 40) for number in range(300))
    assert looked_at == brake.FIRST_PER_LOGIN
    assert succeeds(BOB, "bot 1")


@pytest.mark.django_db
def test_few_addresses_do_not_keep_a_login_from_elsewhere() -> None:
    assert sum(fails(ALICE, f"bot {number}", 40) for number in range(6)) == brake.PER_LOGIN + 1
    assert succeeds(ALICE, "a hotel")


@pytest.mark.django_db
def test_nobody_is_locked_out_of_where_he_is_known() -> None:
    """However many guess at the login, and whatever else fails at the address."""
    assert succeeds(ALICE, "home")
    for number in range(300):
        fails(ALICE, f"bot {number}", 1)
        fails(f"{number}@lemonade.test", "home", 1)
    assert not succeeds(ALICE, "elsewhere")
    assert not succeeds(BOB, "home")
    assert succeeds(ALICE, "home")
    assert fails(ALICE, "home", 40) == brake.PER_PAIR, "it is braked there, too"


@pytest.mark.django_db
def test_misconfigured_phones_lock_out_nobody_else() -> None:
    """They were known before the password was changed: only their own pair is paused."""
    phones = [f"phone{number}@lemonade.test" for number in range(30)]
    for phone in phones:
        assert succeeds(phone, "office")
    assert sum(fails(phone, "office", 40) for phone in phones) == 30 * brake.PER_PAIR
    assert succeeds(ALICE, "office")


@pytest.mark.django_db
def test_an_address_that_tries_many_logins_is_paused() -> None:
    looked_at = sum(fails(f"{number}@lemonade.test", "a", 1) for number in range(300))
    assert looked_at == brake.PER_ADDRESS
    assert attempt(BOB, "a") == Pause(NOW + brake.ADDRESS_WINDOW)
    assert succeeds(BOB, "b")


@pytest.mark.django_db
def test_a_refused_attempt_leaves_no_count_behind() -> None:
    fails(ALICE, "a", 40)
    counted = LoginAttempts.objects.values_list("login", "address", "failures")
    expected = {(ALICE, "a"), (ALICE, ""), ("", "a")}
    assert set(counted) == {(*key, brake.PER_PAIR) for key in expected}


@pytest.mark.django_db
def test_a_clock_set_back_ends_pauses_rather_than_prolong_them() -> None:
    assert fails(ALICE, "a", 40) == brake.PER_PAIR
    assert succeeds(ALICE, "a", NOW - 86_400)


@pytest.mark.django_db
def test_lifted_pauses_are_over_and_who_is_known_stays_so() -> None:
    assert succeeds(ALICE, "a")
    fails(ALICE, "a", 40)
    with transaction() as tx:
        assert attempts.lift(tx, LoginAttempts.objects.values_list("pk", flat=True)) == 1
    assert succeeds(ALICE, "a")
    assert LoginAttempts.objects.get(login=ALICE, address="a").known_until == NOW + brake.KNOWN


@pytest.mark.django_db
def test_what_says_nothing_any_more_is_swept() -> None:
    fails(ALICE, "a", 3)
    succeeds(BOB, "b")
    with transaction() as tx:
        attempts.clean(tx, NOW + brake.LONGEST_WINDOW - 1, brake.LONGEST_WINDOW)
    assert LoginAttempts.objects.count() == 6
    with transaction() as tx:
        attempts.clean(tx, NOW + brake.LONGEST_WINDOW, brake.LONGEST_WINDOW)
    assert [row.login for row in LoginAttempts.objects.all()] == [BOB]
    with transaction() as tx:
        attempts.clean(tx, NOW + brake.KNOWN, brake.LONGEST_WINDOW)
    assert not LoginAttempts.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_attempts_at_once_are_counted_one_after_the_other() -> None:
    """As those of several processes: each thread has its own connection."""
    looked_at: list[int] = []
    begin = threading.Barrier(8)

    def guess() -> None:
        begin.wait()
        looked_at.append(fails(ALICE, "a", 5))
        connection.close()

    threads = [threading.Thread(target=guess) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sum(looked_at) == brake.PER_PAIR
