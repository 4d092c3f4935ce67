"""``duplicate``: messages that have come before (RFC 7352)."""

from __future__ import annotations

import pytest

from lemonade_server.sieve import ScriptError, compile_script, evaluate
from lemonade_server.sieve.outcome import Redirect, Store, Tracking

from .filtering import LETTER, Place, mail

REQUIRE = b'require ["duplicate", "variables", "fileinto", "copy"];\r\n'
DAY = 86_400


def met(test: bytes, place: Place, letter: bytes = LETTER) -> bool:
    """Whether the test is true of the message; what is to be remembered is."""
    script = compile_script(REQUIRE + b"if " + test + b" { discard; }")
    outcome = evaluate(script, mail(letter), place)
    assert outcome.fault is None, outcome.fault
    place.tracked |= {one.digest for one in outcome.trackings}
    return not outcome.actions


def trackings(script: bytes, place: Place | None = None) -> list[Tracking]:
    return evaluate(compile_script(REQUIRE + script), mail(), place or Place()).trackings


SAME = [
    b"duplicate", b'duplicate :header "Message-ID"', b'duplicate :header "message-id"',
    b'duplicate :uniqueid "<1@example.net>"', b"duplicate :seconds 5 :last",
]  # fmt: skip


@pytest.mark.parametrize("second", SAME)
@pytest.mark.parametrize("first", SAME[:4])
def test_an_identifier_is_the_same_wherever_it_comes_from(first: bytes, second: bytes) -> None:
    """§3."""
    place = Place()
    assert not met(first, place)
    assert met(second, place)


def test_handles_keep_identifiers_apart() -> None:
    place = Place()
    tests = [b"duplicate", b'duplicate :handle ""', b'duplicate :handle "a"',
             b'duplicate :handle "b" :header "subject"']  # fmt: skip
    assert not any(met(test, place) for test in tests)
    assert all(met(test, place) for test in tests)


def test_case_counts() -> None:
    place = Place()
    assert not met(b'duplicate :uniqueid "a"', place)
    assert not met(b'duplicate :uniqueid "A"', place)


@pytest.mark.parametrize("header", [b"x-nowhere", b"no name", b""])
def test_without_an_identifier_nothing_is_a_duplicate(header: bytes) -> None:
    """Neither a name that no field can have is a mistake (§3)."""
    place = Place()
    for _ in range(2):
        assert not met(b'duplicate :header "' + header + b'"', place)
    empty = LETTER.replace(b"<1@example.net>", b" ")
    for _ in range(2):
        assert not met(b"duplicate", place, empty)
    assert not place.tracked


def test_within_one_run_the_answer_stays() -> None:
    """§3: an identifier that this run has met is no duplicate yet."""
    test = b'if duplicate { fileinto "no"; }\r\n'
    outcome = evaluate(compile_script(REQUIRE + test + test), mail(), Place())
    assert outcome.actions == [Store()]
    assert len(outcome.trackings) == 1


def test_a_run_that_fails_remembers_nothing() -> None:
    """§3: or the message would be thrown away when it is sent again."""
    bad = b'set "a" "nobody"; if not duplicate { redirect :copy "${a}"; }'
    outcome = evaluate(compile_script(REQUIRE + bad), mail(), Place())
    assert outcome.fault is not None
    assert not outcome.trackings


def test_only_what_is_evaluated_is_remembered() -> None:
    assert not trackings(b"if allof (false, duplicate) { discard; }")
    assert not trackings(b"if duplicate :seconds 0 { discard; }")


@pytest.mark.parametrize(
    ("tags", "period"),
    [(b"", 7 * DAY), (b":seconds 60", 60), (b":seconds 2147483647", 30 * DAY)],
)
def test_the_period(tags: bytes, period: int) -> None:
    assert [one.period for one in trackings(b"if duplicate " + tags + b" { }")] == [period]


def test_last_counts_from_the_last_message() -> None:
    """Without it a duplicate does not lengthen the time (§3)."""
    (known,) = trackings(b"if duplicate { }")
    place = Place(tracked={known.digest})
    assert not trackings(b"if duplicate { }", place)
    assert trackings(b"if duplicate :last { }", place) == [known]


@pytest.mark.parametrize(
    "script",
    [
        b'if duplicate :header "a" :uniqueid "b" { }',
        b'if duplicate "a" { }',
        b"if duplicate :seconds { }",
        b"duplicate;",
    ],
)
def test_mistakes(script: bytes) -> None:
    with pytest.raises(ScriptError):
        compile_script(REQUIRE + script)


def test_a_script_tracks_so_much_and_no_more() -> None:
    many = b"".join(b'if duplicate :uniqueid "%d" { }' % number for number in range(33))
    outcome = evaluate(compile_script(REQUIRE + many), mail(), Place())
    assert outcome.fault is not None and "at most 32" in str(outcome.fault)
    assert not [one for one in outcome.actions if isinstance(one, Redirect)]
