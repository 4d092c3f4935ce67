"""The WebSocket: hints and deltas, from a real IMAP server's IDLE to the page."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.contrib.auth.models import AnonymousUser

from tests.mailserver import MailServer
from webmail import gateway
from webmail.consumers import LiveConsumer
from webmail.gateway.commands import Payload, mailbox
from webmail.gateway.pool import sign_in

from .letters import message

pytestmark = pytest.mark.django_db(transaction=True)


class Socket(ApplicationCommunicator):
    """A page's side of the WebSocket, without a network."""

    def __init__(self, user: Any) -> None:
        scope = {"type": "websocket", "path": "/live/", "headers": [], "user": user}
        super().__init__(LiveConsumer.as_asgi(), scope)

    async def say(self, text: str) -> None:
        await self.send_input({"type": "websocket.receive", "text": text})

    async def hear(self) -> str:
        told = await self.receive_output(timeout=10)
        return str(told["text"])


@asynccontextmanager
async def page(user: Any) -> AsyncIterator[Socket]:
    socket = Socket(user)
    await socket.send_input({"type": "websocket.connect"})
    assert (await socket.receive_output(timeout=5))["type"] == "websocket.accept"
    try:
        yield socket
    finally:
        await socket.send_input({"type": "websocket.disconnect", "code": 1000})
        await socket.wait(timeout=5)


async def hear(socket: Socket, kind: str) -> dict[str, Any]:
    """The next message of that kind; folder counts in between are passed over."""
    while True:
        told = json.loads(await socket.hear())
        if told.get("type", "hint") == kind:
            return dict(told)


def shown(email: str) -> dict[str, Any]:
    with gateway.session(email) as imap:
        now = gateway.page(imap, "INBOX")
    known = [row.uid for row in now.rows]
    return {"folder": "INBOX", "uidvalidity": now.uidvalidity, "modseq": now.modseq, "known": known}


def deliver(email: str, subject: str) -> None:
    """Mail that comes by another connection."""
    other = sign_in(email)
    data = message(subject)
    other.command(b"APPEND", mailbox("INBOX"), Payload(len(data), [data])).check()
    other.drop()


@pytest.fixture
def user(ours: MailServer, django_user_model: Any) -> Any:
    return django_user_model.objects.create_user(ours.add_account("live"))


def test_new_mail_and_flags_come_by_themselves(user: Any) -> None:
    deliver(user.email, "First")
    known = shown(user.email)

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"type": "open", **known}))
            first = await hear(socket, "delta")
            assert first["resumed"] and first["rows"] == [] and first["octets"] < 1000
            await asyncio.to_thread(deliver, user.email, "Second")
            told = await hear(socket, "delta")
            assert [row["subject"] for row in told["rows"]] == ["Second"]
            assert told["rows"][0]["sender"]["label"] == "Zoë Ünger"
            assert not told["resumed"] and told["exists"] == 2
            await asyncio.to_thread(flag, user.email, told["rows"][0]["uid"])
            told = await hear(socket, "delta")
            assert told["flags"][0]["flags"]["flagged"]

    asyncio.run(story())


def flag(email: str, uid: int) -> None:
    with gateway.session(email) as imap:
        gateway.set_flags(imap, "INBOX", [uid], add=["\\Flagged"])


def test_a_watched_folder_gives_hints(user: Any) -> None:
    modseq = shown(user.email)["modseq"]
    deliver(user.email, "Before the page was there")

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"watch": "INBOX", "modseq": modseq}))
            assert (await hear(socket, "hint"))["folder"] == "INBOX"
            await asyncio.to_thread(deliver, user.email, "Look")
            assert (await hear(socket, "hint"))["folder"] == "INBOX"

    asyncio.run(story())


def test_a_page_that_lost_its_link_gets_only_what_changed(user: Any) -> None:
    for number in range(3):
        deliver(user.email, f"Letter {number}")
    known = shown(user.email)
    deliver(user.email, "While away")
    flag(user.email, known["known"][0])

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps({"type": "open", **known}))
            told = await hear(socket, "delta")
            assert [row["subject"] for row in told["rows"]] == ["While away"]
            assert [change["uid"] for change in told["flags"]] == [known["known"][0]]
            assert told["resumed"] and told["octets"] < 3000

    asyncio.run(story())


def test_strangers_are_turned_away() -> None:
    async def story() -> None:
        async with page(AnonymousUser()) as socket:
            assert (await socket.receive_output(timeout=2))["code"] == 4401

    asyncio.run(story())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"type":"open"}',
        '{"type":"open","folder":"INBOX","uidvalidity":1,"modseq":-1,"known":[]}',
        '{"type":"open","folder":"INBOX","uidvalidity":true,"modseq":1,"known":[]}',
        '{"type":"open","folder":"INBOX","uidvalidity":1,"modseq":1,"known":["1"]}',
        '{"watch": 7}',
        '{"type":"outbox","id":7}',
        "x" * 30_000,
    ],
)
def test_nonsense_is_answered_and_survived(user: Any, text: str) -> None:
    async def story() -> None:
        async with page(user) as socket:
            await socket.say(text)
            assert "makes no sense" in (await hear(socket, "error"))["text"]
            await socket.say(json.dumps({"type": "outbox", "id": "no-such"}))
            assert "no such message" in (await hear(socket, "error"))["text"]

    asyncio.run(story())


def test_trouble_with_the_server_is_told_and_lived_through(user: Any, settings: Any) -> None:
    right = settings.WEBMAIL_IMAP
    settings.WEBMAIL_IMAP = ("127.0.0.1", 1)
    window = {"type": "open", "folder": "INBOX", "uidvalidity": 1, "modseq": 1, "known": []}

    async def story() -> None:
        async with page(user) as socket:
            await socket.say(json.dumps(window))
            assert "can't be reached" in (await hear(socket, "away"))["text"]
            settings.WEBMAIL_IMAP = right
            await socket.say(json.dumps(window))
            assert (await hear(socket, "delta"))["reset"]

    asyncio.run(story())
