import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import syntax


@pytest.mark.parametrize(
    ("data", "wire"),
    [
        (b"INBOX", b"INBOX"),
        (b"a]b", b"a]b"),  # resp-specials may stand in an astring
        (b"", b'""'),
        (b"nil", b'"nil"'),
        (b"two words", b'"two words"'),
        (b'say "hi" \\o/', rb'"say \"hi\" \\o/"'),
        (b"100%", b'"100%"'),
        (b"a\r\nb", b"{4}\r\na\r\nb"),
        (b"caf\xc3\xa9", b"{5}\r\ncaf\xc3\xa9"),
    ],
)
def test_astring(data: bytes, wire: bytes) -> None:
    assert syntax.astring(data) == wire


def test_nstring_tells_empty_from_nil() -> None:
    assert syntax.nstring(None) == b"NIL"
    assert syntax.nstring(b"") == b'""'
    assert syntax.nstring(b"NIL") == b'"NIL"'


def test_eight_bit_text_is_quoted_only_after_utf8_accept() -> None:
    assert syntax.string("é".encode()) == b"{2}\r\n\xc3\xa9"
    assert syntax.string("é".encode(), utf8=True) == b'"\xc3\xa9"'
    assert syntax.string(b"\xe9", utf8=True) == b"{1}\r\n\xe9"


def test_nul_needs_literal8() -> None:
    assert syntax.string(b"a\0b", allow8=True) == b"~{3}\r\na\0b"
    assert syntax.string(b"a\0b") == b"{3}\r\na\x80b"
    assert syntax.literal_head(7, binary=True) == b"~{7}\r\n"


def test_long_strings_are_literals() -> None:
    assert syntax.string(b"x" * 1001).startswith(b"{1001}\r\n")


@given(st.binary(max_size=60))
def test_no_string_can_break_its_line(data: bytes) -> None:
    """What is not a literal is one line without NUL, and unescaping it gives the octets again."""
    wire = syntax.string(data)
    if wire.startswith(b"{"):
        head, _, body = wire.partition(b"\r\n")
        assert int(head[1:-1]) == len(body) == len(data)
    else:
        assert wire.isascii() and not set(wire) & set(b"\r\n\0")
        inner = wire[1:-1]
        assert inner.replace(b"\\\\", b"\0").replace(b'\\"', b'"').replace(b"\0", b"\\") == data
