"""Tests and loops over the parts of a message (RFC 5703)."""

from __future__ import annotations

import pytest

from lemonade_server.sieve import Outcome, ScriptError, compile_script, evaluate
from lemonade_server.sieve.outcome import Store

from .filtering import Place, mail

REQUIRE = (
    b'require ["mime", "foreverypart", "extracttext", "variables", "fileinto", "relational",'
    b' "include", "editheader"];\r\n'
)

LETTER = b"""\
From: ana@example.net\r
Subject: plans\r
MIME-Version: 1.0\r
Content-Type: multipart/mixed; boundary=a\r
\r
--a\r
Content-Type: multipart/alternative; boundary=b\r
\r
--b\r
Content-Type: text/plain; charset=iso-8859-1\r
Content-Transfer-Encoding: quoted-printable\r
\r
At the caf=E9=\r
 at five\r
--b\r
Content-Type: text/html; charset=x-unheard\r
\r
<p>five</p>\r
--b--\r
--a\r
Content-Type: application/pdf; name="plan.pdf"\r
Content-Disposition: attachment;\r
 filename*0*=utf-8''sch%C3%B6ner;\r
 filename*1=-plan.pdf\r
Content-From: Tim <tim@example.com>\r
\r
%PDF\r
--a\r
Content-Type: message/rfc822\r
\r
From: bob@example.org\r
Subject: within\r
Content-MD5: xyz\r
\r
the inner one\r
--a--\r
"""


def run(script: bytes, letter: bytes = LETTER, place: Place | None = None) -> Outcome:
    return evaluate(compile_script(REQUIRE + script), mail(letter), place or Place())


def filed(script: bytes, letter: bytes = LETTER, place: Place | None = None) -> list[str]:
    outcome = run(script, letter, place)
    assert outcome.fault is None, outcome.fault
    return [one.mailbox or "INBOX" for one in outcome.actions if isinstance(one, Store)]


def holds(test: bytes, letter: bytes = LETTER) -> bool:
    return filed(b"if " + test + b' { fileinto "yes"; }', letter) == ["yes"]


@pytest.mark.parametrize(
    ("test", "true"),
    [
        # Without a loop: the message's own header, or every part's (§4.1).
        (b'header :mime :type "Content-Type" "multipart"', True),
        (b'header :mime :subtype "Content-Type" "mixed"', True),
        (b'header :mime :contenttype "content-type" "multipart/mixed"', True),
        (b'header :mime :type "Content-Type" "text"', False),
        (b'header :mime :anychild :contenttype "Content-Type" "TEXT/html"', True),
        (b'header :mime :anychild :contenttype "Content-Type" "image/png"', False),
        (b'header :mime :anychild "Subject" "within"', True),
        (b'header :mime "Subject" "within"', False),
        # Parameters are put together and decoded (RFC 2231).
        ('header :mime :anychild :param "filename" "Content-Disposition" "schöner-plan.pdf"'
         .encode(), True),
        (b'header :mime :anychild :param ["x", "NAME"] :matches "Content-Type" "*.pdf"', True),
        (b'header :mime :anychild :param "name" "Content-Type" "plan"', False),
        # What has no type has a blank one.
        (b'header :mime :anychild :type "Content-Disposition" "attachment"', True),
        (b'header :mime :anychild :contenttype "Content-Disposition" "attachment"', True),
        (b'header :mime :anychild :subtype "Content-Disposition" ""', True),
        (b'header :mime :type "Subject" ""', True),
        (b'header :mime :type "X-None" ""', False),
        # How many could be parsed, of one part at a time.
        (b'header :mime :type :count "eq" "Content-Type" "1"', True),
        (b'header :mime :anychild :param ["name", "filename"] :count "eq" "Content-Disposition"'
         b' "1"', True),
        (b'header :mime :anychild :type :count "gt" "Content-Type" "1"', False),
        # Addresses, in whatever field; existence of all of them in one part.
        (b'address :mime :anychild :domain "content-from" "example.com"', True),
        (b'address :mime "content-from" "tim@example.com"', False),
        (b'address "from" "bob@example.org"', False),
        (b'exists :mime :anychild "content-md5"', True),
        (b'exists :mime :anychild ["content-md5", "subject"]', True),
        (b'exists :mime :anychild ["content-md5", "content-from"]', False),
        (b'exists :mime "content-md5"', False),
        (b'exists "content-md5"', False),
    ],
)  # fmt: skip
def test_fields_of_parts(test: bytes, true: bool) -> None:
    assert holds(test) is true


