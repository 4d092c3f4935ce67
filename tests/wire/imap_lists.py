"""Parenthesized lists of IMAP read back, and the grammar of ``body`` and ``envelope`` checked."""

from __future__ import annotations

import re

Value = None | int | bytes | list["Value"]

_TOKEN = re.compile(
    rb" |(\()|(\))|(NIL)|(\d+)|\"((?:[^\"\\\r\n\x80-\xff]|\\[\"\\])*)\"|\{(\d+)\}\r\n"
)


def parse(data: bytes) -> list[Value]:
    """The one list that ``data`` is. Fails on anything else."""
    stack: list[list[Value]] = [[]]
    position = 0
    while position < len(data):
        match = _TOKEN.match(data, position)
        assert match is not None, data[position : position + 40]
        position = match.end()
        opened, closed, nil, number, quoted, size = match.groups()
        if opened:
            stack.append([])
        elif closed:
            done = stack.pop()
            stack[-1].append(done)
        elif nil:
            stack[-1].append(None)
        elif number is not None:
            stack[-1].append(int(number))
        elif quoted is not None:
            stack[-1].append(re.sub(rb"\\(.)", rb"\1", quoted))
        elif size is not None:
            stack[-1].append(data[position : position + int(size)])
            position += int(size)
    ((result,),) = stack
    assert isinstance(result, list)
    return result


def check_envelope(found: Value) -> None:
    assert isinstance(found, list) and len(found) == 10
    for index, value in enumerate(found):
        if 2 <= index <= 7:
            assert value is None or (isinstance(value, list) and value)
            for address in value or []:
                assert isinstance(address, list) and len(address) == 4
                assert all(item is None or isinstance(item, bytes) for item in address)
        else:
            assert value is None or isinstance(value, bytes)


def check_body(found: Value, extended: bool) -> None:
    """RFC 3501 §9: body-type-mpart, -basic, -msg, -text with body-ext-mpart and -1part."""
    assert isinstance(found, list)
    if isinstance(found[0], list):
        count = next(at for at, item in enumerate(found) if not isinstance(item, list))
        assert isinstance(found[count], bytes)
        for child in found[:count]:
            check_body(child, extended)
        rest = found[count + 1 :]
        assert len(rest) == (4 if extended else 0)
        return
    assert all(isinstance(item, bytes) for item in found[:2])
    assert all(item is None or isinstance(item, bytes) for item in found[3:5])
    assert isinstance(found[5], bytes) and isinstance(found[6], int)
    own = 7
    if (found[0], found[1]) in ((b"message", b"rfc822"), (b"message", b"global")):
        check_envelope(found[7])
        check_body(found[8], extended)
        assert isinstance(found[9], int)
        own = 10
    elif found[0] == b"text":
        assert isinstance(found[7], int)
        own = 8
    assert len(found) == own + (4 if extended else 0)
