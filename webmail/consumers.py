"""Live pages: changes of the open folder, counts of the others, and how a message gets on.

A page may ``watch`` a folder, as of a mod-sequence: then it gets a hint whenever that changed, and
asks for the changes itself. Or it may ``open`` one, naming what it shows and the mod-sequence it
has: then it gets only what changed since, also after its link was lost.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from dataclasses import asdict
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from . import gateway, live, outbox
from .gateway.pool import connections
from .gateway.types import Delta, Folder, GatewayError, Receipt, Row

MOST_KNOWN = 500
MOST_TEXT = 20_000  # octets of one message from the page
POLL = 60.0  # seconds; a change that IDLE could not tell is seen then
RETRY = 5.0  # seconds between tries while the mail server is away
FOLLOW = 0.4  # seconds between looks at a message on its way
CALM = 0.15  # seconds in which several hints become one question


class LiveConsumer(AsyncWebsocketConsumer):
    """One open page. The session's cookie has signed it in; the origin is checked outside."""

    async def connect(self) -> None:
        user = self.scope.get("user")
        if user is None or not user.is_authenticated or not user.is_active:
            await self.accept()  # type: ignore[no-untyped-call]
            await self.close(code=4401)  # type: ignore[no-untyped-call]
            return
        self.email: str = user.email
        self.window: tuple[str, int, int, list[int]] | None = None
        self.watched = ""
        self.hinted = False  # something was heard of the watched folder
        self.seen = ""  # how the watched folder was at the last look
        self.jobs: set[asyncio.Task[None]] = set()
        self.stirred = asyncio.Event()
        self.fresh = False  # the next delta answers an "open", not a hint
        self.counts: dict[str, tuple[int, int]] = {}
        self.place = contextlib.ExitStack()
        self.place.enter_context(connections.page_open(self.email))
        live.join(self.email)
        await self.channel_layer.group_add(live.group(self.email), self.channel_name)
        await self.accept()  # type: ignore[no-untyped-call]
        self._start(self._keep_up())

    async def disconnect(self, code: int) -> None:
        if not hasattr(self, "place"):
            return
        for job in self.jobs:
            job.cancel()
        self.place.close()
        await self.channel_layer.group_discard(live.group(self.email), self.channel_name)
        if not connections.seat(self.email).pages:
            live.leave(self.email)

    def _start(self, job: Any) -> None:
        task = asyncio.get_running_loop().create_task(job)
        self.jobs.add(task)
        task.add_done_callback(self.jobs.discard)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One JSON object from the page. Anything else is answered with an error."""
        if not hasattr(self, "place"):
            return
        try:
            content = json.loads(text_data or "") if len(text_data or "") <= MOST_TEXT else None
        except ValueError:
            content = None
        if not isinstance(content, dict):
            content = {"type": "nonsense"}
        kind = content.get("type")
        if kind == "open" and (window := _window(content)) is not None:
            self.window = window
            self.fresh = True
            self.stirred.set()
        elif kind is None and _is_name(content.get("watch")):
            self.watched = content["watch"]
            modseq = content.get("modseq")
            self.seen = str(modseq) if type(modseq) is int and modseq > 0 else ""
            self.stirred.set()
        elif kind == "close":
            self.window = None
        elif kind == "outbox" and isinstance(content.get("id"), str) and len(self.jobs) < 20:
            self._start(self._follow(content["id"]))
        else:
            await self._tell({"type": "error", "text": "This message makes no sense."})

    async def mail_stirred(self, event: dict[str, Any]) -> None:
        """A hint through the channel layer: something of this user's mail changed."""
        self.hinted = self.hinted or event["folder"] == self.watched
        self.stirred.set()

    async def _keep_up(self) -> None:
        """Ask for what changed after each hint and now and then; go on trying after trouble."""
        wait = POLL
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.stirred.wait(), wait)
                if not self.fresh:
                    await asyncio.sleep(CALM)
            self.stirred.clear()
            try:
                await self._look()
                wait = POLL
            except GatewayError as error:
                await self._tell({"type": "away", "text": str(error)})
                wait = RETRY

    async def _look(self) -> None:
        window, fresh = self.window, self.fresh
        self.fresh = False
        if self.watched:
            await self._compare(self.watched)
        if window is not None:
            delta = await self._in_thread(_delta, self.email, *window)
            if self.window == window:  # the page has not gone elsewhere meanwhile
                self._advance(delta)
                if fresh or delta.reset or delta.rows or delta.flags or delta.vanished:
                    await self._tell(delta_json(delta, fresh))
        if window is None:
            return
        folders = await self._in_thread(_folders, self.email)
        counts = {folder.name: (folder.unseen, folder.messages) for folder in folders}
        changed = [f for f in folders if self.counts.get(f.name) != counts[f.name]]
        self.counts = counts
        if changed:
            await self._tell({"type": "folders", "folders": [_folder_json(f) for f in changed]})

    async def _compare(self, folder: str) -> None:
        """A hint when the watched folder differs from the last look; IDLE stays in that folder."""
        now = await self._in_thread(_state, self.email, folder)
        if self.watched == folder:
            before, self.seen = self.seen, now
            hinted, self.hinted = self.hinted, False
            if (before and before != now) or (hinted and not now.isdecimal()):
                await self._tell({"folder": folder})

    def _advance(self, delta: Delta) -> None:
        """What the page shows after this delta, so that the next one starts there."""
        assert self.window is not None
        folder, _, _, known = self.window
        left = set(known) - set(delta.vanished) | {row.uid for row in delta.rows}
        if delta.reset:
            left = set()
        newest = sorted(left)[-MOST_KNOWN:]
        self.window = (folder, delta.uidvalidity, delta.modseq, newest)

    async def _follow(self, pk: str) -> None:
        """Tell each change of a message on its way, until nothing more will happen."""
        last: Receipt | None = None
        while True:
            now = await database_sync_to_async(_receipt)(self.email, pk)
            if now is None:
                await self._tell({"type": "error", "text": "There is no such message."})
                return
            if now != last:
                await self._tell({"type": "receipt", **asdict(now)})
            if now.final:
                return
            last = now
            await asyncio.sleep(FOLLOW)

    @staticmethod
    async def _in_thread(job: Any, *arguments: Any) -> Any:
        return await database_sync_to_async(job, thread_sensitive=False)(*arguments)

    async def _tell(self, content: dict[str, Any]) -> None:
        text = json.dumps(content, separators=(",", ":"))
        await self.send(text_data=text)  # type: ignore[no-untyped-call]


