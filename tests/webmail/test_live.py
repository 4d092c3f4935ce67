"""The WebSocket: hints, from a real IMAP server's IDLE to the page."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError, connection
from django.test import Client

from tests.mailserver import MailServer
from tests.patience import let_pass_here
from webmail import mail
from webmail.live import consumers, hints
from webmail.live.consumers import LiveConsumer
from webmail.live.hints import SignedIn
from webmail.mail.imap.commands import Payload, mailbox
from webmail.mail.imap.pool import connections, sign_in
from webmail.outgoing import attempts, outbox, timeline
from webmail.outgoing.draft import Draft

from .letters import message
from .sessions import send

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def short_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    """The threads of a loop end with it: none keeps its connection to the database."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)


class Socket(ApplicationCommunicator):
    """A page's side of the WebSocket, without a network."""

    def __init__(self, user: Any, session: Any) -> None:
        scope = {"type": "websocket", "path": "/live/", "headers": [], "user": user}
        scope["session"] = self.session = session
        super().__init__(LiveConsumer.as_asgi(), scope)

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def hear(self) -> str:
        told = await self.receive_output(timeout=60)
        return str(told["text"])


def sign_in_browser(user: Any) -> Any:
    """The session of a browser."""
    browser = Client()
    if user.is_authenticated:
        browser.force_login(user)
    return browser.session


async def beside(job: Callable[..., Any], *args: Any) -> Any:
    """Run it in a thread, which leaves no connection to the database behind."""

    def whole() -> Any:
        try:
            return job(*args)
        finally:
            connection.close()

    return await asyncio.to_thread(whole)


@asynccontextmanager
async def page(user: Any) -> AsyncIterator[Socket]:
    socket = Socket(user, await beside(sign_in_browser, user))
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(timeout=60))["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(timeout=60)


async def hear(socket: Socket, kind: str) -> Any:
    """What the next message of that kind says."""
    while True:
        told = json.loads(await socket.hear())
        if kind in told:
            return told[kind]


def modseq(email: str) -> int:
    with mail.session(email) as imap:
        return imap.page("INBOX").modseq


def deliver(email: str, subject: str, folder: str = "INBOX") -> None:
    """Mail that comes by another connection."""
    other = sign_in(email)
    data = message(subject)
    other.command(b"APPEND", mailbox(folder), Payload(len(data), [data])).check()
    other.drop()


@pytest.fixture
def user(ours: MailServer, django_user_model: Any) -> Any:
    return django_user_model.objects.create_user(ours.add_account("live"))


async def idle(email: str) -> None:
    """Until the pooled connection waits for news."""
    async with asyncio.timeout(60):
        seat = connections.seat(email)
        while not (seat.client and seat.client.notified and seat.client.idling):
            await asyncio.sleep(0.02)


def flag(email: str, uid: int) -> None:
    with mail.session(email) as imap:
        imap.set_flags("INBOX", [uid], add=["\\Flagged"])


def test_a_watched_folder_gives_hints(user: Any) -> None:
    known = modseq(user.email)
    deliver(user.email, "Before the page was there")

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "INBOX", "modseq": known}))
            assert await hear(socket, "folder") == "INBOX"
            await asyncio.to_thread(deliver, user.email, "Look")
            assert await hear(socket, "folder") == "INBOX"
            await asyncio.to_thread(flag, user.email, 1)
            assert await hear(socket, "folder") == "INBOX"

    asyncio.run(story())


