"""From the thread that watches idle IMAP connections to the pages that are open."""

from __future__ import annotations

import asyncio
import hashlib
import threading
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest

from webmail import mail

_loops: dict[str, set[asyncio.AbstractEventLoop]] = {}
_guard = threading.Lock()


@dataclass(slots=True)
class SignedIn:
    """By which session a page was opened, and whose it is."""

    session_key: str
    account: int

    def still(self) -> bool:
        """Whether that session goes on: it ends by signing out, by a new password, by itself."""
        request = HttpRequest()
        store: Any = import_module(settings.SESSION_ENGINE).SessionStore
        request.session = store(self.session_key)
        return get_user(request).pk == self.account


def group(email: str) -> str:
    """The channel-layer group of a user's open pages."""
    return "mail." + hashlib.sha256(email.encode()).hexdigest()[:40]


def join(email: str) -> None:
    """Called in the event loop of a page's socket: news for ``email`` are sent from that loop.

    The in-memory channel layer is bound to its loop; the watching thread must hand over there.
    """
    with _guard:
        mail.add_listener(_pass_on)
        _loops.setdefault(email, set()).add(asyncio.get_running_loop())


def leave(email: str) -> None:
    """The last page of this process is gone."""
    with _guard:
        _loops.pop(email, None)


def _pass_on(email: str, folder: str) -> None:
    """Any thread: mail of ``email`` changed. Loops that have ended are forgotten."""
    with _guard:
        loops = list(_loops.get(email, ()))
    for loop in loops:
        if loop.is_closed():
            with _guard:
                _loops.get(email, set()).discard(loop)
            continue
        asyncio.run_coroutine_threadsafe(_publish(email, folder), loop)


async def _publish(email: str, folder: str) -> None:
    layer = get_channel_layer()
    if layer is not None:
        await layer.group_send(group(email), {"type": "mail.stirred", "folder": folder})
