"""What is refused before Django sees it: pages without TLS, bodies too large, foreign sockets.

Django writes a whole body to a temporary file before it looks who sends it.
"""

from __future__ import annotations

import ipaddress
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.template.loader import render_to_string

FORM = 4_000_000
"""Octets of a form beside its files: what was written, and the boundaries."""
STRANGERS = 1_000_000
"""Octets that somebody who isn't signed in may send: a sign-in has some hundred."""
FORBIDDEN = 4403
"""The code that closes a socket which another site has opened, or without TLS."""
PUBLIC = ("/healthz", "/livez", settings.STATIC_URL)
"""Paths, or their beginnings, for which nobody signs in."""


class SecureSignIn:
    """Lets nobody sign in, or be signed in, over a way on which others could listen.

    Such a way has no TLS and leaves this machine. ``LEMONADE_PLAINTEXT_AUTH`` means here what it
    means to the mail ports. Instead of any page there is one that says why and what to set.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if may_sign_in(scope) or scope.get("path", "").startswith(PUBLIC):
            await self._app(scope, receive, send)
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": FORBIDDEN})
        else:
            policy = settings.LEMONADE.plaintext_auth
            await refuse(send, 403, "unprotected.html", {"never": policy == "never"})


def may_sign_in(scope: dict[str, Any]) -> bool:
    """Whether a password may travel as this request did."""
    if scope.get("scheme") in ("https", "wss"):
        return True
    policy = settings.LEMONADE.plaintext_auth
    return policy == "always" or (policy == "loopback" and _is_here(scope.get("client")))


def _is_here(client: tuple[str, int] | None) -> bool:
    """Whether a peer is on this machine. One without an address came by a local socket."""
    if client is None:
        return True
    try:
        return ipaddress.ip_address(client[0].partition("%")[0]).is_loopback
    except ValueError:
        return False


class RequestTooLarge(Exception):
    """More came than was announced, or than may come."""


class BoundedBodies:
    """Answers 413 to a body that is larger than who sends it may send."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        announced = header(scope, b"content-length")
        if not announced and not header(scope, b"transfer-encoding"):
            await self._app(scope, receive, send)
            return
        size = int(announced) if announced.isdecimal() else 0
        limit = STRANGERS
        if size > limit or not announced:
            limit = await allowance(scope)
        if size > limit:
            await refuse(send, 413, "413.html")
            return
        body = Body(receive, limit)
        try:
            await self._app(scope, body.receive, body.watched(send))
        except RequestTooLarge:
            if not body.answered:
                await refuse(send, 413, "413.html")


class Body:
    """Counts what comes, whatever was announced."""

    def __init__(self, receive: Any, limit: int) -> None:
        self._receive = receive
        self._left = limit
        self.answered = False

    async def receive(self) -> Any:
        """The next piece. Raises TooLarge."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left < 0:
            raise RequestTooLarge
        return message

    def watched(self, send: Any) -> Any:
        """``send``, which is known to have begun."""

        async def inner(message: Any) -> None:
            self.answered = True
            await send(message)

        return inner


class OwnSockets:
    """Lets a WebSocket in only from a page of this very origin.

    A browser sends the cookies along whichever page opens the socket, and where every host is
    allowed, so is every origin.
    """

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        origin = urlsplit(header(scope, b"origin").lower())
        host = header(scope, b"host").lower()
        if origin.scheme in ("http", "https") and host and origin.netloc == host:
            await self._app(scope, receive, send)
            return
        await receive()
        await send({"type": "websocket.close", "code": FORBIDDEN})


def header(scope: dict[str, Any], name: bytes) -> str:
    """The value of a header; "" when it is missing."""
    found = next((value for key, value in scope["headers"] if key == name), b"")
    return str(found.decode("latin-1"))


async def allowance(scope: dict[str, Any]) -> int:
    """How many octets the sender of a request may send."""
    try:
        cookies = SimpleCookie(header(scope, b"cookie"))
    except CookieError:
        return STRANGERS
    cookie = cookies.get(settings.SESSION_COOKIE_NAME)
    if cookie is None or await SessionStore(cookie.value).aget(SESSION_KEY) is None:
        return STRANGERS
    return int(settings.LEMONADE.max_message) + FORM


async def refuse(
    send: Any, status: int, template: str, values: dict[str, Any] | None = None
) -> None:
    """Answer with a page and close the connection: what still comes is not read."""
    page = render_to_string(template, values).encode()
    headers = {
        "content-type": "text/html; charset=utf-8",
        "content-length": str(len(page)),
        "content-security-policy": "default-src 'none'; style-src 'self'",
        "cache-control": "no-store",
        "connection": "close",
    }
    coded = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": coded})
    await send({"type": "http.response.body", "body": page})