def test_news_that_come_while_it_is_looked_are_told(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of results knows no mod-sequence, so that nothing else would tell it."""
    state, looks = consumers._state, []

    async def story() -> None:
        loop, layer = asyncio.get_running_loop(), get_channel_layer()
        assert layer is not None

        def late(email: str, folder: str) -> Any:
            looks.append(folder)
            if len(looks) == 1:
                deliver(email, "Meanwhile")
                hint = {"type": "mail.stirred", "folder": folder}
                for job in (layer.group_send(hints.group(email), hint), let_pass_here(0.2)):
                    asyncio.run_coroutine_threadsafe(job, loop).result(60)
            return state(email, folder)

        monkeypatch.setattr(consumers, "_state", late)
        async with page(user) as socket:
            await socket.say('{"watch": "INBOX"}')
            assert await hear(socket, "folder") == "INBOX"

    asyncio.run(story())


def test_nothing_is_said_when_nothing_changed(user: Any) -> None:
    deliver(user.email, "Known")
    known = modseq(user.email)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "INBOX", "modseq": known}))
            assert await socket.receive_nothing(timeout=0.5)

    asyncio.run(story())


def test_a_folder_that_vanished_makes_the_page_ask(user: Any) -> None:
    known = modseq(user.email)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "Gone", "modseq": 3}))
            assert await hear(socket, "folder") == "Gone"
            await socket.say(json.dumps({"watch": "INBOX", "modseq": known}))
            await asyncio.to_thread(deliver, user.email, "Still here")
            assert await hear(socket, "folder") == "INBOX"

    asyncio.run(story())


def test_a_database_that_is_away_for_a_moment_is_lived_through(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RETRY", 0.1)
    known = modseq(user.email)
    still, failures = SignedIn.still, [OperationalError("database is locked")]

    def locked_once(who: SignedIn) -> bool:
        if failures:
            raise failures.pop()
        return still(who)

    monkeypatch.setattr(SignedIn, "still", locked_once)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "INBOX", "modseq": known}))
            await asyncio.to_thread(deliver, user.email, "After it")
            assert await hear(socket, "folder") == "INBOX"
            assert not failures

    asyncio.run(story())


def test_a_folder_that_is_left_while_it_vanishes_takes_no_other_along(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = modseq(user.email)
    looked_at, moved_on = threading.Event(), threading.Event()
    state = consumers._state

    def slow_for_the_gone(email: str, folder: str) -> Any:
        if folder == "Gone":
            looked_at.set()
            assert moved_on.wait(60)
        return state(email, folder)

    monkeypatch.setattr(consumers, "_state", slow_for_the_gone)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "Gone", "modseq": 3}))
            await asyncio.to_thread(looked_at.wait, 30)
            await socket.say(json.dumps({"watch": "INBOX", "modseq": known}))
            await socket.say('{"watch": 7}')
            assert "makes no sense" in await hear(socket, "error")  # so it has been read
            moved_on.set()
            await asyncio.to_thread(deliver, user.email, "Here")
            assert await hear(socket, "folder") == "INBOX"

    asyncio.run(story())


def test_strangers_are_turned_away() -> None:
    async def story() -> None:
        async with page(AnonymousUser()) as socket:
            assert (await socket.receive_output(timeout=60))["code"] == 4401

    asyncio.run(story())


def test_a_page_hears_nothing_after_its_session_has_ended(user: Any) -> None:
    known = modseq(user.email)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "INBOX", "modseq": known}))
            await idle(user.email)
            await beside(socket.session.flush)
            await asyncio.to_thread(deliver, user.email, "Not for whoever sits here now")
            while (told := await socket.receive_output(timeout=60))["type"] != "websocket.close":
                pass
            assert told["code"] == 4401

    asyncio.run(story())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"watch": 7}',
        '{"watch": ""}',
        '{"type":"open"}',
        "x" * 30_000,
        "[" * 1500,
        r'{"watch": "IN\u0000BOX"}',
    ],
)
def test_nonsense_is_answered_and_survived(user: Any, text: str) -> None:
    async def story() -> None:
        async with page(user) as socket:
            await socket.say(text)
            assert "makes no sense" in await hear(socket, "error")
            await socket.say('{"watch": "INBOX"}')
            assert await socket.receive_nothing(timeout=0.3)

    asyncio.run(story())


def test_a_page_that_asks_whether_the_link_lives_is_answered(user: Any) -> None:
    async def story() -> None:
        async with page(user) as socket:
            await socket.say('{"ping": 1}')
            assert await hear(socket, "pong") == 1

    asyncio.run(story())


def test_trouble_with_the_server_is_told_and_lived_through(
    user: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(consumers, "RETRY", 0.1)
    right = settings.WEBMAIL_IMAP
    settings.WEBMAIL_IMAP = ("127.0.0.1", 1)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say('{"watch": "INBOX"}')
            assert await hear(socket, "away")
            settings.WEBMAIL_IMAP = right
            assert await hear(socket, "back")

    asyncio.run(story())


def test_a_page_hears_what_became_of_a_sent_message(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "wake", lambda pk, hold=0: None)
    monkeypatch.setattr(consumers, "LOOK", 0.05)
    draft = Draft(sender=user.email, to=user.email, subject="Look", text="x")
    row = send(user.email, draft)
    of_message, looked = timeline.of_message, threading.Event()

    def noted(email: str, message_id: str) -> timeline.Way | None:
        found = of_message(email, message_id)
        looked.set()
        return found

    monkeypatch.setattr(timeline, "of_message", noted)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"follow": row.message_id}))
            assert await asyncio.to_thread(looked.wait, 30)
            await beside(attempts.attempt, row.pk)
            assert await hear(socket, "way") == row.message_id
            await socket.say(json.dumps({"follow": ""}))

    asyncio.run(story())


def test_new_mail_may_be_a_receipt_so_the_way_is_looked_at(
    user: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long before the next look is due: a message that has arrived waits for its receipt only."""
    monkeypatch.setattr(consumers, "LOOK", 3600.0)
    sent, read = (
        timeline.Way("x", [], [timeline.Person("bob@lemonade.test", state)])
        for state in ("delivered", "read")
    )
    ways = iter([sent, read])
    monkeypatch.setattr(timeline, "of_message", lambda *_: next(ways, read))
    known = modseq(user.email)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "INBOX", "modseq": known}))
            await idle(user.email)
            await socket.say(json.dumps({"follow": "<x@lemonade.test>"}))
            await asyncio.to_thread(deliver, user.email, "Read: x")
            assert await hear(socket, "way") == "<x@lemonade.test>"

    asyncio.run(story())


def test_a_change_in_another_folder_gives_a_hint_for_its_count(user: Any) -> None:
    known = modseq(user.email)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "INBOX", "modseq": known}))
            await idle(user.email)
            await asyncio.to_thread(deliver, user.email, "Elsewhere", "Archive")
            assert await hear(socket, "folder") == "INBOX"

    asyncio.run(story())
