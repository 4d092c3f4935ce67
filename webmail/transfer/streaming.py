"""A file that is made while it is sent: octets by turns, in pieces worth sending."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

from webmail.html.parts import disposition

BLOCK = 64 * 1024  # octets that are sent at once, about
LONGEST_NAME = 100  # characters


def file_response(
    request: HttpRequest, name: str, kind: str, octets: Iterator[bytes]
) -> StreamingHttpResponse:
    """The file as a download; under ASGI each piece is made in a worker thread."""
    headers = {"Content-Type": kind, "Content-Disposition": disposition(name, inline=False)}
    is_async = isinstance(request, ASGIRequest)
    response = StreamingHttpResponse(_in_turns(octets) if is_async else octets, headers=headers)
    response["Content-Encoding"] = "identity"  # it goes out as it comes
    return response


async def _in_turns(octets: Iterator[bytes]) -> AsyncIterator[bytes]:
    take = sync_to_async(lambda: next(octets, None), thread_sensitive=False)
    while (piece := await take()) is not None:
        yield piece


def in_blocks(octets: Iterator[bytes]) -> Iterator[bytes]:
    """The same octets, small pieces joined."""
    held: list[bytes] = []
    size = 0
    for piece in octets:
        held.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(held)
            held.clear()
            size = 0
    yield b"".join(held)


def file_name(name: str) -> str:
    """A name as a file's that stays where it belongs, and keeps its extension."""
    kept = "".join("_" if c in '\\/:*?"<>|' or ord(c) < 32 else c for c in name).strip(". ")
    stem, dot, extension = kept.rpartition(".")
    if dot and stem and len(extension) <= 16:
        return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"
    return kept[:LONGEST_NAME] or "_"
