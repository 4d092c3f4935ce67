"""The words of a message's bodies, decoded, within a budget that large attachments do not touch."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate

from lemonade_server.wire import headers, text, uuencode
from lemonade_server.wire.html import html_to_text
from lemonade_server.wire.mime import Part, Source
from lemonade_server.wire.parameters import parameter
from lemonade_server.wire.preview import preview

TEXT_LIMIT = 1_048_576  # octets of bodies that are decoded
OPAQUE_LIMIT = 262_144  # how many of these may come from spans that the scan leaves unread
HEADER_LIMIT = 65_536  # octets of an embedded message's header


def body_text(source: Source, root: Part) -> tuple[str, str]:
    """(all the words, a preview). Names of attachments and headers of embedded messages count.

    A text part that is too long for the budget is read from its beginning as far as it goes.
    """
    budget = _Budget(source)
    found: list[str] = []
    plain = marked = ""
    for part in _walk(root):
        if part is not root and (name := text.filename(part)):
            found.append(name)
        if part.is_message:
            inner = part.children[0]
            stop = min(inner.body_start, inner.header_start + HEADER_LIMIT)
            found.append(
                header_text(headers.unfolded_fields(source.read(inner.header_start, stop)))
            )
        elif part.type == "text":
            words, names = _words(source, part, budget.allow(part.body_start, part.stop))
            found += [words, *names]
            if part.disposition is None or part.disposition[0] != "attachment":
                if part.subtype == "html":
                    marked = marked or words
                else:
                    plain = plain or (words if words.strip() else "")
    return "\n".join(found), preview(plain or marked)


def header_text(values: Iterable[tuple[bytes, bytes]]) -> str:
    """Unfolded fields, decoded, a line each: ``Name: value``."""
    return "\n".join(
        [f"{name.decode('ascii')}: {text.decode_words(value)}" for name, value in values]
    )


def _walk(part: Part) -> Iterator[Part]:
    yield part
    for child in part.children:
        yield from _walk(child)


def _words(source: Source, part: Part, length: int) -> tuple[str, list[str]]:
    """The words of a text part, and the names of files that stand in it uuencoded."""
    if length == 0:
        return "", []
    given = parameter(part.params, "charset")
    charset = given[0] if given else ""
    data = source.read(part.body_start, part.body_start + length)
    if part.subtype == "html":
        return html_to_text(text.decode_body(data, part.encoding, charset)), []
    octets = text.transfer_meant(data, part.encoding)
    rest, files = uuencode.split(octets, cut=True)
    return text.decode_text(rest, charset), [text.decode_words(file.name) for file in files]


class _Budget:
    """How much of each span may be read."""

    __slots__ = ("_before", "_left", "_opaque", "_opaque_left", "_starts")

    def __init__(self, source: Source) -> None:
        self._left = TEXT_LIMIT
        self._opaque_left = OPAQUE_LIMIT
        self._opaque = [(start, stop) for start, stop, opaque in source.spans() if opaque]
        self._starts = [start for start, _ in self._opaque]
        self._before = [0, *accumulate(stop - start for start, stop in self._opaque)]

    def allow(self, start: int, stop: int) -> int:
        """Octets from ``start`` that may be read, and takes them off."""
        length = min(stop - start, self._left)
        if self._opaque:
            hidden = self._hidden_before(start + length) - self._hidden_before(start)
            if hidden > self._opaque_left:
                length = min(length, self._opaque_left)
                hidden = length
            self._opaque_left -= hidden
        self._left -= length
        return length

    def _hidden_before(self, offset: int) -> int:
        """Opaque octets in front of an offset."""
        index = bisect_right(self._starts, offset)
        if index == 0:
            return 0
        start, stop = self._opaque[index - 1]
        return self._before[index - 1] + min(offset, stop) - start
