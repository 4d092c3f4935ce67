"""Flags as bits, keywords as words."""

from __future__ import annotations

import pytest

from lemonade_server.store import flags
from lemonade_server.store.errors import UnknownFlag


def test_system_flags_in_any_case_and_keywords_once() -> None:
    assert flags.split([b"\\SEEN", b"$Forwarded", b"\\Draft", b"$forwarded"]) == (
        flags.SEEN | flags.DRAFT,
        ["$Forwarded"],
    )


@pytest.mark.parametrize("flag", [b"\\Recent", b"\\recent", b"\\Strange"])
def test_recent_and_unknown_system_flags_are_refused(flag: bytes) -> None:
    with pytest.raises(UnknownFlag):
        flags.split([flag])


def test_rendering() -> None:
    assert flags.render(0, "") == b""
    bits = flags.SEEN | flags.ANSWERED | flags.FLAGGED | flags.DELETED | flags.DRAFT
    assert flags.render(bits, "$Forwarded work", True) == (
        b"\\Answered \\Flagged \\Deleted \\Seen \\Draft \\Recent $Forwarded work"
    )
    assert flags.split(flags.render(bits, "$Forwarded work").split()) == (
        bits,
        ["$Forwarded", "work"],
    )
