from __future__ import annotations

import pytest

from lemonade_server.wire.control_characters import has_controls, one_line
from lemonade_server.wire.preview import preview


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        # Letters' business.
        ("می\u200cخواهم بروم", "می\u200cخواهم بروم"),
        ("Family 👩\u200d👩\u200d👧 here", "Family 👩\u200d👩\u200d👧 here"),
        ("۵۰ ه\u200d.ق", "۵۰ ه\u200d.ق"),
        ("שלום\u200f!", "שלום\u200f!"),
        # What newsletters fill the line with.
        ("Sale \u200c\xa0\u200c\xa0\u034f\u2007\ufeff\u200c \xad\u200b", "Sale"),
        ("\u200c\u200c Hello", "Hello"),
        ("Donau\xaddampf", "Donaudampf"),
        # What turns words around.
        ("pay \u202eevil\u202c \u2066x\u2069", "pay evil x"),
        ("a\u2028b\x07c", "a b c"),
    ],
)
def test_a_preview(text: str, shown: str) -> None:
    assert preview(text) == shown


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
        ("\U0001fae9 \ue000", "\U0001fae9 \ue000"),  # newer than the tables; for private use
        ("a\tb\r\n c\xa0d", "a b c d"),
        ("a\u202eb\u2067c\x85d\ufff9e", "a b c d e"),
        ("\u200b\u200d", ""),
    ],
)
def test_one_line(text: str, line: str) -> None:
    assert one_line(text) == line
    assert not has_controls(line)


def test_what_steers_is_found() -> None:
    for character in "\x00\n\x7f\x9f\u2028\u202d\u2068\u206a\ufffa":
        assert has_controls(f"a{character}")
