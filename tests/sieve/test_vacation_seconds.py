"""``vacation :seconds`` (RFC 6131)."""

from __future__ import annotations

import pytest

from lemonade_server.sieve import ScriptError, compile_script, evaluate
from lemonade_server.sieve.outcome import Vacation

from .filtering import Place, mail

REQUIRE = b'require "vacation-seconds";'


def period(tags: bytes) -> int:
    outcome = evaluate(compile_script(REQUIRE + b"vacation " + tags + b' "x";'), mail(), Place())
    return next(one.period for one in outcome.actions if isinstance(one, Vacation))


@pytest.mark.parametrize(
    ("tags", "seconds"),
    [
        (b":seconds 1800", 1800),
        (b":seconds 0", 60),
        (b":seconds 100000000", 90 * 86_400),
        (b":days 2", 2 * 86_400),
        (b":days 0", 86_400),
        (b"", 7 * 86_400),
    ],
)
def test_the_period(tags: bytes, seconds: int) -> None:
    assert period(tags) == seconds


def test_days_and_seconds_exclude_each_other() -> None:
    with pytest.raises(ScriptError, match="exclude each other"):
        period(b":days 1 :seconds 60")


def test_it_must_be_required() -> None:
    with pytest.raises(ScriptError, match='require "vacation-seconds"'):
        compile_script(b'require "vacation"; vacation :seconds 60 "x";')