def _window(content: dict[str, Any]) -> tuple[str, int, int, list[int]] | None:
    folder = content.get("folder")
    validity, modseq = content.get("uidvalidity"), content.get("modseq")
    known = content.get("known")
    if not isinstance(folder, str) or not folder or not isinstance(known, list):
        return None
    numbers = [validity, modseq, *known]
    if len(known) > MOST_KNOWN or not all(type(n) is int and 0 <= n < 2**63 for n in numbers):
        return None
    return folder, numbers[0], numbers[1], numbers[2:]


def _delta(email: str, folder: str, uidvalidity: int, modseq: int, known: list[int]) -> Delta:
    with gateway.session(email) as imap:
        return gateway.delta(imap, folder, uidvalidity, modseq, known)


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 1000


def _state(email: str, folder: str) -> str:
    """The folder's mod-sequence, which every change raises; its counts where there is none."""
    with gateway.session(email) as imap:
        now = gateway.counts(imap, folder)
    return str(now.get("HIGHESTMODSEQ") or sorted(now.items()))


def _folders(email: str) -> list[Folder]:
    with gateway.session(email) as imap:
        return gateway.folders(imap)


def _receipt(email: str, pk: str) -> Receipt | None:
    row = outbox.find(email, pk)
    return outbox.receipt(row) if row is not None else None


def delta_json(delta: Delta, resumed: bool) -> dict[str, Any]:
    """A Delta as the page gets it; ``resumed`` when it answers the page's own question."""
    return {
        "type": "delta",
        "folder": delta.folder,
        "uidvalidity": delta.uidvalidity,
        "modseq": delta.modseq,
        "reset": delta.reset,
        "rows": [row_json(row) for row in delta.rows],
        "flags": [asdict(change) for change in delta.flags],
        "vanished": delta.vanished,
        "exists": delta.exists,
        "unseen": delta.unseen,
        "uidnext": delta.uidnext,
        "octets": delta.octets,
        "resumed": resumed,
    }


def row_json(row: Row) -> dict[str, Any]:
    """A list row as the page gets it."""
    out = asdict(row)
    out["sender"]["label"] = row.sender.label
    for address, shown in zip(out["recipients"], row.recipients, strict=True):
        address["label"] = shown.label
    out["date"] = row.date.isoformat()
    out["received"] = row.received.isoformat()
    return out


def _folder_json(folder: Folder) -> dict[str, Any]:
    return {"name": folder.name, "unseen": folder.unseen, "messages": folder.messages}
