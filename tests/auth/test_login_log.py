"""The line of a login in the log."""

from __future__ import annotations

import pytest

from lemonade_server.auth.login_log import LONGEST, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("alice@lemonade.test", "alice@lemonade.test"),
        ("Jörg Müller", "Jörg Müller"),
        ("a\r\nlevel=error event=forged", "a\\r\\nlevel=error event=forged"),
        ("\x1b[2J\x07\x00\x7f\x9b", "\\x1b[2J\\x07\\x00\\x7f\\x9b"),
        ("\u202e\u2028", "\\u202e\\u2028"),
        ("\\r", "\\\\r"),
        ("x" * 1000, "x" * LONGEST),
    ],
)
def test_what_a_client_says_is_shown_without_control_characters(text: str, shown: str) -> None:
    assert printable(text) == shown
