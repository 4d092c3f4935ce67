"""What scripts do with a message: actions, flags, variables, included scripts, header changes."""

from __future__ import annotations

import pytest

from lemonade_server.sieve import ScriptError
from lemonade_server.sieve.mailto import parse
from lemonade_server.sieve.outcome import Notify, Redirect, Reject, Store, Vacation
from lemonade_server.sieve.texts import decode_characters

from .filtering import LETTER, Place, filed, run


def test_without_an_action_the_message_is_kept() -> None:
    assert filed(b"") == ["INBOX"]
    assert filed(b"stop; discard;") == ["INBOX"]


@pytest.mark.parametrize(
    ("script", "places"),
    [
        (b"keep;", ["INBOX"]),
        (b"discard;", []),
        (b"discard; keep;", ["INBOX"]),
        (b'fileinto "Lists";', ["Lists"]),
        (b'fileinto "Lists"; keep;', ["Lists", "INBOX"]),
        (b'fileinto "Lists"; fileinto "Lists";', ["Lists"]),
        (b'fileinto :copy "Lists";', ["Lists", "INBOX"]),
        (b'redirect "bob@example.org";', [">bob@example.org"]),
        (b'redirect :copy "bob@example.org";', [">bob@example.org", "INBOX"]),
        # RFC 5228 §2.4.2.3: an address may come with a name.
        ('redirect "Böb. B <böb@example.org>";'.encode(), [">böb@example.org"]),
        (b'set "n" "Bob"; redirect "${n} <${n}@example.org>";', [">Bob@example.org"]),
        (b'redirect "${unicode:0000062}${hex:6f 62}@example.org";', [">bob@example.org"]),
        (b'if false { discard; } elsif true { fileinto "a"; } else { fileinto "b"; }', ["a"]),
        (b'if false { discard; } elsif false { keep; } else { fileinto "b"; }', ["b"]),
        (b'if true { if true { stop; } } fileinto "a";', ["INBOX"]),
    ],
)
def test_where_it_goes(script: bytes, places: list[str]) -> None:
    assert filed(script) == places


def test_a_mailbox_may_be_made_or_known_by_its_use() -> None:
    outcome = run(b'fileinto :create :specialuse "\\\\Junk" "Spam";')
    assert outcome.actions == [Store("Spam", "\\Junk", create=True)]


def test_reject_goes_with_nothing_else() -> None:
    outcome = run(b"ereject text:\r\nNo, thank you.\r\n..\r\n.\r\n;")
    assert outcome.actions == [Reject("No, thank you.\r\n.\r\n")]
    for other in (b'fileinto "a";', b"keep;", b'redirect "a@b.example";', b'vacation "x";'):
        both = run(other + b'reject "no";')
        assert both.fault is not None and both.actions == [Store()]
        assert run(b'reject "no";' + other).fault is not None
    assert run(b'notify "mailto:a@b.example"; reject "no";').fault is None


@pytest.mark.parametrize(
    ("script", "flags"),
    [
        (b'addflag "\\\\Seen"; addflag ["$Label1 \\\\seen", "b"];', ["\\Seen", "$Label1", "b"]),
        (b'setflag "a b"; removeflag "A";', ["b"]),
        (b'setflag "\\\\Recent \\\\Bad ok ( *";', ["ok"]),
        (b'addflag "v" "x y"; keep :flags "${v}"; stop;', ["x", "y"]),
        (b'setflag "x"; if hasflag :contains "X" { addflag "y"; }', ["x", "y"]),
        (b'setflag "x"; if hasflag "z" { addflag "y"; }', ["x"]),
        (b'addflag "v" "x"; if hasflag "v" "x" { addflag "y"; }', ["y"]),
        (b'setflag "x"; keep :flags [];'.replace(b"[]", b'""'), []),
    ],
)
def test_flags(script: bytes, flags: list[str]) -> None:
    (action,) = run(script).actions
    assert isinstance(action, Store) and action.flags == flags


