"""Compression: nothing is lost, bombs cost no memory, sizes tell no secrets."""

from __future__ import annotations

import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.net.deflate import STEP, BrokenStream, Deflater, Inflating


class Gather:
    """A framer whose events are what it was fed, each time."""

    def __init__(self) -> None:
        self.fed = b""
        self.largest = 0

    def feed(self, data: bytes) -> None:
        self.fed += data
        self.largest = max(self.largest, len(data))

    def next(self) -> None:
        return None


def packed(data: bytes) -> bytes:
    tool = zlib.compressobj(6, zlib.DEFLATED, -15)
    return tool.compress(data) + tool.flush(zlib.Z_SYNC_FLUSH)


def drain(inflating: Inflating) -> int:
    """Steps until all that was fed is inflated."""
    steps = 0
    while inflating.waiting:
        assert inflating.next() is None
        steps += 1
    return steps


@given(st.lists(st.binary(max_size=600), max_size=8))
def test_what_is_packed_can_be_read_at_once(parts: list[bytes]) -> None:
    deflater, inflate = Deflater(), zlib.decompressobj(-15)
    for part in parts:
        assert inflate.decompress(deflater.pack([part, b"x"])) == part + b"x"
    assert inflate.decompress(deflater.pack(parts)) == b"".join(parts)


@given(st.lists(st.binary(max_size=400), max_size=5), st.integers(1, 50))
def test_whole_equals_piece_by_piece(parts: list[bytes], size: int) -> None:
    tool = zlib.compressobj(6, zlib.DEFLATED, -15)
    stream = b"".join(tool.compress(part) + tool.flush(zlib.Z_SYNC_FLUSH) for part in parts)
    gather = Gather()
    inflating = Inflating(gather)
    for start in range(0, len(stream), size):
        inflating.feed(stream[start : start + size])
        drain(inflating)
    assert gather.fed == b"".join(parts)


def test_a_bomb_is_inflated_in_small_steps() -> None:
    gather = Gather()
    inflating = Inflating(gather)
    inflating.feed(packed(bytes(20_000_000)))
    steps = drain(inflating)
    assert gather.fed == bytes(20_000_000)
    assert gather.largest <= STEP
    assert steps >= 20_000_000 // STEP


@given(st.binary(min_size=1, max_size=300))
def test_any_octets_are_inflated_or_refused(data: bytes) -> None:
    """As zlib has it that is given all of them at once, of any size."""
    gather, whole = Gather(), zlib.decompressobj(-15)
    try:
        expected = whole.decompress(data)
    except zlib.error:
        expected = None
    inflating = Inflating(gather)
    inflating.feed(data)
    try:
        drain(inflating)
    except BrokenStream:
        assert expected is None or whole.unused_data
    else:
        assert gather.fed == expected and not whole.unused_data


def test_octets_behind_the_end_are_refused() -> None:
    tool = zlib.compressobj(6, zlib.DEFLATED, -15)
    inflating = Inflating(Gather())
    inflating.feed(tool.compress(b"a") + tool.flush() + b"plain")
    with pytest.raises(BrokenStream):
        drain(inflating)


def test_the_size_of_a_message_does_not_tell_of_another_one() -> None:
    """Right guesses beside a secret must not come out shorter than wrong ones."""
    dice = random.Random(1)
    noise = dice.randbytes(300).hex().encode()
    secret = b"Your code is 731904. " + noise[:300]
    right = b"Your code is 731904. " + noise[:300]
    wrong = b"Your code is 284657. " + dice.randbytes(150).hex().encode()
    apart = {len(Deflater().pack([secret, guess])) for guess in (right, wrong)}
    assert max(apart) - min(apart) < 20
    deflater = Deflater()
    deflater.pack([secret])
    assert abs(len(deflater.pack([right])) - len(Deflater().pack([right]))) <= 1
