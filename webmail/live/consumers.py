"""Live pages: a hint whenever the folder that a page shows has changed.

The page says ``{"watch": folder, "modseq": n}``, at once, whenever it shows another folder, and
when it has taken in changes. It hears ``{"folder": name}`` and then asks for the changes itself,
with the mod-sequence it has: so a hint that is lost or comes twice does no harm. ``{"away": true}``
says that the mail server can't be reached, ``{"back": true}`` that it can again.

``{"ping": 1}`` is answered ``{"pong": 1}``: a link that is dead tells nobody.

``{"follow": Message-ID}`` says that the page shows what became of a sent message, "" that it no
longer does; ``{"way": Message-ID}`` tells that this has changed.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db.utils import Error
from django.utils.translation import gettext

from webmail import mail
from webmail.mail import FolderState, MailError, NotFound
from webmail.outgoing import timeline
from webmail.transport.time_limit import limit_waiting

from . import hints

MOST_TEXT = 2_000  # characters of one message from the page
LONGEST_NAME = 1_000  # characters of a folder's name
POLL = 60.0  # seconds; a change that IDLE could not tell is seen then
RETRY = 3.0  # seconds between tries while the mail server is away
LOOK = 1.0  # seconds between looks at a message that is on its way
LOOK_LATER = 20.0  # the same once only a reader's receipt can come, which mostly gives a hint
CALM = 0.15  # seconds in which several hints become one question
STRANGER = 4401  # the code that closes the socket of somebody who is not signed in


class LiveConsumer(AsyncWebsocketConsumer):
    """One open page. The session's cookie has signed it in, and must go on to; the origin is
    checked outside.
    """

    async def connect(self) -> None:
        user = self.scope.get("user")
        await self.accept()  # type: ignore[no-untyped-call]
        if user is None or not user.is_authenticated or not user.is_active:
            await self.close(code=STRANGER)  # type: ignore[no-untyped-call]
            return
        self.email: str = user.email
        self.signed_in = hints.SignedIn(self.scope["session"].session_key, user.pk)
        self.watched = ""
        self.seen: FolderState | None = None  # how the watched folder was at the last look
        self.has_modseq = False  # the last look brought a mod-sequence
        self.on_page = 0  # the mod-sequence that the page has; 0: not known
        self.hinted = False  # something was heard of the watched folder since
        self.elsewhere = False  # and of another one, whose count the page shows
        self.strayed = False  # the connection listens to another folder now
        self.away = False
        self.following: asyncio.Task[None] | None = None
        self.stirred = asyncio.Event()
        self.arrived = asyncio.Event()  # perhaps a receipt or a report
        self.place = contextlib.ExitStack()
        self.place.enter_context(mail.page_open(self.email))
        hints.join(self.email)
        await self.channel_layer.group_add(hints.group(self.email), self.channel_name)
        self.job = asyncio.get_running_loop().create_task(self._keep_up())

    async def disconnect(self, code: int) -> None:
        if not hasattr(self, "job"):
            return
        self.job.cancel()
        self._follow("")
        self.place.close()
        await self.channel_layer.group_discard(hints.group(self.email), self.channel_name)
        if not mail.open_pages(self.email):
            hints.leave(self.email)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One JSON object from the page. Anything else is answered with an error."""
        if not hasattr(self, "job"):
            return
        content = _content(text_data or "")
        if "ping" in content:
            await self._tell({"pong": 1})
            return
        if isinstance(message_id := content.get("follow"), str):
            self._follow(message_id)
            return
        wanted = _parse_watch(content)
        if wanted is None:
            await self._tell({"error": gettext("This message makes no sense.")})
            return
        is_same = wanted[0] == self.watched
        self.watched, self.on_page = wanted
        self.seen = None
        if not is_same:
            self.hinted = self.has_modseq = False
            self.stirred.set()

    async def mail_stirred(self, event: dict[str, Any]) -> None:
        """A hint through the channel layer: something of this user's mail changed."""
        self.hinted = self.hinted or event["folder"] == self.watched
        self.elsewhere = self.elsewhere or event["folder"] != self.watched
        self.strayed = self.strayed or event["folder"] not in ("", self.watched)
        self.stirred.set()
        self.arrived.set()

    async def _keep_up(self) -> None:
        """Look after each hint and now and then; go on trying while the mail server is away."""
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stirred.wait(), RETRY if self.away else POLL)
                await asyncio.sleep(CALM)
            self.stirred.clear()
            still = database_sync_to_async(self.signed_in.still, thread_sensitive=False)
            try:
                goes_on = await still()
            except Error:  # the database is away: the page is told what it missed later
                await asyncio.sleep(RETRY)
                self.stirred.set()
                continue
            if not goes_on:
                await self.close(code=STRANGER)  # type: ignore[no-untyped-call]
                return
            folder = self.watched
            try:
                await self._look()
            except NotFound:  # the folder is gone: the page finds out when it asks
                if self.watched == folder:  # and has not gone elsewhere meanwhile
                    await self._tell({"folder": folder})
                    self.watched = ""
            except MailError:
                if not self.away:
                    await self._tell({"away": True})
                self.away = True

    def _needs_no_look(self) -> bool:
        """The mail server has said that there is news: the page asks what, and one asks for it.

        Without mod-sequences nobody could tell later what the page has seen.
        """
        said = self.hinted or self.elsewhere
        return said and self.has_modseq and not self.strayed and not self.away

    async def _look(self) -> None:
        """A hint when the watched folder differs from the last look; IDLE stays in that folder."""
        folder = self.watched
        if not folder:
            return
        if self._needs_no_look():
            self.hinted = self.elsewhere = False
            await self._tell({"folder": folder})
            return
        hinted, elsewhere = self.hinted, self.elsewhere
        # What is heard while it is looked may be newer than what is seen: it counts for the next.
        self.hinted = self.elsewhere = self.strayed = False
        look = database_sync_to_async(_state, thread_sensitive=False)
        try:
            now = await look(self.email, folder)
        except MailError:
            self.hinted, self.elsewhere = self.hinted or hinted, self.elsewhere or elsewhere
            raise
        if self.away:
            self.away = False
            await self._tell({"back": True})
        if self.watched != folder:  # the page has gone elsewhere meanwhile
            return
        if self.seen is not None:
            is_news = self.seen != now or (hinted and not now.modseq)
        else:
            is_news = self.on_page != now.modseq if self.on_page else hinted
        self.seen, self.has_modseq = now, now.modseq > 0
        if is_news or elsewhere:
            await self._tell({"folder": folder})

    def _follow(self, message_id: str) -> None:
        if self.following is not None:
            self.following.cancel()
            self.following = None
        if message_id:
            job = self._keep_following(message_id)
            self.following = asyncio.get_running_loop().create_task(job)

    async def _keep_following(self, message_id: str) -> None:
        """Say whenever the way of a sent message is another than at the last look."""
        look = database_sync_to_async(timeline.of_message, thread_sensitive=False)
        before = None
        with contextlib.suppress(Error):  # the next look says it
            before = await look(self.email, message_id)
        while True:
            with contextlib.suppress(TimeoutError):
                later = LOOK_LATER if before is not None and before.ended else LOOK
                await asyncio.wait_for(self.arrived.wait(), later)
                await asyncio.sleep(CALM)
            self.arrived.clear()
            try:
                now = await look(self.email, message_id)
            except Error:  # the database is away
                await asyncio.sleep(RETRY)
                continue
            if now != before:
                await self._tell({"way": message_id})
            before = now

    async def _tell(self, content: dict[str, Any]) -> None:
        text = json.dumps(content, separators=(",", ":"))
        await self.send(text_data=text)  # type: ignore[no-untyped-call]


def _content(text: str) -> dict[str, Any]:
    """What the page said; {} for nonsense."""
    try:
        content = json.loads(text) if len(text) <= MOST_TEXT else None
    except (ValueError, RecursionError):  # the latter of a thousand brackets
        content = None
    return content if isinstance(content, dict) else {}


def _parse_watch(content: dict[str, Any]) -> tuple[str, int] | None:
    """The folder to watch and its mod-sequence on the page (0: unknown); None for nonsense."""
    folder = content.get("watch")
    if not isinstance(folder, str) or not 0 < len(folder) <= LONGEST_NAME or "\0" in folder:
        return None
    modseq = content.get("modseq")
    return folder, modseq if type(modseq) is int and modseq > 0 else 0


def _state(email: str, folder: str) -> FolderState:
    with limit_waiting(), mail.session(email) as session:
        return session.state(folder)