@pytest.mark.parametrize(
    ("script", "value"),
    [
        (b'set "v" "juMBlEd"; set :lower "x" "${v}";', "jumbled"),
        (b'set :lower :upperfirst "x" "juMBlEd lETteRS";', "Jumbled letters"),
        (b'set :quotewildcard "x" "Rock*";', "Rock\\*"),
        (b'set :length "x" "juMBlEd lETteRS";', "15"),
        (b'set :encodeurl "x" "Safe body&evil=evilbody";', "Safe%20body%26evil%3Devilbody"),
        (b'set "a" "1"; set "x" "${A}${nothing}${a";', "1${a"),
        (b'if header :matches "subject" "* [*]" { set "x" "${2}|${1}|${0}|${3}"; }',
         "urgent|Café meeting|Café meeting [urgent]|"),
        (b'if string :matches "a-b-c" "*-*" { set "x" "${1}"; }', "a"),
        (b'if address :matches "from" "*@*" { set "x" "${2}"; }', "example.net"),
        (b'if string :matches "abc" "a?c" { if string :matches "z" "q" {} set "x" "${1}"; }', "b"),
    ],
)  # fmt: skip
def test_variables(script: bytes, value: str) -> None:
    answer, _ = run(script + b' vacation "X${x}";').actions
    assert isinstance(answer, Vacation) and answer.reason == f"X{value}"


def test_vacation_and_notify_say_what_they_want() -> None:
    outcome = run(
        b'vacation :days 200 :subject "Away" :from "Al <al@b.example>" :addresses ["al@b.example"]'
        b' :handle "h" "Back soon";'
        b'notify :importance "1" :message "New" "mailto:pager@example.com?body=x";'
    )
    assert outcome.actions == [
        Vacation("Back soon", 7_776_000, "Away", "Al <al@b.example>", ["al@b.example"], False, "h"),
        Notify("mailto:pager@example.com?body=x", "", "New", "1"),
        Store(),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "nobody", "@example.org", "bob@", "Bob bob@example.org", "Bob <bob@example.org",
        "<>", "Bob <>", "Bob <bob>", "a@b.example,c@d.example", "A <a@b.example>, c@d.example",
        "Friends: a@b.example;", "<@relay.example:bob@example.org>", "Bob <b o b@example.org>",
        "Bob <a@b.example> Bob", "B<o>b <bob@example.org>", 'Bob "B <bob@example.org>', "",
    ],
)  # fmt: skip
def test_what_is_no_address_is_not_sent_to(address: str) -> None:
    """Lists, groups and routes are none (RFC 5228 §2.4.2.3); variables may make one up."""
    quoted = address.replace('"', '\\"').encode()
    with pytest.raises(ScriptError, match="not an e-mail address"):
        run(b'redirect "%b";' % quoted)
    late = run(b'set "a" "%b"; redirect "${a}";' % quoted)
    assert late.fault is not None and late.actions == [Store()]


def test_names_beside_addresses_of_the_owner_do_not_hide_them() -> None:
    answer, _ = run(b'vacation :addresses ["Al <al@b.example>", "c@d.example", "al"] "x";').actions
    assert isinstance(answer, Vacation) and answer.addresses == ["al@b.example", "c@d.example"]


def test_the_commas_of_a_mailto_list_may_be_encoded() -> None:
    assert mailto(
        "mailto:a@b.example%2Cc@d.example,e@f.example?cc=g@h.example%2c%20i@j.example"
    ) == (
        ["a@b.example", "c@d.example", "e@f.example"],
        ["g@h.example", "i@j.example"],
    )
    assert mailto("mailto:%22a%2Cb%22@c.example") == (['"a,b"@c.example'], [])
    assert mailto("mailto:?to=%22a,b%22@c.example%2cd@e.example")[0] == [
        '"a,b"@c.example',
        "d@e.example",
    ]


def mailto(uri: str) -> tuple[list[str], list[str]]:
    """Whom a notification goes to, and who gets a copy."""
    found = parse(uri)
    return found.to, found.cc


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("${unicode:0000040}", "@"),
        ("${unicode:00000000000000000000000000041 1F600}", "A\U0001f600"),
        ("${UniCode: 40 }", "@"),
        ("${unicode:40,41}", "${unicode:40,41}"),
        ("${unicode:}", "${unicode:}"),
        ("${hex:040}", "${hex:040}"),
        ("${hex:4 0a}", "\x04\n"),
    ],
)
def test_encoded_characters(written: str, meant: str) -> None:
    """RFC 5228 §2.4.2.4: as many digits as one likes for a character, two at most for an octet."""
    assert decode_characters(written) == meant


