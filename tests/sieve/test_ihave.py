"""Extensions that a script asks for while it runs (RFC 5463)."""

from __future__ import annotations

import pytest

from lemonade_server.sieve import Outcome, ScriptError, compile_script, evaluate
from lemonade_server.sieve.outcome import Redirect, Store

from .filtering import Place, mail


def run(script: bytes, require: bytes = b'require ["ihave", "fileinto"];') -> Outcome:
    return evaluate(compile_script(require + script), mail(), Place())


def fault(script: bytes, require: bytes = b'require ["ihave", "fileinto"];') -> str:
    found = run(script, require).fault
    assert found is not None
    return str(found)


@pytest.mark.parametrize(
    ("script", "place"),
    [
        (b'if ihave "envelope" { if envelope "to" "x" { keep; } else { fileinto "a"; } }', "a"),
        (b'if ihave "x-unheard" { unheard :of "x"; } else { fileinto "b"; }', "b"),
        (b'if not ihave ["copy", "x-unheard"] { fileinto "c"; }', "c"),
        (b'if allof (ihave "x-unheard", unheard "y") { discard; } else { fileinto "d"; }', "d"),
        (b'if anyof (ihave "copy", unheard "y") { fileinto "e"; }', "e"),
        (b'if header :comparator "i;unheard" "subject" "x" { keep; }', None),
        (b'if ihave "comparator-i;ascii-numeric" { if header :comparator "i;ascii-numeric"'
         b' "x-priority" "01" { fileinto "f"; } }', "f"),
        (b'if ihave "fileinto" { fileinto "g"; }', "g"),
        # The grammar of a script does not change while it runs.
        (b'if ihave "variables" { discard; } else { fileinto "h"; }', "h"),
        (b'if ihave "encoded-character" { discard; } else { fileinto "i"; }', "i"),
        (b'if ihave "vacation-seconds" { fileinto "j"; stop; vacation :seconds 60 "x"; }', "j"),
    ],
)  # fmt: skip
def test_scripts_that_look_first(script: bytes, place: str | None) -> None:
    outcome = run(script)
    if place is None:
        assert outcome.fault is not None and "i;unheard" in str(outcome.fault)
    else:
        assert outcome.fault is None, outcome.fault
        assert [one.mailbox for one in outcome.actions if isinstance(one, Store)] == [place]


def test_an_extension_works_to_the_end_of_the_script() -> None:
    outcome = run(b'if ihave "copy" { } redirect :copy "bob@example.org";')
    assert outcome.fault is None
    assert [type(one) for one in outcome.actions] == [Redirect, Store]


def test_but_not_before_it_was_found() -> None:
    early = b'redirect :copy "bob@example.org"; if ihave "copy" { keep; }'
    assert fault(early) == "line 1, column 31: This needs 'copy', which no ihave has found so far"
    assert run(early).actions == [Store()]
    assert "no ihave has found" in fault(b'if false { } elsif envelope "to" "x" { keep; }'
                                         b' if ihave "envelope" { keep; }')  # fmt: skip
    # None of those that were asked for together, when one of them is missing.
    both = b'if not ihave ["copy", "x-unheard"] { redirect :copy "bob@example.org"; }'
    assert "no ihave has found" in fault(both)


def test_a_word_that_is_missing_fails_when_its_turn_comes() -> None:
    assert fault(b'unheard "x";').startswith("line 1, column 31: 'unheard' is no command")
    assert "knows no tag :of" in fault(b"keep :of;")
    with pytest.raises(ScriptError, match="no command"):
        compile_script(b'unheard "x";')


def test_other_mistakes_are_told_at_once() -> None:
    for wrong in (b"keep 1;", b'fileinto ["a", "b"];', b'if ihave "copy" "x" { keep; }', b"ihave;"):
        with pytest.raises(ScriptError):
            run(wrong)
    with pytest.raises(ScriptError, match="no variables"):
        run(b'if ihave "${x}" { keep; }', b'require ["ihave", "variables"];')


def test_error_ends_the_script_with_its_words() -> None:
    assert fault(b'error "this must not be";').endswith("this must not be")
    with pytest.raises(ScriptError, match='require "ihave"'):
        compile_script(b'error "x";')


def test_what_one_extension_brings_along_waits_for_it_too() -> None:
    """RFC 5235: who has spamtestplus has spamtest."""
    script = b'if spamtest "0" { fileinto "a"; } if ihave "spamtestplus" { keep; }'
    assert "no ihave has found" in fault(script)
    outcome = run(b'if ihave "spamtestplus" { if spamtest :percent "0" { fileinto "a"; } }')
    assert outcome.actions == [Store("a")]
