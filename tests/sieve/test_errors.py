"""Mistakes are placed by line and column, and no octets surprise the compiler."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lemonade_server.sieve import ScriptError, compile_script
from lemonade_server.sieve.grammar import MAX_DEPTH, MAX_TOKENS, Argument, ScriptNode, parse
from lemonade_server.sieve.lexer import ScriptSource, TokenKind

from .filtering import REQUIRE, Place, run
from .test_tests import TRUE

MISTAKES = [
    (b'fileinto "a";', 1, 1, 'fileinto needs: require "fileinto"'),
    (b'require "fileinto";\r\n\r\n  fileinto 12;\r\n', 3, 12, "a string"),
    (b'keep;\r\nif header "a" { keep; }\r\n', 2, 4, "a string or a list of strings more"),
    (b'keep;\r\n  redirect "unclosed;\r\n', 2, 12, "not closed"),
    (b"keep\r\n;keep", 2, 6, "';'"),
    (b"if true { keep;", 1, 16, "'}'"),
    (b"elsif true { keep; }", 1, 1, "without an if"),
    (b"if true { } else { } else { }", 1, 22, "without an if"),
    (b"if true, false { }", 1, 8, "';'"),
    (b"if (true, false) { }", 1, 1, "exactly one test"),
    (b"if not { }", 1, 4, "exactly one test"),
    (b"if anyof true { }", 1, 4, "parentheses"),
    (b"keep { }", 1, 1, "no block"),
    (b'require "nonsense";', 1, 9, "no extension 'nonsense'"),
    (b'require "vacatoin";', 1, 9, "did you mean 'vacation'"),
    (b'keep; require "fileinto";', 1, 7, "before all other commands"),
    (b"kepp;", 1, 1, "did you mean 'keep'"),
    (b"if keep { }", 1, 4, "a command, no test"),
    (b"true;", 1, 1, "a test, no command"),
    (b'redirect "nobody";', 1, 10, "not an e-mail address"),
    (b'redirect :copy "a@b.example";', 1, 10, 'require "copy"'),
    (b'redirect ["a@b.example", "c@d.example"];', 1, 10, "no list"),
    (b"if size 5 { }", 1, 4, ":over or :under"),
    (b"if size :over :under 6 { }", 1, 15, "exclude each other"),
    (b"if size :over :over 6 { }", 1, 15, "twice"),
    (b"if size :over 5K :under { }", 1, 18, "Tags stand before"),
    (b"if size :over 5Q { }", 1, 15, "K, M or G"),
    (b"if size :over 5G { }", 1, 15, "at most 2147483647"),
    (b'if address "subject" "x" { }', 1, 12, "not a header field with addresses"),
    (b'if header :comparator "i;nonsense" "a" "b" { }', 1, 23, "no comparator"),
    (b'if header "a" :is "b" { }', 1, 15, "Tags stand before"),
    (b'if header :comparator "i;ascii-numeric" "a" "b" { }', 1, 23, "require"),
    (b"/* never closed", 1, 1, "not closed by */"),
    (b"redirect text:\r\nhello\r\n", 1, 10, 'a single "."'),
    (b"keep; \xff", 1, 7, "UTF-8"),
    (b"keep;\r\n \xc3\xa9", 2, 2, "can't stand here"),
    (b"stop stop;", 1, 6, "no test"),
    (b"if if { }", 1, 4, "no test"),
]


@pytest.mark.parametrize(("script", "line", "column", "words"), MISTAKES)
def test_a_mistake_is_placed(script: bytes, line: int, column: int, words: str) -> None:
    with pytest.raises(ScriptError) as caught:
        compile_script(script)
    assert (caught.value.line, caught.value.column) == (line, column), caught.value
    assert words in caught.value.text


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (b'if header :value "xx" "a" "b" {}', "none of gt"),
        (b'if header :contains :comparator "i;ascii-numeric" "a" "b" {}', "look for parts"),
        (b'if envelope "auth" "b" {}', "no part of the envelope"),
        (b'set "a b" "c";', "name of a variable"),
        (b'vacation :from "nobody" "x";', "not an e-mail address"),
        (b'vacation :from "Al <al@b.example>, x@b.example" "x";', "not an e-mail address"),
        (b'notify "http://example.com";', "mailto"),
        (b'notify "mailto:a@b.example%2Cnobody";', "not an e-mail address"),
        (b'notify :from "nobody" "mailto:a@b.example";', "not an e-mail address"),
        (b'addheader "a b" "x";', "is not the name of a header field"),
        (b'deleteheader "a:";', "is not the name of a header field"),
        (b'notify :importance "9" "mailto:a@b.example";', "1, 2 or 3"),
        (b'if currentdate "century" "20" {}', "no 'century'"),
        (b'if currentdate :zone "UTC" "year" "20" {}', "+hhmm"),
        (b'if header :last "a" "b" {}', ":last needs :index"),
        (b'fileinto "a*b";', "No mailbox"),
        (b'fileinto "${unicode:d800}";', "no Unicode character"),
        (b'fileinto "${unicode:41 0}";', "can't hold NUL"),
        (b'fileinto "${hex:00}";', "can't hold NUL"),
    ],
)
def test_a_mistake_of_an_extension(script: bytes, words: str) -> None:
    with pytest.raises(ScriptError, match=r".") as caught:
        compile_script(REQUIRE + script)
    assert words in caught.value.text and caught.value.line == 2


@pytest.mark.parametrize(
    "script",
    [
        b"if true { " * 10_000 + b"}" * 10_000,
        b"if " + b"not " * 10_000 + b"true { }",
        b"if " + b"anyof(" * 10_000 + b"true" + b")" * 10_000 + b" { }",
    ],
)
def test_what_is_too_deep_is_refused(script: bytes) -> None:
    with pytest.raises(ScriptError) as caught:
        compile_script(script)
    assert str(MAX_DEPTH) in caught.value.text and caught.value.line == 1


def test_what_rfc_5228_asks_for_is_not_too_deep() -> None:
    compile_script(b"if true { " * 15 + b"}" * 15)
    compile_script(b"if " + b"not " * 15 + b"true { }")


def test_ten_thousand_rules_run() -> None:
    rules = b"".join(
        b'if header :contains "subject" "word%d" { fileinto "X"; }\r\n' % number
        for number in range(10_000)
    )
    outcome = run(rules + b'if header :contains "subject" "meeting" { fileinto "Y"; }')
    assert outcome.fault is None


def test_work_is_limited() -> None:
    letter = b"Subject: " + b"a" * 90_000 + b"\r\n\r\n" + b"a" * 500_000
    pattern = b'"*' + b"?".join([b"a"] * 1000) + b'*b*"'
    script = b"".join(b'if body :matches ["x%d", %s] { }\r\n' % (n, pattern) for n in range(50))
    outcome = run(script, letter)
    assert "too much work" in str(outcome.fault)
    assert str(outcome.fault).startswith("line ")


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_any_octets_give_a_script_or_a_placed_error(script: bytes) -> None:
    try:
        compile_script(script)
    except ScriptError as error:
        assert error.line >= 1 and error.column >= 1


WORDS = [b"if", b"not", b"header", b":is", b'"a"', b"[", b"]", b",", b"(", b")", b"{", b"}", b";",
         b"10K", b"keep", b"anyof", b"text:\r\nx\r\n.\r\n", b"# c\r\n", b"/* */", b"elsif",
         b'require "fileinto";', b"true"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=25))
@settings(max_examples=300)
def test_any_words_give_a_script_or_a_placed_error(words: list[bytes]) -> None:
    script = b" ".join(words)
    try:
        compile_script(script)
    except ScriptError as error:
        assert 1 <= error.line <= script.count(b"\n") + 1
        assert 1 <= error.column <= len(script) + 1


NAMES = st.from_regex(r"[a-z_][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name != "text")
STRINGS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=10)
ARGUMENTS = st.one_of(
    st.builds(lambda name: Argument(TokenKind.TAG, 0, tag=name), NAMES),
    st.builds(
        lambda number: Argument(TokenKind.NUMBER, 0, number=number), st.integers(0, 2**31 - 1)
    ),
    st.builds(lambda value: Argument(TokenKind.STRING, 0, strings=[value]), STRINGS),
    st.builds(
        lambda values: Argument(TokenKind.STRING, 0, strings=values, is_list=True),
        st.lists(STRINGS, min_size=1, max_size=3),
    ),
)
TESTS = st.recursive(
    st.builds(lambda name, args: ScriptNode(name, 0, args), NAMES, st.lists(ARGUMENTS, max_size=3)),
    lambda inner: st.builds(
        lambda name, tests, listed: ScriptNode(
            name, 0, [], tests if listed else tests[:1], listed=listed
        ),
        NAMES,
        st.lists(inner, min_size=1, max_size=3),
        st.booleans(),
    ),
    max_leaves=4,
)
COMMANDS = st.builds(
    lambda name, args, tests, block: ScriptNode(name, 0, args, tests, False, block),
    NAMES,
    st.lists(ARGUMENTS, max_size=2),
    st.lists(TESTS, max_size=1),
    st.one_of(st.none(), st.lists(st.builds(lambda name: ScriptNode(name, 0), NAMES), max_size=2)),
)


def written(node: ScriptNode, command: bool = True) -> str:
    pieces = [node.name]
    for argument in node.arguments:
        quoted = ['"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"'
                  for one in argument.strings]  # fmt: skip
        if argument.kind is TokenKind.TAG:
            pieces.append(f":{argument.tag}")
        elif argument.kind is TokenKind.NUMBER:
            pieces.append(str(argument.number))
        else:
            pieces.append(f"[{', '.join(quoted)}]" if argument.is_list else quoted[0])
    tests = [written(one, False) for one in node.tests]
    pieces.append(f"({', '.join(tests)})" if node.listed else "".join(tests))
    text = " ".join(pieces)
    if not command:
        return text
    if node.block is None:
        return f"{text};"
    return f"{text} {{ {' '.join(map(written, node.block))} }}"


def placeless(node: ScriptNode) -> ScriptNode:
    node.offset = 0
    for argument in node.arguments:
        argument.offset = 0
    for inner in [*node.tests, *(node.block or [])]:
        placeless(inner)
    return node


@given(st.lists(COMMANDS, max_size=3))
@settings(max_examples=200)
def test_what_is_written_is_read(nodes: list[ScriptNode]) -> None:
    script = "\r\n".join(map(written, nodes)).encode()
    assert [placeless(node) for node in parse(ScriptSource(script))[0]] == nodes


def test_a_script_of_too_many_words_is_refused() -> None:
    """It would hold up everybody's mail while it is compiled."""
    assert compile_script(b"keep;" * (MAX_TOKENS // 2)).size == MAX_TOKENS
    with pytest.raises(ScriptError, match="at most 150000 words"):
        compile_script(b"keep;" * (MAX_TOKENS // 2) + b"keep;")


def test_included_scripts_are_not_a_way_around_that() -> None:
    large = b"keep;" * (MAX_TOKENS // 4)
    place = Place(scripts={(str(number), False): large for number in range(5)})
    outcome = run(b"".join(b'include "%d";' % number for number in range(5)), place=place)
    assert "too much work" in str(outcome.fault)
    assert run(b'include "0";', place=place).fault is None


@given(st.binary(max_size=300))
@settings(max_examples=100)
def test_any_message_can_be_judged(letter: bytes) -> None:
    tests = b", ".join(TRUE)
    outcome = run(
        b"if anyof (not allof (" + tests + b'), body :matches :raw "*a?*") { keep; }', letter
    )
    assert outcome.fault is None


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_any_field_can_be_judged(value: bytes) -> None:
    names = (b"From", b"To", b"Subject", b"Date", b"Received", b"X-Priority")
    field = value.replace(b"\n", b"\n ")
    letter = b"".join(name + b": " + field + b"\r\n" for name in names) + b"\r\n"
    for test in TRUE:
        assert run(b"if " + test + b" { keep; }", letter).fault is None