def types(script: bytes) -> str:
    """The types that a loop has come by."""
    note = (
        b'if header :mime :matches :contenttype "Content-Type" "*" { set "t" "${t} ${1}"; }'
        b'elsif header :mime :matches "Subject" "*" { set "t" "${t} (${1})"; }'
    )
    (found,) = filed(script.replace(b"NOTE", note) + b'fileinto "${t}"; stop;')
    return found.strip()


def test_every_part_depth_first() -> None:
    assert types(b"foreverypart { NOTE }") == (
        "multipart/mixed multipart/alternative text/plain text/html application/pdf message/rfc822"
        " (within)"
    )


def test_a_loop_within_a_loop_has_what_the_part_holds() -> None:
    within = (
        b'foreverypart { if header :mime :subtype "Content-Type" "KIND" { foreverypart {NOTE} } }'
    )
    assert types(within.replace(b"KIND", b"alternative")) == "text/plain text/html"
    assert types(within.replace(b"KIND", b"rfc822")) == "(within)"
    leaf = within.replace(b"KIND", b"pdf").replace(b"NOTE", b"discard;")
    assert filed(leaf) == ["INBOX"]  # a part that holds none is passed over


@pytest.mark.parametrize(
    ("script", "found"),
    [
        (b'foreverypart { NOTE if header :mime :type "Content-Type" "text" { break; } }',
         "multipart/mixed multipart/alternative text/plain"),
        (b'foreverypart :name "out" { NOTE foreverypart { break :name "out"; } }',
         "multipart/mixed"),
        (b'foreverypart { if header :mime :subtype "Content-Type" ["mixed", "alternative"]'
         b' { foreverypart { NOTE break; } } }', "multipart/alternative text/plain"),
        (b'foreverypart :name "x" { foreverypart :name "x" { NOTE break :name "x"; } }',
         "multipart/alternative text/plain (within)"),
    ],
)  # fmt: skip
def test_breaks(script: bytes, found: str) -> None:
    assert types(script) == found


def test_anychild_within_a_loop_is_of_the_part_at_hand() -> None:
    script = (
        b'foreverypart { if allof (header :mime :subtype "Content-Type" "KIND",'
        b' header :mime :anychild :type "Content-Type" "text") { fileinto "yes"; } }'
    )
    assert filed(script.replace(b"KIND", b"alternative"))[0] == "yes"
    assert filed(script.replace(b"KIND", b"pdf")) == ["INBOX"]


def test_other_tests_within_a_loop_are_of_the_message() -> None:
    assert filed(b'foreverypart { if not header "Subject" "plans" { fileinto "no"; } }') == [
        "INBOX"
    ]


def test_the_message_is_seen_as_it_was_changed() -> None:
    script = b'addheader "X-New" "1"; if exists :mime "x-new" { fileinto "yes"; }'
    assert filed(script) == ["yes"]


@pytest.mark.parametrize(
    ("kind", "how", "text"),
    [
        (b"plain", b"", "At the café at five"),
        (b"plain", b":first 6", "At the"),
        (b"plain", b":upper :first 2", "AT"),
        (b"plain", b":length", "19"),
        (b"html", b"", ""),  # of an unknown charset
        (b"pdf", b"", ""),
        (b"mixed", b"", ""),
    ],
)
def test_text_of_a_part(kind: bytes, how: bytes, text: str) -> None:
    script = (
        b'foreverypart { if header :mime :subtype "Content-Type" "' + kind + b'" {'
        b" extracttext " + how + b' "t"; break; } } fileinto "(${t})"; stop;'
    )
    assert filed(script) == [f"({text})"]


