"""Which logins and addresses are paused now, for operators: shown and lifted."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from lemonade_server.models import LoginAttempts
from lemonade_server.store import attempts
from lemonade_server.store.attempts import ANY, Count
from lemonade_server.store.db import transaction

from . import brake

PAIR, LOGIN, ADDRESS = "login from an address", "login", "address"
KINDS = (PAIR, LOGIN, ADDRESS)


def is_of_kind(kind: str) -> Q:
    """The condition of rows of a kind."""
    match kind:
        case "login from an address":
            return ~Q(login=ANY) & ~Q(address=ANY)
        case "login":
            return Q(address=ANY)
    return Q(login=ANY)


def is_paused(now: int) -> Q:
    """The condition of rows whose count is full at a time."""
    found = Q()
    for kind, bound, window in (
        (PAIR, brake.PER_PAIR, brake.PAIR_WINDOW),
        (LOGIN, brake.PER_LOGIN, brake.LOGIN_WINDOW),
        (ADDRESS, brake.PER_ADDRESS, brake.ADDRESS_WINDOW),
    ):
        in_window = Q(since__gt=now - window, since__lte=now + window)
        found |= is_of_kind(kind) & Q(failures__gte=bound) & in_window
    return found


def ends_at(row: LoginAttempts, now: int) -> int | None:
    """When the pause of a row ends, in seconds since 1970; None when there is none."""
    count = Count(row.login, row.address, row.failures, row.since, row.known_until)
    bound, window = brake.bound_of(count)
    if brake.failures_in_window(count, now) < bound:
        return None
    return min(row.since, now) + window


def current_pauses(now: int) -> QuerySet[LoginAttempts]:
    """The pauses of a time."""
    return LoginAttempts.objects.filter(is_paused(now)).order_by("login", "address")


def lift(rows: Iterable[LoginAttempts]) -> int:
    """End pauses: the failures are forgotten. How many rows had any."""
    with transaction() as tx:
        return attempts.lift(tx, [row.pk for row in rows])
