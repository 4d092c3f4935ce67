"""``:fcc`` of what a script sends (RFC 8580)."""

from __future__ import annotations

import pytest

from lemonade_server.sieve import ScriptError, compile_script, evaluate
from lemonade_server.sieve.outcome import Notify, Store, Vacation

from .filtering import Place, mail

REQUIRE = (
    b'require ["fcc", "vacation", "enotify", "imap4flags", "mailbox", "special-use", "variables",'
    b' "reject"];\r\n'
)
COMMANDS = [b'vacation %b "Away";', b'notify %b "mailto:a@example.org";']


def copies(script: bytes) -> list[Store | None]:
    outcome = evaluate(compile_script(REQUIRE + script), mail(), Place())
    assert outcome.fault is None, outcome.fault
    return [one.copy for one in outcome.actions if isinstance(one, Vacation | Notify)]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("tags", "copy"),
    [
        (b"", None),
        (b':fcc "Sent"', Store("Sent")),
        (b':fcc "Sent" :create', Store("Sent", create=True)),
        (b':flags ["\\\\Seen", "$x y"] :fcc "Sent"', Store("Sent", flags=["\\Seen", "$x", "y"])),
        (b':specialuse "\\\\Sent" :fcc "Sent"', Store("Sent", "\\Sent")),
    ],
)
def test_where_the_copy_goes(command: bytes, tags: bytes, copy: Store | None) -> None:
    """§3, §3.1."""
    assert copies(command % tags) == [copy]


def test_flags_of_the_message_are_not_those_of_the_copy() -> None:
    (copy,) = copies(b'addflag "\\\\Flagged"; vacation :fcc "Sent" "Away";')
    assert copy == Store("Sent")


def test_its_name_may_hold_variables() -> None:
    (copy,) = copies(b'set "a" "Sent"; vacation :fcc "${a}" "Away";')
    assert copy == Store("Sent")
    bad = REQUIRE + b'set "a" "S*nt"; vacation :fcc "${a}" "Away";'
    outcome = evaluate(compile_script(bad), mail(), Place())
    assert outcome.fault is not None and "No mailbox can have the name" in str(outcome.fault)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("tags", "words"),
    [
        (b":create", ":create needs :fcc"),
        (b':flags "x"', ":flags needs :fcc"),
        (b':specialuse "\\\\Sent"', ":specialuse needs :fcc"),
        (b':fcc "S*nt"', "No mailbox"),
        (b':fcc "a" :fcc "b"', "twice"),
        (b":fcc", "needs a string"),
    ],
)
def test_mistakes(command: bytes, tags: bytes, words: str) -> None:
    with pytest.raises(ScriptError, match=words):
        compile_script(REQUIRE + command % tags)


@pytest.mark.parametrize("missing", [b"fcc", b"mailbox", b"imap4flags", b"special-use"])
def test_what_it_uses_is_required(missing: bytes) -> None:
    tags = b':fcc "Sent" :create :flags "x" :specialuse "\\\\Sent"'
    with pytest.raises(ScriptError, match=f'require "{missing.decode()}"'):
        compile_script(REQUIRE.replace(b'"%b"' % missing, b'"copy"') + COMMANDS[0] % tags)


def test_a_refusal_has_no_copy() -> None:
    """Its reply may never be a message."""
    with pytest.raises(ScriptError, match="knows no tag :fcc"):
        compile_script(REQUIRE + b'reject :fcc "Sent" "No";')
