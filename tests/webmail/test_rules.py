"""Filters made by a form: the script they become, and reading it back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.sieve import capabilities, compile_script
from webmail.filters.rules import MARK, Away, BadRule, Filters, Rule, read, script

EVERYTHING = set(capabilities())

FILTERS = Filters(
    [
        Rule(sender="ana@", subject='say "hi" \\ ${1}', action="file", target="Lists/Ana"),
        Rule(to="team@", action="flag"),
        Rule(subject="invoice", action="forward", target="books@example.org"),
        Rule(sender="spam", action="discard"),
    ],
    Away(True, "Away", 'Back on Monday.\n.\n"Ana"', 3, "2026-12-24", "2027-01-02"),
)


def test_it_becomes_a_script_that_can_be_used_and_read_back() -> None:
    made = script(FILTERS, EVERYTHING)
    compile_script(made.encode())
    assert 'header :contains :comparator "i;unicode-casemap" "from" "ana@"' in made
    assert 'fileinto :create "Lists/Ana";' in made
    assert 'currentdate :value "ge" "date" "2026-12-24"' in made
    assert read(made, EVERYTHING) == FILTERS


def test_a_server_that_knows_less_gets_less() -> None:
    some = {"fileinto", "vacation", "copy", "imap4flags"}
    made = script(Filters([Rule(subject="a", action="file", target="B")]), some)
    assert "comparator" not in made and ":create" not in made
    assert read(made, some) == Filters([Rule(subject="a", action="file", target="B")])


def test_nothing_is_read_from_what_was_changed_by_hand() -> None:
    made = script(FILTERS, EVERYTHING)
    assert read(made + "keep;\n", EVERYTHING) is None
    assert read("keep;\n", EVERYTHING) is None
    for values in ("", "# ", "# {}", "# []", '# {"rules": [{"x": 1}], "away": {}}', "# 1"):
        assert read(f"{MARK}\n{values}\n", EVERYTHING) is None


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(st.lists(st.tuples(WORDS, WORDS, WORDS, WORDS), max_size=3), WORDS, WORDS)
def test_no_words_break_out_of_their_place(
    rules: list[tuple[str, str, str, str]], subject: str, text: str
) -> None:
    made = []
    for sender, to, title, target in rules:
        try:
            made.append(Rule(sender, to, title, "file", target).checked())
        except BadRule:
            continue
    filters = Filters(made, Away(True, subject, text or "x").checked() if text.strip() else Away())
    written = script(filters, EVERYTHING)
    assert read(written, EVERYTHING) == filters
    if not any(char in rule.target for rule in made for char in "*%"):
        compile_script(written.encode())


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule(action="flag"), "sender"),
        (Rule(sender="a", action="nothing"), "action"),
        (Rule(sender="a", action="file"), "folder"),
        (Rule(sender="a", action="forward", target="nobody"), "address"),
    ],
)
def test_what_a_rule_lacks_is_said(rule: Rule, field: str) -> None:
    with pytest.raises(BadRule) as caught:
        rule.checked()
    assert caught.value.field == field


@pytest.mark.parametrize(
    ("away", "field"),
    [
        (Away(True), "text"),
        (Away(True, text="x", days=0), "days"),
        (Away(True, text="x", start="tomorrow"), "start"),
        (Away(True, text="x", start="2026-12-24", end="2026-12-23"), "end"),
    ],
)
def test_what_an_answer_lacks_is_said(away: Away, field: str) -> None:
    with pytest.raises(BadRule) as caught:
        away.checked()
    assert caught.value.field == field
