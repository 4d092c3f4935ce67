"""The fast way to choose header fields gives what looking at each field gives."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import headers

LINES = st.sampled_from(
    [
        *(b"From: a\r\n", b"fROM : b\r\n", b" folded\r\n", b"\tFrom: c\r\n", b"Subject:\r\n"),
        *(b"no field\r\n", b"X-From: d\r\n", b"From\r\n", b"To: e\n", b": f\r\n", b"a b: g\r\n"),
        *(b"From:From: h\r\n", b"\x80: i\r\n", b"Fro: j\r\n", b"From: \r\r\n", b"  \r\n"),
    ]
)
NAMES = st.lists(
    st.sampled_from([b"FROM", b"to", b"Subject", b"a b", b"", b"From:From", b".*", b"\x80"]),
    max_size=4,
)


@given(st.lists(LINES, max_size=8), NAMES)
def test_the_same_fields(lines: list[bytes], names: list[bytes]) -> None:
    block = b"".join(lines)
    wanted = {name.lower() for name in names}
    slow = [block[a:b] for name, _, a, b in headers.each(block) if name.lower() in wanted]
    assert headers.select(block + b"\r\n", names) == b"".join(slow) + b"\r\n"


def test_many_names_make_no_expression() -> None:
    names = [b"X-%d" % number for number in range(30_000)]
    before = headers._finder.cache_info().misses
    assert headers.select(b"X-29999: a\r\nTo: b\r\n\r\n", names) == b"X-29999: a\r\n\r\n"
    assert headers._finder.cache_info().misses == before
