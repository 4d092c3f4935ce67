"""Server responses as nested Python values: lists, bytes, int, None.

imaplib hands over each response as lines and ``(line, literal)`` pairs; a response ends where its
parentheses close. Strings stay bytes, so a quoted ``"NIL"`` or ``"12"`` is never mistaken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

Value = bytes | int | None | list["Value"]
Raw = bytes | tuple[bytes, bytes]

_TOKEN = re.compile(
    rb"""\ *(?:
      (?P<open>\() | (?P<close>\)) |
      "(?P<quoted>(?:[^"\\]|\\.)*)" |
      (?P<literal>~?\{\d+\+?\}\Z) |
      (?P<atom>(?:[^\s()"\[{]|\[[^\]]*\]|\{(?!\d+\+?\}\Z))+)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(rb"\\(.)", re.DOTALL)
MAX_DEPTH = 100


class BadResponse(Exception):
    """The server said something that is not a response."""


def values(raw: Sequence[Raw | None]) -> Iterator[Value]:
    """The values of all responses in ``raw``, one after another. Raises BadResponse."""
    stack: list[list[Value]] = []
    for record in raw:
        if not record:
            continue
        text, literal = record if isinstance(record, tuple) else (record, b"")
        for value in _tokens(text, literal):
            if value is _OPEN:
                stack.append([])
                if len(stack) > MAX_DEPTH:
                    raise BadResponse("the server's answer is nested too deeply")
            elif value is _CLOSE:
                if not stack:
                    raise BadResponse("a parenthesis too many in the server's answer")
                done: Value = stack.pop()
                if stack:
                    stack[-1].append(done)
                else:
                    yield done
            elif stack:
                stack[-1].append(value)  # type: ignore[arg-type]
            else:
                yield value  # type: ignore[misc]
    if stack:
        raise BadResponse("the server's answer ends too early")


_OPEN = object()
_CLOSE = object()


def responses(raw: Sequence[Raw | None]) -> Iterator[list[Value]]:
    """The values of each response by itself. imaplib ends every one with a line of its own."""
    group: list[Raw | None] = []
    for record in raw:
        group.append(record)
        if not isinstance(record, tuple):
            yield list(values(group))
            group = []


def _tokens(text: bytes, literal: bytes) -> Iterator[object]:
    pos = 0
    end = len(text.rstrip(b" "))
    while pos < end:
        match = _TOKEN.match(text, pos)
        if match is None:
            raise BadResponse(f"can't read the server's answer at {text[pos : pos + 30]!r}")
        pos = match.end()
        kind = match.lastgroup
        if kind == "open":
            yield _OPEN
        elif kind == "close":
            yield _CLOSE
        elif kind == "literal":
            yield literal
        elif kind == "quoted":
            data = match["quoted"]
            yield _ESCAPE.sub(rb"\1", data) if b"\\" in data else data
        else:
            yield _atom(match["atom"])


def _atom(word: bytes) -> bytes | int | None:
    if word.isdigit():
        return int(word)
    return None if word.upper() == b"NIL" else word


Items = dict[bytes, Value]


def parse_fetch(raw: Sequence[Raw | None]) -> dict[int, Items]:
    """FETCH responses by UID: names in upper case to values, with the number under ``SEQ``.

    Several responses for one message are joined. Those without UID are left out.
    """
    out: dict[int, Items] = {}
    for response in responses(raw):
        number, items = response if len(response) == 2 else (None, None)
        if not isinstance(number, int) or not isinstance(items, list) or len(items) % 2:
            raise BadResponse("the server's FETCH answer has no message number or no pairs")
        found: Items = {b"SEQ": number}
        for name, value in zip(items[::2], items[1::2], strict=True):
            if isinstance(name, bytes):
                found[name.upper()] = value
        uid = found.get(b"UID")
        if isinstance(uid, int):
            out.setdefault(uid, {}).update(found)
    return out


def ranges(value: Value) -> list[tuple[int, int]]:
    """A UID set such as ``3,5:7`` as inclusive pairs."""
    if isinstance(value, int):
        return [(value, value)]
    out: list[tuple[int, int]] = []
    for item in (value if isinstance(value, bytes) else b"").split(b","):
        first, _, last = item.partition(b":")
        if first.isdigit() and (last.isdigit() or not last):
            low, high = sorted((int(first), int(last or first)))
            out.append((low, high))
    return out


def numbers(value: Value, limit: int = 1_000_000) -> list[int]:
    """A UID set, number by number, in the order written; cut at ``limit``."""
    out: list[int] = []
    for low, high in ranges(value):
        out.extend(range(low, min(high, low + limit) + 1))
    return out[:limit]
