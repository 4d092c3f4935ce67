"""The same check of a password for the calling thread, as the web face needs it."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock
from weakref import WeakValueDictionary

from django.db import Error

from lemonade_server.directory.accounts import Identity
from lemonade_server.models.app_passwords import Scope
from lemonade_server.store.db import snapshot, transaction
from lemonade_server.store.errors import StoreFull, Unavailable

from . import app_passwords, brake
from .brake import LoginSource, Pause, Reservation, SpareCounts
from .logins import clock, source_of
from .passwords import credentials
from .passwords.workers import shared_workers
from .refusal import Paused


class Turn:
    """Held by whoever of a source is judged in this process."""

    __slots__ = ("__weakref__", "lock")

    def __init__(self) -> None:
        self.lock = Lock()


_spare = SpareCounts()
_turns: WeakValueDictionary[LoginSource, Turn] = WeakValueDictionary()
_guard = Lock()


def check_password(
    login: str, password: str, peer: str, scope: Scope | None = None
) -> Identity | None:
    """Whom a password proves, or None for any reason. Raises Paused, Busy.

    With ``scope`` an app password will do that has it. The hash is made by the threads for it;
    the calling thread waits.
    """
    source = source_of(login, peer)
    if scope is not None and (identity := _by_app_password(source, password, peer, scope)):
        return identity
    workers = shared_workers()
    turn = _turn(source)  # kept, or it would be forgotten while it is held
    with workers.admission(source.address, source.login), turn.lock:
        with snapshot() as tx:
            found = credentials.credentials_of(tx, source.login)
            pause = brake.find_pause(tx, source, clock())
        if pause is not None:
            raise Paused(source.login, pause.until, clock())
        reservation = _reserve(source)
        job = workers.submit(source.address, lambda: credentials.is_right(found, password))
        if not job.result() or found is None:
            return None
        with suppress(StoreFull, Unavailable, Error, OSError):
            if reservation is None:
                _spare.note_success(source)
            else:
                with transaction() as tx:
                    brake.note_success(tx, reservation, clock())
            if credentials.is_improvable(found):
                making = workers.submit(
                    source.address, lambda: credentials.improvement_of(found, password)
                )
                better = making.result()
                if better is not None:
                    with transaction() as tx:
                        credentials.keep(tx, found, better)
    return found.identity


def _by_app_password(
    source: LoginSource, password: str, peer: str, scope: Scope
) -> Identity | None:
    digest = app_passwords.digest_of(password)
    if digest is None:
        return None
    with snapshot() as tx:
        found = credentials.credentials_of(tx, source.login)
        login = None if found is None else app_passwords.find(tx, found, digest, scope, clock())
    if login is None:
        return None
    if not login.is_noted:
        with suppress(StoreFull, Unavailable, Error, OSError), transaction() as tx:
            app_passwords.note_use(tx, login, peer, clock())
    return login.identity


def _turn(source: LoginSource) -> Turn:
    """Of one source one is judged after the other: who signs in by many windows is no guesser."""
    with _guard:
        turn = _turns.get(source)
        if turn is None:
            turn = _turns[source] = Turn()
        return turn


def _reserve(source: LoginSource) -> Reservation | None:
    """Raises Paused."""
    if source.exempt:
        return None
    outcome: Reservation | Pause | None
    try:
        with transaction() as tx:
            outcome = brake.reserve(tx, source, clock())
    except StoreFull:
        outcome = _spare.reserve(source, clock())
    if isinstance(outcome, Pause):
        raise Paused(source.login, outcome.until, clock())
    return outcome
