"""Rights as letters, and names that are prepared: RFC 4314 §2.1, RFC 4013."""

from __future__ import annotations

import pytest

from lemonade_server.wire import rights
from lemonade_server.wire.errors import Bad
from lemonade_server.wire.saslprep import saslprep


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        ("", "lrswida", "lrswitea"),
        ("", "lrswikda", "lrswiktea"),
        ("lrswi", "+cda", "lrswikxtea"),
        ("lrswikxtea", "-ca", "lrswite"),
        ("lr", "", ""),
        ("lr", "+", "lr"),
        ("lr", "-", "lr"),
    ],
)
def test_changes_as_in_the_rfc(before: str, text: str, after: str) -> None:
    assert rights.change_rights(before, text) == after


@pytest.mark.parametrize("text", ["Q", "lrq", "l r", "0", "+lr-w", "é"])
def test_what_is_no_right(text: str) -> None:
    with pytest.raises(Bad):
        rights.change_rights("", text)


def test_the_obsolete_letters_are_shown_with_any_of_their_members() -> None:
    assert rights.spell(rights.ALL) == b"lrswipkxtecdan"
    assert rights.spell("lx") == b"lxc"
    assert rights.spell("le") == b"led"
    assert rights.spell("") == b'""'


@pytest.mark.parametrize(
    ("text", "prepared"),
    [
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        ("a\u00a0b", "a b"),
        ("\u0627\u0628", "\u0627\u0628"),
    ],
)
def test_names_as_rfc_4013_prepares_them(text: str, prepared: str) -> None:
    assert saslprep(text) == prepared


@pytest.mark.parametrize("text", ["\u0007", "\u06271", "\u0627x", "\U000e0001", "\ue000", "\u0221"])
def test_names_that_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="name"):
        saslprep(text)
