"""How hints travel between processes: unix datagrams, or Redis when it is configured."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
import secrets
import socket
import tempfile
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any, Protocol, TypeAlias

from django.conf import settings

from .errors import REDIS
from .ids import AccountId, MailboxId, Modseq
from .outages import outages

Changes: TypeAlias = Mapping[MailboxId, Modseq]
Receiver: TypeAlias = Callable[[dict[MailboxId, Modseq]], None]
AccountsReceiver: TypeAlias = Callable[[list[AccountId]], None]

CHANNEL = "lemonade:hints"
ACCOUNTS = "accounts"
PER_DATAGRAM = 200
LONGEST_PATH = 90
PAUSE = 5.0
"""Seconds for which a Redis that failed is left alone: a commit must not wait for it each time."""


class HintTransport(Protocol):
    """A way to other processes. ``send`` never blocks long and never raises."""

    def send(self, changes: Changes) -> None: ...

    def send_accounts(self, accounts: Sequence[AccountId]) -> None: ...

    def listen(
        self, receiver: Receiver, accounts: AccountsReceiver | None = None
    ) -> Callable[[], None]:
        """Receive from now on, in the running event loop; returns what ends it."""
        ...


def _pack(changes: Changes) -> list[bytes]:
    pairs = list(changes.items())
    return [
        json.dumps(pairs[start : start + PER_DATAGRAM]).encode()
        for start in range(0, len(pairs), PER_DATAGRAM)
    ]


def _unpack(data: bytes) -> dict[MailboxId, Modseq]:
    try:
        return {
            MailboxId(int(mailbox)): Modseq(int(modseq)) for mailbox, modseq in json.loads(data)
        }
    except (ValueError, TypeError):
        return {}


def _pack_accounts(accounts: Sequence[AccountId]) -> list[bytes]:
    """An object, where hints of mailboxes are a list: an older release passes over it."""
    return [
        json.dumps({ACCOUNTS: list(accounts[start : start + PER_DATAGRAM])}).encode()
        for start in range(0, len(accounts), PER_DATAGRAM)
    ]


def _unpack_accounts(data: bytes) -> list[AccountId]:
    try:
        found = json.loads(data)
        return [AccountId(int(one)) for one in found[ACCOUNTS]] if isinstance(found, dict) else []
    except (ValueError, TypeError, KeyError):
        return []


def _dispatch(data: bytes, receiver: Receiver, accounts: AccountsReceiver | None) -> None:
    """Hand on what one message holds."""
    if accounts is not None and (found := _unpack_accounts(data)):
        accounts(found)
        return
    receiver(_unpack(data))


class Datagrams:
    """A socket a listening process in one folder; senders write to all of them but their own."""

    def __init__(self, folder: Path) -> None:
        if len(bytes(folder)) > LONGEST_PATH - 16:  # sun_path holds 108 octets
            digest = hashlib.sha256(bytes(folder)).hexdigest()[:16]
            folder = Path(tempfile.gettempdir()) / f"lemonade-{os.getuid()}-{digest}"
        self._folder = folder
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._own: set[str] = set()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        weakref.finalize(self, self._socket.close)

    def send(self, changes: Changes) -> None:
        """Write to every other listener. A full or dead socket is passed over."""
        self._send(_pack(changes))

    def send_accounts(self, accounts: Sequence[AccountId]) -> None:
        """As ``send``."""
        self._send(_pack_accounts(accounts))

    def _send(self, datagrams: list[bytes]) -> None:
        try:
            others = set(os.listdir(self._folder)) - self._own
        except OSError:  # the folder was removed: nobody listens
            return
        for name in others:
            path = str(self._folder / name)
            for datagram in datagrams:
                try:
                    self._socket.sendto(datagram, path)
                except ConnectionRefusedError:  # its process is dead
                    with contextlib.suppress(OSError):
                        os.unlink(path)
                    break
                except OSError:
                    break

    def listen(
        self, receiver: Receiver, accounts: AccountsReceiver | None = None
    ) -> Callable[[], None]:
        """Receive from now on, in the running event loop; returns what ends it."""
        name = f"{os.getpid()}-{secrets.token_hex(3)}"
        path = self._folder / name
        inbox = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        inbox.setblocking(False)
        self._own.add(name)
        inbox.bind(str(path))
        loop = asyncio.get_running_loop()

        def receive() -> None:
            with contextlib.suppress(BlockingIOError):
                while True:
                    _dispatch(inbox.recv(65536), receiver, accounts)

        def stop() -> None:
            loop.remove_reader(inbox.fileno())
            inbox.close()
            path.unlink(missing_ok=True)
            self._own.discard(name)

        loop.add_reader(inbox.fileno(), receive)
        return stop


class RedisChannel:
    """Redis publish/subscribe: for several hosts."""

    def __init__(self, url: str) -> None:
        import redis

        self._url = url
        self._away_until = 0.0
        self._redis: Any = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def send(self, changes: Changes) -> None:
        """Publish; when Redis is away the poll of the watchers covers it."""
        self._publish(_pack(changes))

    def send_accounts(self, accounts: Sequence[AccountId]) -> None:
        """As ``send``."""
        self._publish(_pack_accounts(accounts))

    def _publish(self, messages: list[bytes]) -> None:
        import redis

        if monotonic() < self._away_until:
            return
        try:
            for message in messages:
                self._redis.publish(CHANNEL, message)
        except redis.RedisError as error:
            self._away_until = monotonic() + PAUSE
            outages.begin(REDIS, error)
        else:
            outages.end(REDIS)

    def listen(
        self, receiver: Receiver, accounts: AccountsReceiver | None = None
    ) -> Callable[[], None]:
        """Receive from now on, in the running event loop; returns what ends it."""
        task = asyncio.get_running_loop().create_task(self._receive(receiver, accounts))

        def stop() -> None:
            task.cancel()

        return stop

    async def _receive(self, receiver: Receiver, accounts: AccountsReceiver | None) -> None:
        import redis
        from redis import asyncio as redis_asyncio

        while True:
            client: Any = redis_asyncio.Redis.from_url(self._url, socket_keepalive=True)
            try:
                async with client.pubsub() as channel:
                    await channel.subscribe(CHANNEL)
                    outages.end(REDIS)
                    async for message in channel.listen():
                        if message["type"] == "message":
                            _dispatch(message["data"], receiver, accounts)
            except redis.RedisError as error:
                outages.begin(REDIS, error)
                await asyncio.sleep(1)
            finally:
                await client.aclose()


@lru_cache(maxsize=4)
def _transport(redis_url: str, data: Path) -> HintTransport:
    if redis_url:
        return RedisChannel(redis_url)
    return Datagrams(data / "run" / "hints")


def transport() -> HintTransport:
    """The transport that the settings ask for, one a process."""
    return _transport(settings.LEMONADE.redis_url, settings.LEMONADE.data)