def test_answers_that_differ_are_counted_apart() -> None:
    handles = set()
    for script in (b'vacation "a";', b'vacation "b";', b'vacation :subject "s" "a";'):
        (action, _) = run(script).actions
        assert isinstance(action, Vacation)
        handles.add(action.handle)
    assert len(handles) == 3


def test_included_scripts_have_variables_of_their_own() -> None:
    place = Place(
        scripts={
            ("inner", False): b'require ["variables", "include", "fileinto"]; global "shared";'
            b'set "shared" "S"; set "own" "O"; fileinto "in"; return; fileinto "never";',
            ("inner", True): b"discard;",
            ("end", False): b"stop;",
        }
    )
    script = b'global "shared"; set "own" "o"; include :personal "inner"; '
    assert filed(script + b'fileinto "${shared}${own}${global.shared}";', place=place) == [
        "in",
        "SoS",
    ]
    assert filed(b'include :global "inner";', place=place) == []
    assert filed(b'include "end"; discard;', place=place) == ["INBOX"]
    assert filed(b'include :once "inner"; include :once "inner"; keep;', place=place) == [
        "in",
        "INBOX",
    ]
    assert filed(b'include :optional "none";') == ["INBOX"]
    assert "no script 'none'" in str(run(b'include "none";').fault)


def test_scripts_that_include_each_other_end() -> None:
    place = Place(scripts={("a", False): b'require "include"; include "a";'})
    outcome = run(b'include "a";', place=place)
    assert "include each other" in str(outcome.fault)
    assert outcome.actions == [Store()]


def test_a_broken_included_script_is_named_with_its_place() -> None:
    place = Place(scripts={("a", False): b"keep;\r\n  nonsense;"})
    assert "'a' has an error: line 2, column 3" in str(run(b'include "a";', place=place).fault)


def test_header_changes_hold_for_what_follows() -> None:
    outcome = run(
        b'fileinto "before"; addheader "X-Caf\\e" "caf\xc3\xa9"; deleteheader "x-priority";'
        b'deleteheader :contains "subject" "nothing"; deleteheader "received";'
        b'addheader :last "X-Last" "1"; if exists "X-Last" { fileinto "after"; }'
    )
    before, after = outcome.actions
    assert isinstance(before, Store) and before.header is None
    assert isinstance(after, Store) and after.header is not None
    assert after.header.startswith(b"X-Cafe: =?utf-8?b?Y2Fmw6k=?=\r\n")
    assert after.header.endswith(b"boundary=b\r\nX-Last: 1\r\n\r\n")
    assert b"X-Priority" not in after.header
    assert b"Received" in after.header and b"Subject" in after.header


def test_one_of_several_fields_is_deleted() -> None:
    letter = b"X: 1\r\nX: 2\r\nX: 3\r\n\r\n"
    for script, left in ((b":index 2", b"13"), (b":index 1 :last", b"12"), (b":index 4", b"123")):
        (action,) = run(b"deleteheader " + script + b' "x";', letter).actions
        assert isinstance(action, Store)
        header = letter if action.header is None else action.header
        assert header == b"".join(b"X: %c\r\n" % digit for digit in left) + b"\r\n"


def test_redirects_are_limited() -> None:
    few = b"".join(b'redirect "a%d@b.example";' % number for number in range(4))
    assert all(isinstance(one, Redirect) for one in run(few).actions)
    outcome = run(few + b'redirect "a9@b.example";')
    assert outcome.actions == [Store()]
    assert outcome.fault is not None
    assert outcome.fault.place.startswith("line 2, column ")


def test_the_letter_has_what_the_tests_ask_for() -> None:
    assert LETTER.count(b"\r\n") == LETTER.count(b"\n")