@pytest.mark.parametrize(
    ("fields", "body", "text"),
    [
        (b"Content-Type: text/plain\r\n", b"caf\xc3\xa9", "café"),
        (b"Content-Type: text/plain\r\n", b"caf\xe9", "café"),  # no charset is named: it is guessed
        (b"Content-Type: text/plain; charset=utf-8\r\n", b"caf\xe9", ""),
        (b"Content-Type: text/plain; charset=us-ascii\r\n", b"caf\xe9", ""),
        (b"Content-Transfer-Encoding: x-unheard\r\n", b"tea", ""),
        (b"Content-Transfer-Encoding: base64\r\n", b"dGVh", "tea"),
    ],
)
def test_what_is_not_what_it_says_is_empty(fields: bytes, body: bytes, text: str) -> None:
    letter = b"MIME-Version: 1.0\r\n" + fields + b"\r\n" + body
    script = b'foreverypart { extracttext "t"; } fileinto "(${t})"; stop;'
    assert filed(script, letter) == [f"({text})"]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (b"break;", "break stands within no foreverypart"),
        (b'foreverypart { break :name "x"; }', 'break stands within no foreverypart :name "x"'),
        (b'foreverypart :name "${x}" { }', "The name of a loop can't hold variables"),
        (b"foreverypart;", "foreverypart needs a block in braces"),
        (b"keep { }", "keep takes no block"),
        (b'extracttext "t";', "extracttext stands within no foreverypart"),
        (b'foreverypart { extracttext "no name"; }', "not the name of a variable"),
        (b'if header :anychild "x" "y" { }', ":anychild needs :mime"),
        (b'if header :type "x" "y" { }', ":type needs :mime"),
        (b'if header :mime :type :subtype "x" "y" { }', "exclude each other"),
        (b'if exists :mime :type "x" { }', "exists knows no tag :type"),
    ],
)
def test_mistakes_are_found_when_it_is_compiled(script: bytes, words: str) -> None:
    with pytest.raises(ScriptError, match=words.replace("$", r"\$")):
        compile_script(REQUIRE + script)


def test_each_word_needs_its_own_extension() -> None:
    for script, words in [
        (b"foreverypart { }", 'foreverypart needs: require "foreverypart"'),
        (b'if header :mime "x" "y" { }', ':mime needs: require "mime"'),
        (b'require "foreverypart"; foreverypart { extracttext "t"; }', 'require "extracttext"'),
    ]:
        with pytest.raises(ScriptError, match=words):
            compile_script(script)


def test_what_is_behind_a_break_is_never_reached() -> None:
    compiled = compile_script(REQUIRE + b"foreverypart { break; keep; }")
    assert "never reached" in compiled.warnings[0]


def test_an_included_script_sees_the_part_and_has_no_loop_of_its_own() -> None:
    inner = b'require ["mime", "fileinto"]; if header :mime :subtype "Content-Type" "pdf"'
    place = Place(scripts={("a", False): inner + b' { fileinto "yes"; }'})
    assert filed(b'foreverypart { include "a"; }', place=place)[0] == "yes"
    place = Place(scripts={("a", False): b'require "foreverypart"; break;'})
    fault = run(b'foreverypart { include "a"; }', place=place).fault
    assert "break stands within no foreverypart" in str(fault)


def test_loops_cost_work() -> None:
    """Many parts, looked at by loops within loops, end in a fault and not in an hour."""
    many = b"--a\r\nX: y\r\n\r\n" * 900
    letter = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n" + many
    test = b'if header :mime :anychild "x" "z" { stop; }'
    fault = run(b"foreverypart { foreverypart {" + test * 600 + b"} }", letter).fault
    assert "too much work" in str(fault)


@pytest.mark.parametrize(
    ("script", "head"),
    [
        (b'if exists :mime :anychild "x-no" { discard; }', b"a:\r\n" * 16_000),
        (
            b'foreverypart { if exists :mime ["content-type"' + b',"content-type"' * 5_000
            + b',"x-no"] { discard; } }',
            b"Content-Type: text/plain\r\n",
        ),
        (
            b'foreverypart { if header :mime :count "gt" ["content-type"'
            + b',"content-type"' * 5_000 + b'] "99999" { discard; } }',
            b"Content-Type: text/plain\r\n",
        ),
        (
            b'foreverypart { if address ["from"' + b',"from"' * 5_000 + b'] "a@b" { discard; } }',
            b"Content-Type: text/plain\r\n",
        ),
        (
            b'foreverypart { if header :mime :param ["q"' + b',"q"' * 1_000
            + b'] "content-type" "zz" { discard; } }',
            b"Content-Type: text/plain" + b"".join(b"; p%d=1" % n for n in range(128)) + b"\r\n",
        ),
    ],
    ids=["fields", "exists", "count", "address", "parameters"],
)  # fmt: skip
def test_what_a_part_costs_is_counted(script: bytes, head: bytes) -> None:
    """A message of many parts ends the script, as any other work without an end; it is kept."""
    parts = (b"--a\r\n" + head + b"\r\nx\r\n") * 150
    start = LETTER[: LETTER.index(b"--a\r\n")]
    outcome = run(script, start + parts + b"--a--\r\n")
    assert outcome.fault is not None
    assert [type(action) for action in outcome.actions] == [Store]
