"""Parameters of MIME fields as mailers write them."""

from __future__ import annotations

import pytest

from lemonade_server.wire import parameters


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b'x; a="b c"', {"a": "b c"}),
        (b'x; a="b \\"c\\" d.pdf"', {"a": 'b "c" d.pdf'}),
        (b'x; a="b "c" d.pdf"', {"a": 'b "c" d.pdf'}),
        (b'x; a="b "c" d.pdf"; e="f"', {"a": 'b "c" d.pdf', "e": "f"}),
        (b'x; a="3.5" disk.img"; e=f', {"a": '3.5" disk.img', "e": "f"}),
        (b'x; a="b" c="d e"', {"a": "b", "c": "d e"}),
        (b'x; a="b" (comment); c=d', {"a": "b", "c": "d"}),
        (b'x; a="b"junk; c=d', {"a": "b", "c": "d"}),
        (b'x; a="b;c"; d="e"', {"a": "b;c", "d": "e"}),
        (b'x; a="b', {"a": "b"}),
        (b'x; a=""; b=""', {"a": "", "b": ""}),
    ],
)
def test_quotes_end_where_the_next_parameter_can_begin(value: bytes, found: dict[str, str]) -> None:
    assert dict(parameters.params(value)) == found
