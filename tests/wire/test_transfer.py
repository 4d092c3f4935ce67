"""Decoding piece by piece equals decoding the whole, whatever the octets and the cuts."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import transfer
from lemonade_server.wire.text import transfer_decode

ENCODINGS = ["7bit", "base64", "quoted-printable"]
ALPHABET = st.sampled_from(
    [b"QUJD", b"=", b"==", b"\r\n", b"\n", b"A", b"=4", b"1", b"=\r\n", b" ", b"!"]
)
TEXTS = st.lists(ALPHABET, max_size=30).map(b"".join) | st.binary(max_size=80)


def pieces(data: bytes, cuts: list[int], encoding: str) -> bytes:
    tool = transfer.decoder(encoding)
    ends = sorted({min(cut, len(data)) for cut in cuts} | {len(data)})
    out, start = [], 0
    for end in ends:
        out.append(tool.feed(data[start:end]))
        start = end
    return b"".join([*out, tool.finish()])


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(data=TEXTS, cuts=st.lists(st.integers(0, 80), max_size=6))
def test_any_cut_gives_the_same(encoding: str, data: bytes, cuts: list[int]) -> None:
    assert pieces(data, cuts, encoding) == transfer_decode(data, encoding)


@given(st.binary(max_size=200), st.lists(st.integers(0, 300), max_size=5))
def test_what_was_encoded_comes_back(data: bytes, cuts: list[int]) -> None:
    assert pieces(base64.encodebytes(data), cuts, "base64") == data
    assert pieces(quopri.encodestring(data, quotetabs=True), cuts, "quoted-printable") == data


def test_a_line_without_end_is_not_waited_for() -> None:
    tool = transfer.decoder("quoted-printable")
    whole = b"caf=C3=A9 " * 50_000
    out = [tool.feed(whole[start : start + 1_000]) for start in range(0, len(whole), 1_000)]
    assert sum(map(len, out)) > len(whole) // 2
    assert b"".join([*out, tool.finish()]) == transfer_decode(whole, "quoted-printable")
