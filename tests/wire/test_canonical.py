"""A mailbox has one name, however it is typed (RFC 9051 §5.1, B-27)."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire import utf7


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("inbox", "INBOX"),
        ("iNbOx/Sub", "INBOX/Sub"),
        ("inboxes", "inboxes"),
        ("Cafe\u0301", "Caf\u00e9"),
        ("A\u030angstro\u0308m", "\u00c5ngstr\u00f6m"),
        ("\u212b", "\u00c5"),  # ANGSTROM SIGN is one of those that are never kept
        ("\u1112\u1161\u11ab", "\ud55c"),  # Hangul in its letters, as macOS sends it
        ("\ufb01le", "\ufb01le"),  # a ligature is not taken apart: NFC, not NFKC
        ("", ""),
    ],
)
def test_examples(typed: str, name: str) -> None:
    assert utf7.canonical(typed) == name


@given(st.text())
def test_there_is_one_spelling(typed: str) -> None:
    name = utf7.canonical(typed)
    assert utf7.canonical(name) == name
    assert unicodedata.is_normalized("NFC", name)
