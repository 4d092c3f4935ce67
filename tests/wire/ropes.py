"""Message sources for the tests of the scanner: ropes that count what is read of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lemonade_server.wire.mime import Part

_DASH_LINE = re.compile(rb"(?:\A|\n)--")


class Rope:
    """Pieces one behind the other. A long piece without a line that starts with -- is opaque."""

    def __init__(self, *pieces: bytes, opaque_over: int = 0) -> None:
        self._data = b"".join(pieces)
        self.size = len(self._data)
        self.octets_read = 0
        self._spans: list[tuple[int, int, bool]] = []
        start = 0
        for piece in pieces:
            opaque = len(piece) > opaque_over and not _DASH_LINE.search(piece)
            self._spans.append((start, start + len(piece), opaque))
            start += len(piece)

    def read(self, start: int, stop: int) -> bytes:
        data = self._data[start:stop]
        self.octets_read += len(data)
        return data

    def spans(self) -> Iterable[tuple[int, int, bool]]:
        return self._spans

    def lines(self, start: int, stop: int) -> int:
        return self._data.count(b"\n", start, stop)


def every_part(root: Part) -> list[Part]:
    return [root] + [part for child in root.children for part in every_part(child)]


def outline(root: Part) -> str:
    """The tree in one line: ``mixed(text/plain, message/rfc822(text/html))``."""
    name = root.subtype if root.is_multipart else f"{root.type}/{root.subtype}"
    inside = ", ".join(map(outline, root.children))
    return f"{name}({inside})" if inside else name


def check_offsets(root: Part, size: int) -> None:
    """Children lie inside their parents, in order, without overlap; nothing leaves the message."""
    assert root.header_start == 0 and root.stop == size
    for part in every_part(root):
        assert 0 <= part.header_start <= part.body_start <= part.stop <= size
        at = part.body_start
        for child in part.children:
            assert at <= child.header_start and child.stop <= part.stop
            at = child.stop
        assert len(part.children) == 1 if part.is_message else True
        assert bool(part.children) == (part.is_multipart or part.is_message)
