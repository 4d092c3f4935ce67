"""Decoding piece by piece equals decoding the whole, whatever the octets and the cuts."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import transfer_decoding
from lemonade_server.wire.text import transfer_decode

ENCODINGS = ["7bit", "base64", "quoted-printable"]
ALPHABET = st.sampled_from(
    [
        *(b"QUJD", b"=", b"==", b"\r\n", b"\n", b"A", b"=4", b"1", b"=\r\n", b" ", b"\t", b"!"),
        *(b"Q" * 41, b"a word\r\n", b"Q" * 300),
    ]
)
TEXTS = st.lists(ALPHABET, max_size=30).map(b"".join) | st.binary(max_size=80)


def pieces(data: bytes, cuts: list[int], encoding: str) -> bytes:
    tool = transfer_decoding.decoder(encoding)
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


QUOTED = {
    b"tea \t \r\nlemon": b"tea\r\nlemon",
    b"tea\t": b"tea",
    b"tea=20 \r\n": b"tea \r\n",
    b"tea \n \n": b"tea\n\n",
    b"lem= \t\r\non=\r\nade": b"lemonade",
    b"lem=\nonade= ": b"lemonade",
    b"=\t\r\n=\r\n": b"",
    b"a  b\tc": b"a  b\tc",
    b"1 =3D 1= 2": b"1 = 1= 2",
    b"=e4=E4": b"\xe4\xe4",
}


@pytest.mark.parametrize("encoded", QUOTED)
@pytest.mark.parametrize("longest", [8, 9, 65_536])
def test_blanks_at_the_end_of_quoted_lines_go(
    encoded: bytes, longest: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer_decoding, "LONGEST_LINE", longest)
    assert transfer_decode(encoded, "quoted-printable") == QUOTED[encoded]
    for step in range(1, 9):
        assert pieces(encoded, list(range(0, 80, step)), "quoted-printable") == QUOTED[encoded]


@given(data=TEXTS, cuts=st.lists(st.integers(0, 80), max_size=12), longest=st.integers(8, 20))
def test_any_cut_of_a_line_too_long_gives_the_same(
    data: bytes, cuts: list[int], longest: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transfer_decoding, "LONGEST_LINE", longest)
        whole = transfer_decode(data, "quoted-printable")
        assert pieces(data, cuts, "quoted-printable") == whole


def test_many_blanks_take_no_time() -> None:
    assert transfer_decode(b" " * 3_000_000 + b"x", "quoted-printable").endswith(b"x")
    assert transfer_decode((b" " * 1_000 + b"\t\n") * 3_000, "quoted-printable") == b"\n" * 3_000


IDENTITIES = {
    b"": "7bit",
    b"hello": "7bit",
    b"hello\r\n\r\n": "7bit",
    b"x" * 998 + b"\r\n": "7bit",
    b"x" * 999: "binary",
    b"caf\xc3\xa9\r\n": "8bit",
    b"one\ntwo": "binary",
    b"one\rtwo": "binary",
    b"one\r": "binary",
    b"one\r\r\n": "binary",
    b"\0": "binary",
}


@pytest.mark.parametrize("octets", IDENTITIES)
def test_the_identity_encoding_is_that_of_the_octets(octets: bytes) -> None:
    for step in (1, 2, 3, 7, 2_000):
        cuts = [octets[at : at + step] for at in range(0, len(octets), step)]
        assert transfer_decoding.identity_encoding(cuts) == IDENTITIES[octets]


def test_a_line_without_end_is_not_waited_for() -> None:
    tool = transfer_decoding.decoder("quoted-printable")
    whole = b"caf=C3=A9 " * 50_000
    out = [tool.feed(whole[start : start + 1_000]) for start in range(0, len(whole), 1_000)]
    assert sum(map(len, out)) > len(whole) // 2
    assert b"".join([*out, tool.finish()]) == transfer_decode(whole, "quoted-printable")


@pytest.mark.parametrize(
    ("data", "octets"),
    [
        (b"aGVsbG8=\r\nsent from list\r\n", b"hello"),
        (b"aGVsbG8=\r\n\r\n_______\r\nlist mailing list\r\nlist@x\r\n", b"hello"),
        (b"aGVsbG8=\r\n--\r\nThanks\r\n", b"hello"),
        (b"aGVsbG8=\r\naGVsbG8=\r\n", b"hellohello"),
        (b"aGVsbG8=aGVsbG8=", b"hellohello"),
        (b"aGVsbG8=\r\n" + b"A" * 70 + b"\r\nAA\r\n", b"hello" + bytes(54)),
        (b"aGVsbG8==\r\n=\r\n", b"hello"),
        (b"aGVsbG8h\r\naGVsbG8=\r\nend of list", b"hello!hello"),
    ],
)
def test_padding_ends_base64_where_no_base64_follows(data: bytes, octets: bytes) -> None:
    assert transfer_decode(data, "base64") == octets
    assert pieces(data, list(range(len(data))), "base64") == octets


@pytest.mark.parametrize(
    ("data", "octets"),
    [
        (b"aGVsbG8h\r\n\r\n_______\r\nlist mailing list\r\nlist@x\r\n", b"hello!"),
        (b"aGVsbG8h\n\nhttp://list.example/\n", b"hello!"),
        (b"aGVsbG8h\r\nDISCLAIMER: this mail is confidential\r\n", b"hello!"),
        (b"aGVsbG8h\r\n-- \r\nNobody, sent from home\r\n", b"hello!"),
        (b"aGVsbG8h\r\n" + b"words, " * 100 + b"\r\nAAAA\r\n", b"hello!"),
        (b"\r\n\r\naGVsbG8h\r\n", b"hello!"),
        (b"aGVs\r\n\r\nbG8h\r\n", b"hello!"),
        (b"aGVs\r\n!bG8h\r\n", b"hello!"),
        (b"aGVs bG8h \r\naGVs bG8h\r\n", b"hello!hello!"),
        (b"aGVsb\r\n\r\nG8*h", b"hello!"),
        (b"A" * 400 + b"\r\n\r\n___ footer\r\n", bytes(300)),
        (b"A" * 400 + b"!, !" + b"A" * 400, bytes(600)),
    ],
)
def test_data_without_padding_ends_where_a_text_begins(data: bytes, octets: bytes) -> None:
    assert transfer_decode(data, "base64") == octets
    for step in (1, 2, 3, 7, 100, 256, 257):
        assert pieces(data, list(range(0, len(data), step)), "base64") == octets


_LINES = st.sampled_from([b"aGVs", b"bG8h", b"=", b"\r\n", b"\n", b" ", b"x: ", b"__", b"A" * 90])


@given(st.lists(_LINES, max_size=30).map(b"".join), st.lists(st.integers(0, 600), max_size=9))
def test_any_cut_of_base64_and_a_text_gives_the_same(data: bytes, cuts: list[int]) -> None:
    assert pieces(data, cuts, "base64") == transfer_decode(data, "base64")


def test_padding_in_every_group_takes_linear_time() -> None:
    lines = b"QQ==QUI=" * 400_000
    assert transfer_decode(lines, "base64") == b"AAB" * 400_000
    assert len(transfer_decode(b"QQ==\n" * 400_000, "base64")) == 400_000
