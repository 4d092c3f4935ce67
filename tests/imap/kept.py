"""What a client does with ADDTO and REMOVEFROM, to the letter of RFC 5267 §4.3."""

from __future__ import annotations

import re

WORD = re.compile(rb"(ADDTO|REMOVEFROM) \(([^)]*)\)")


def numbers(wire: bytes) -> list[int]:
    """A sequence set in its order, each range ascending (§3.2)."""
    found: list[int] = []
    for item in wire.split(b","):
        low, _, high = item.partition(b":")
        found += range(int(low), int(high or low) + 1)
    return found


def follow(result: list[int], wire: bytes) -> list[int]:
    """The result after an ESEARCH response; asserts that it says nothing that can't be."""
    result = list(result)
    for name, text in WORD.findall(wire):
        words = text.split()
        for position, received in zip(map(int, words[::2]), map(numbers, words[1::2]), strict=True):
            result = _one(result, name, position, received)
    return result


def _one(result: list[int], name: bytes, position: int, received: list[int]) -> list[int]:
    stop = position - 1 + len(received)
    if name == b"ADDTO":
        assert not {*received} & {*result}, "what is held can't be added"
        assert position <= len(result) + 1
        if position == 0:
            return sorted(result + received)
        return result[: position - 1] + received + result[position - 1 :]
    if position == 0:
        assert {*received} <= {*result}, "what is not held can't be removed"
        return [number for number in result if number not in received]
    assert result[position - 1 : stop] == received
    return result[: position - 1] + result[stop:]
