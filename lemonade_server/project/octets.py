"""What a question of a page and its answer took, for the page that says so: counted as they travel.

Head and body of both, as they stand on the socket inside TLS: the body compressed, the head whole.
"""

from __future__ import annotations

from typing import Any

ASKED = (b"x-pane", b"changes")
NAME = b"x-octets"
DATE = len("date: Tue, 24 Nov 2026 05:00:00 GMT\r\n")  # the server writes it itself
STATUS = len("HTTP/1.1 200 OK\r\n")
END = len("\r\n")


class CountedAnswers:
    """Tells in ``X-Octets`` what the changes that a page asked for took, both ways."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if ASKED not in scope["headers"]:
            await self._app(scope, receive, send)
            return
        start: dict[str, Any] = {}
        pieces: list[bytes] = []

        async def gather(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            pieces.append(message.get("body", b""))
            if not message.get("more_body", False):
                body = b"".join(pieces)
                headers = with_octet_count(scope, start["headers"], body)
                await send({**start, "headers": headers})
                await send({"type": "http.response.body", "body": body})

        await self._app(scope, receive, gather)


def with_octet_count(
    scope: dict[str, Any], headers: list[tuple[bytes, bytes]], body: bytes
) -> list[tuple[bytes, bytes]]:
    """The headers, with one more that counts itself too."""
    path = scope.get("raw_path") or scope["path"].encode()
    query = scope["query_string"]
    line = (
        len(scope["method"]) + len(path) + (len(query) + 1 if query else 0) + len("  HTTP/1.1\r\n")
    )
    asked = line + fields(scope["headers"]) + END
    answered = STATUS + DATE + fields(headers) + END + len(body)
    total = asked + answered + fields([(NAME, b"")])
    while len(str(total)) + asked + answered + fields([(NAME, b"")]) != total:
        total = len(str(total)) + asked + answered + fields([(NAME, b"")])
    return [*headers, (NAME, b"%d" % total)]


def fields(headers: Any) -> int:
    """Octets of header lines."""
    return sum(len(name) + len(value) + len(": \r\n") for name, value in headers)
