import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import utf7


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("INBOX", b"INBOX"),
        ("R&D", b"R&-D"),
        ("&&", b"&-&-"),
        ("~peter/mail/台北/日本語", b"~peter/mail/&U,BTFw-/&ZeVnLIqe-"),  # RFC 3501 §5.1.3
        ("Entwürfe", b"Entw&APw-rfe"),
        ("🍋", b"&2DzfSw-"),
        ("é&é", b"&AOk-&-&AOk-"),
        ("tab\there", b"tab&AAk-here"),
        ("", b""),
    ],
)
def test_examples(name: str, wire: bytes) -> None:
    assert utf7.encode(name) == wire
    assert utf7.decode(wire) == name


@pytest.mark.parametrize(
    "wire",
    [
        b"&",
        b"&AOk",  # not closed
        b"R&D",
        b"&AGE-",  # "a" needs no encoding
        b"&AOk-&AOk-",  # one run in two shifts (RFC 3501 §5.1.3: superfluous)
        b"&AOk=-",  # padded
        b"&AOl-",  # stray bits behind the last character
        b"&U/BTFw-",  # "/" instead of ","
        b"&2Dw-",  # half a surrogate pair
        b"&AA-",
        b"caf\xc3\xa9",
        b"tab\there",
    ],
)
def test_other_encodings_are_refused(wire: bytes) -> None:
    with pytest.raises(ValueError):
        utf7.decode(wire)


def test_a_lone_surrogate_is_no_name() -> None:
    with pytest.raises(UnicodeEncodeError):
        utf7.encode("\ud83c")


@given(st.text())
def test_round_trip(name: str) -> None:
    wire = utf7.encode(name)
    assert wire.isascii()
    assert utf7.decode(wire) == name


@given(st.binary(max_size=20) | st.text("&-+,AQgw=a", max_size=12).map(str.encode))
def test_any_octets_give_the_one_name_or_an_error(wire: bytes) -> None:
    try:
        name = utf7.decode(wire)
    except ValueError:
        return
    assert utf7.encode(name) == wire


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("inbox", "INBOX"),
        ("InBox/Work", "INBOX/Work"),
        ("inboxes", "inboxes"),
        ("Old/inbox", "Old/inbox"),
    ],
)
def test_inbox(name: str, folded: str) -> None:
    assert utf7.fold_inbox(name) == folded
