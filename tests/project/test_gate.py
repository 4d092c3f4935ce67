"""Before Django: bodies have a limit by who sends them, sockets come from our own pages."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import settings as django_settings
from django.test import Client

from lemonade_server.models import Account
from lemonade_server.project.gate import (
    FORM,
    STRANGERS,
    BoundedBodies,
    OwnSockets,
    SecureSignIn,
    may_sign_in,
)


async def reads_all(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """An application that answers 200 when it has the whole body."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def answer(
    app: Any, kind: str, headers: dict[str, str], messages: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """What an application sends for one connection."""
    coded = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": kind, "path": "/", "method": "POST", "headers": coded}
    coming = iter(messages)
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(coming)

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


def post(size: int, cookie: str = "", announced: int | None = None) -> int:
    """The status for a body of ``size`` octets; ``announced`` -1: in chunks."""
    said = size if announced is None else announced
    headers = {"transfer-encoding": "chunked"} if said < 0 else {"content-length": str(said)}
    if cookie:
        headers["cookie"] = f"{django_settings.SESSION_COOKIE_NAME}={cookie}"
    piece = 500_000
    pieces = (
        {
            "type": "http.request",
            "body": b"x" * min(piece, size - at),
            "more_body": at + piece < size,
        }
        for at in range(0, size, piece)
    )
    sent = async_to_sync(answer)(BoundedBodies(reads_all), "http", headers, pieces)
    return int(sent[0]["status"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("plain_static")
def test_a_body_may_be_as_large_as_its_sender_is_known() -> None:
    account = Account.objects.create_user("gate@lemonade.test", "a long enough phrase")
    client = Client()
    client.force_login(account)
    known = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    most = django_settings.LEMONADE.max_message + FORM
    assert post(STRANGERS) == 200
    assert post(STRANGERS + 1) == post(STRANGERS + 1, "made-up") == 413
    assert post(STRANGERS + 1, announced=-1) == 413
    assert post(STRANGERS + 1, announced=5) == 413
    assert post(STRANGERS + 1, known) == post(STRANGERS + 1, known, announced=-1) == 200
    assert post(1, known, announced=most + 1) == 413
    client.logout()
    assert post(STRANGERS + 1, known) == 413


@pytest.fixture
def plain_static(settings: Any) -> None:
    """Pages without collected static files."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


@pytest.mark.parametrize(
    ("origin", "let_in"),
    [
        ("https://mail.example", True),
        ("https://MAIL.example", True),
        ("https://mail.example:8443", False),
        ("https://mail.example.far.example", False),
        ("https://far.example", False),
        ("https://far.example@mail.example", False),
        ("null", False),
        ("", False),
    ],
)
def test_a_socket_comes_from_a_page_of_the_same_origin(origin: str, let_in: bool) -> None:
    async def accepts(scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "websocket.accept"})

    headers = {"host": "mail.example", "origin": origin}
    connect = [{"type": "websocket.connect"}]
    sent = async_to_sync(answer)(OwnSockets(accepts), "websocket", headers, connect)
    assert sent[0]["type"] == ("websocket.accept" if let_in else "websocket.close")


HERE, THERE = ("127.0.0.1", 40_000), ("192.0.2.1", 40_000)


@pytest.mark.parametrize(
    ("policy", "scheme", "client", "allowed"),
    [
        ("loopback", "http", HERE, True),
        ("loopback", "http", ("::1", 1), True),
        ("loopback", "http", None, True),
        ("loopback", "http", THERE, False),
        ("loopback", "ws", THERE, False),
        ("loopback", "http", ("::ffff:192.0.2.1", 1), False),
        ("loopback", "http", ("fe80::1%eth0", 1), False),
        ("loopback", "http", ("unknown", 1), False),
        ("loopback", "https", THERE, True),
        ("loopback", "wss", THERE, True),
        ("never", "http", HERE, False),
        ("never", "https", HERE, True),
        ("always", "http", THERE, True),
    ],
)
def test_passwords_travel_by_tls_or_not_at_all(
    settings: Any, policy: str, scheme: str, client: tuple[str, int] | None, allowed: bool
) -> None:
    settings.LEMONADE = dataclasses.replace(settings.LEMONADE, plaintext_auth=policy)
    assert may_sign_in({"scheme": scheme, "client": client}) is allowed


def from_afar(path: str, kind: str = "http") -> list[dict[str, Any]]:
    """What is sent to somebody who comes to a path from elsewhere, without TLS."""

    async def moved(scope: dict[str, Any], receive: Any, send: Any) -> None:
        there = {**scope, "path": path, "scheme": "ws" if kind == "websocket" else "http"}
        await SecureSignIn(reads_all)({**there, "client": THERE}, receive, send)

    messages = [{"type": "websocket.connect" if kind == "websocket" else "http.request"}]
    return async_to_sync(answer)(moved, kind, {}, messages)


@pytest.mark.usefixtures("plain_static")
@pytest.mark.parametrize("path", ["/", "/login", "/admin/", "/admin/login/", "/no-such-page"])
def test_instead_of_any_page_there_is_one_that_says_what_to_set(path: str) -> None:
    start, body = from_afar(path)
    assert start["status"] == 403
    assert all(
        name in body["body"]
        for name in (b"LEMONADE_WEB_TLS", b"X-Forwarded-Proto", b"LEMONADE_PLAINTEXT_AUTH")
    )


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/static/webmail/pages/lemonade.css"])
def test_what_nobody_signs_in_for_is_open(path: str) -> None:
    assert from_afar(path)[0]["status"] == 200


def test_a_socket_without_tls_is_closed() -> None:
    assert from_afar("/live/", "websocket") == [{"type": "websocket.close", "code": 4403}]
