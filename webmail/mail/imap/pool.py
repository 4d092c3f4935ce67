"""One authenticated connection a user and process, in IDLE between requests."""

from __future__ import annotations

import contextlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator

from django.utils.translation import gettext

from webmail.transport import time_limit
from webmail.transport.endpoint import imap_endpoint, login_token

from ..message.errors import MailError, Unreachable
from ..message.responses import Items
from .client import LemonadeClient, Progress
from .watch import Watch

WAIT = 20.0  # seconds that a worker waits for another request of the same user
CLOSE_AFTER = 120.0  # seconds without a request and without an open page
FORGET_AFTER = 3600.0  # seconds until the previews of somebody who has gone are dropped
RENEW_AFTER = 25 * 60.0  # seconds; a server may log an idle client out after 30 minutes
PREVIEWS = 2_000
STRUCTURES = 50
YIELD = 0.002  # seconds


class Seat:
    """A user's place in the pool: the connection, its lock and what outlives a reconnect."""

    def __init__(self, email: str) -> None:
        self.email = email
        self.lock = threading.RLock()
        self.depth = 0
        self.client: LemonadeClient | None = None
        self.used = time.monotonic()
        self.rested = 0.0
        self.pages = 0  # open pages that want to hear of changes
        self.previews: OrderedDict[tuple[str, int, int], str] = OrderedDict()
        self.structures: OrderedDict[tuple[str, int, int], Items] = OrderedDict()

    def remember(self, key: tuple[str, int, int], preview: str) -> None:
        """Keep the first words of a message; the oldest are forgotten."""
        self.previews[key] = preview
        while len(self.previews) > PREVIEWS:
            self.previews.popitem(last=False)

    def remember_structure(self, key: tuple[str, int, int], items: Items) -> None:
        """Keep what a message is made of; the oldest are forgotten."""
        self.structures[key] = items
        while len(self.structures) > STRUCTURES:
            self.structures.popitem(last=False)

    def forget(self) -> None:
        """Of somebody who is gone nothing stays in memory."""
        self.previews.clear()
        self.structures.clear()


Listener = Callable[[str, str], None]


