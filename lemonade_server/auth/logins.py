"""Password and token checks of the mail servers, for one process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from weakref import WeakValueDictionary

from django.conf import settings
from django.db import Error

from lemonade_server.auth.scram_keys import ScramKeys, scram_keys
from lemonade_server.auth.tokens import verify_token
from lemonade_server.directory.accounts import LONGEST_LOGIN, Identity, canonical
from lemonade_server.models.app_passwords import Scope
from lemonade_server.store.db import Database
from lemonade_server.store.errors import StoreFull, Unavailable
from lemonade_server.store.tx import Tx

from . import app_passwords, brake
from .app_passwords import AppPasswordLogin
from .brake import LoginSource, Pause, Reservation, SpareCounts
from .live_logins import LiveLogins
from .login_cache import LoginCache
from .passwords import credentials
from .passwords.credentials import Credentials
from .passwords.workers import Workers, shared_workers
from .refusal import Paused


def source_of(login: str, peer: str) -> LoginSource:
    """A login and a peer's address, as they are counted here."""
    name = canonical(login)[:LONGEST_LOGIN]
    return brake.source_of(name, peer, settings.LEMONADE.login_exempt_networks)


def clock() -> int:
    """Seconds since 1970, which all hosts share."""
    return int(time.time())


class Logins:
    """Who logs in by which password. A login that was right lately costs one read.

    ``live`` ends connections whose login has ended.
    """

    def __init__(self, database: Database, workers: Workers | None = None) -> None:
        self._database = database
        self._workers = workers or shared_workers()
        self._cache = LoginCache()
        self._spare = SpareCounts()
        self._turns: WeakValueDictionary[LoginSource, asyncio.Lock] = WeakValueDictionary()
        self.live = LiveLogins(database)

    async def password(
        self, login: str, password: str, peer: str, scope: Scope | None = None
    ) -> Identity | None:
        """The identity, or None for any reason. ``peer`` is the client's network address.

        With ``scope`` an app password will do that has it. Raises Paused, Busy.
        """
        source = source_of(login, peer)
        digest = None if scope is None else app_passwords.digest_of(password)

        def look(tx: Tx) -> tuple[Credentials | None, AppPasswordLogin | None]:
            found = credentials.credentials_of(tx, source.login)
            if found is None or digest is None or scope is None:
                return found, None
            return found, app_passwords.find(tx, found, digest, scope, clock())

        found, by_app = await self._database.read(look)
        if by_app is not None:
            await self._note_use(by_app, peer)
            return by_app.identity
        if self._cache.password(source, found, password):
            return found.identity if found is not None else None
        async with self._turn(source):
            return await self._check_password(source, found, password)

    async def _check_password(
        self, source: LoginSource, found: Credentials | None, password: str
    ) -> Identity | None:
        """One after the other: of a client's ten connections the first is counted until it is
        right, and the others are known by then. Raises Paused, Busy.
        """
        if self._cache.password(source, found, password):
            return found.identity if found is not None else None
        await self._look(source)
        with self._workers.admission(source.address, source.login):
            reservation = await self._reserve(source)
            right = await self._workers.run(
                source.address, lambda: credentials.is_right(found, password)
            )
            if not right or found is None:
                return None
            await self._note_success(source, reservation)
            self._cache.remember(source, found, password)
            if credentials.is_improvable(found):
                await self._improve(source, found, password)
        return found.identity

    async def _note_use(self, login: AppPasswordLogin, peer: str) -> None:
        """A login must not fail for what it leaves behind."""
        if not login.is_noted:
            with suppress(StoreFull, Unavailable, Error, OSError):
                await self._database.write(
                    lambda tx: app_passwords.note_use(tx, login, peer, clock())
                )

    async def scram_begin(self, login: str, peer: str, digest: str = "sha256") -> ScramKeys:
        """The keys for an exchange. Raises Paused."""
        source = source_of(login, peer)

        def look(tx: Tx) -> tuple[ScramKeys, Pause | None]:
            keys = scram_keys(tx, source.login, digest)
            epoch = keys.identity.login_epoch if keys.identity is not None else -1
            if self._cache.login(source, epoch):
                return keys, None
            return keys, brake.find_pause(tx, source, clock())

        keys, pause = await self._database.read(look)
        if pause is not None:
            raise Paused(source.login, pause.until, clock())
        return keys

    async def scram_end(
        self, login: str, peer: str, keys: ScramKeys, proves: Callable[[], bool]
    ) -> Identity | None:
        """Whom the exchange proves. ``proves`` is asked once the attempt is counted. Raises Paused.

        A login that was right lately is asked at once: if it fails now, it is counted all the same,
        and the next one beforehand.
        """
        source = source_of(login, peer)
        async with self._turn(source):
            return await self._check_proof(source, keys, proves)

    async def _check_proof(
        self, source: LoginSource, keys: ScramKeys, proves: Callable[[], bool]
    ) -> Identity | None:
        identity = keys.identity
        if identity is not None and self._cache.login(source, identity.login_epoch):
            if proves():
                return identity
            self._cache.forget(source)
            await self._reserve(source)
            return None
        reservation = await self._reserve(source)
        if not proves() or identity is None:
            return None
        await self._note_success(source, reservation)
        self._cache.remember_login(source, identity.login_epoch)
        return identity

    async def token(self, token: str) -> Identity | None:
        """The identity behind a token of ``issue_token`` (SASL OAUTHBEARER, RFC 7628).

        Not counted: a token can't be guessed, and the web's logins all come from one address.
        """
        return await self._database.read(lambda tx: verify_token(tx, token))

    def _turn(self, source: LoginSource) -> asyncio.Lock:
        """Held by whoever of this source is judged in this process."""
        turn = self._turns.get(source)
        if turn is None:
            turn = self._turns[source] = asyncio.Lock()
        return turn

    async def _look(self, source: LoginSource) -> None:
        """A pause costs whoever hammers, and us, no more than this read. Raises Paused."""
        pause = await self._database.read(lambda tx: brake.find_pause(tx, source, clock()))
        if pause is not None:
            raise Paused(source.login, pause.until, clock())

    async def _reserve(self, source: LoginSource) -> Reservation | None:
        """Count the attempt. Raises Paused."""
        if source.exempt:
            return None
        outcome: Reservation | Pause | None
        try:
            outcome = await self._database.write(lambda tx: brake.reserve(tx, source, clock()))
        except StoreFull:
            outcome = self._spare.reserve(source, clock())
        if isinstance(outcome, Pause):
            raise Paused(source.login, outcome.until, clock())
        return outcome

    async def _note_success(self, source: LoginSource, reservation: Reservation | None) -> None:
        """A login must not fail for what it leaves behind."""
        if reservation is None:
            self._spare.note_success(source)
            return
        with suppress(StoreFull, Unavailable, Error, OSError):
            await self._database.write(lambda tx: brake.note_success(tx, reservation, clock()))

    async def _improve(self, source: LoginSource, found: Credentials, password: str) -> None:
        """Keep a better hash and missing keys; next time will do, too."""
        with suppress(StoreFull, Unavailable, Error, OSError):
            better = await self._workers.run(
                source.address, lambda: credentials.improvement_of(found, password)
            )
            if better is not None:
                await self._database.write(lambda tx: credentials.keep(tx, found, better))