class Pool:
    """Lends each user's connection to one thread at a time."""

    def __init__(self, connect: Callable[[str], LemonadeClient] | None = None) -> None:
        self._connect = connect or sign_in
        self._seats: dict[str, Seat] = {}
        self._guard = threading.Lock()
        self._watch: Watch | None = None
        self.listeners: list[Listener] = []

    @contextlib.contextmanager
    def session(self, email: str) -> Iterator[LemonadeClient]:
        """The user's connection, awake and alive. Nested use in one thread is the same one.

        Raises Unreachable or SignInRequired. A connection that died in IDLE is replaced once,
        unseen; one that dies inside the block raises Unreachable there.
        """
        seat = self._seat(email)
        if not seat.lock.acquire(timeout=max(0.0, min(WAIT, time_limit.seconds_left()))):
            raise Unreachable(
                gettext("Your mailbox is busy with another request. Try again in a moment.")
            )
        try:
            if seat.client is not None and seat.client.alive:  # who had it had an answer
                time_limit.renew()
            seat.depth += 1
            try:
                yield self._ready(seat)
            finally:
                seat.depth -= 1
                if seat.depth == 0:
                    self._settle(seat)
        finally:
            seat.lock.release()

    def seat(self, email: str) -> Seat:
        """The user's seat, for its memory of previews and its count of open pages."""
        return self._seat(email)

    @contextlib.contextmanager
    def page_open(self, email: str) -> Iterator[None]:
        """While inside, the user's connection is kept in IDLE."""
        seat = self._seat(email)
        with self._guard:
            seat.pages += 1
        try:
            yield
        finally:
            with self._guard:
                seat.pages -= 1

    def sign_out(self, email: str) -> None:
        """Close the user's connection and forget the previews: at once when no page of theirs is
        open, else soon after the last one is gone. One that is signed in elsewhere connects anew.
        """
        seat = self._seat(email)
        seat.used -= CLOSE_AFTER
        seat.forget()
        if not seat.pages and seat.lock.acquire(timeout=time_limit.SHORT):
            try:
                if seat.depth == 0:
                    self._part(seat)
            finally:
                seat.lock.release()

    def close(self) -> None:
        """Log everybody out and end the watching thread."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None
        for seat in list(self._seats.values()):
            with seat.lock:
                self._part(seat)
        self._seats.clear()

    def _seat(self, email: str) -> Seat:
        with self._guard:
            return self._seats.setdefault(email, Seat(email))

    def _ready(self, seat: Seat) -> LemonadeClient:
        client = seat.client
        if client is not None and seat.depth == 1:
            if self._watch is not None:
                self._watch.remove(client)
            try:
                if client.idling is not None:
                    client.wake()
                elif client.alive:
                    client.command(b"NOOP")
            except Unreachable:
                client = None
        if client is None or not client.alive:
            seat.client = client = self._connect(seat.email)
        return client

    def _settle(self, seat: Seat) -> None:
        seat.used = time.monotonic()
        client = seat.client
        if client is None:
            return
        folder = client.selected.folder if client.selected else ""
        stirred, client.stirred = client.stirred, False
        if not client.alive:
            seat.client = None
        elif client.rest():
            seat.rested = seat.used
            self._watching().add(client, lambda: self._heard(seat, client))
        if stirred:
            self._tell(seat.email, folder)

    def _watching(self) -> Watch:
        with self._guard:
            if self._watch is None:
                self._watch = Watch(self._tidy)
                self._watch.start()
            return self._watch

    def _heard(self, seat: Seat, client: LemonadeClient) -> None:
        """The watching thread: an idle socket became readable."""
        if not seat.lock.acquire(blocking=False):
            time.sleep(
                YIELD
            )  # a request has it: it removes it from the watch, or has just added it
            return
        try:
            folder = client.selected.folder if client.selected else ""
            if seat.client is not client or client.idling is None:
                self._watching().remove(client)
                return
            try:
                here, elsewhere = client.drain()
                client.stirred = False
            except Unreachable:
                self._watching().remove(client)
                seat.client = None
                here, elsewhere = True, False  # so that an open page reconnects and finds out
        finally:
            seat.lock.release()
        if here:
            self._tell(seat.email, folder)
        if elsewhere:
            self._tell(seat.email, "")

    def _tell(self, email: str, folder: str) -> None:
        for listener in list(self.listeners):
            listener(email, folder)

    def _tidy(self) -> None:
        """The watching thread, now and then: close what nobody uses, renew what idles long."""
        now = time.monotonic()
        for seat in list(self._seats.values()):
            stale = not seat.pages and now - seat.used > CLOSE_AFTER
            if not stale and now - seat.rested < RENEW_AFTER:
                continue
            if not seat.lock.acquire(blocking=False):
                continue
            try:
                if stale:
                    self._part(seat)
                    if now - seat.used > FORGET_AFTER:
                        seat.forget()
                elif seat.client is not None:
                    with (
                        contextlib.suppress(MailError),
                        time_limit.limit_waiting(time_limit.SHORT),
                        self.session(seat.email),
                    ):
                        pass
            finally:
                seat.lock.release()

    def _part(self, seat: Seat) -> None:
        client, seat.client = seat.client, None
        if client is None:
            return
        if self._watch is not None:
            self._watch.remove(client)
        if client.alive:
            with contextlib.suppress(MailError), time_limit.limit_waiting(time_limit.SHORT):
                client.wake()
                client.command(b"LOGOUT")
        client.drop()


def sign_in(email: str, on_progress: Progress | None = None) -> LemonadeClient:
    """A new connection, logged in by a fresh token. Raises Unreachable or SignInRequired.

    ``on_progress``: for one long command, in a session to which changes are not told one by one.
    """
    client = LemonadeClient(imap_endpoint())
    client.on_progress = on_progress
    try:
        client.authenticate(email, login_token(email))
    except MailError:
        client.drop()
        raise
    return client


connections = Pool()
