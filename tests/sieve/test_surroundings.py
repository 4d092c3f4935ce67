"""What a script learns of where it runs: environment, annotations, the spam filter's verdict."""

from __future__ import annotations

import pytest

from lemonade_server.delivery.local import spam_verdict
from lemonade_server.screening import rspamd
from lemonade_server.sieve import ScriptError, compile_script

from .filtering import Place, holds

VALUE = b':comparator "i;ascii-numeric"'


def test_environment() -> None:
    """RFC 5183 §4: an item that is not known fails whatever it is asked."""
    for test in (
        b'environment "name" "lemonade"', b'environment :matches "Name" "L*"',
        b'environment :contains "name" ""', b'environment :count "eq" "name" "1"',
        b'environment :count "eq" "empty" "0"',
    ):  # fmt: skip
        assert holds(test)
    for test in (
        b'environment "name" "other"', b'environment :contains "vnd.x" ""',
        b'environment :count "eq" "vnd.x" "0"',
    ):  # fmt: skip
        assert not holds(test)


def test_annotations() -> None:
    """RFC 5490 §3.3 to §4.2."""
    place = Place(
        annotations={("Lists", "/private/comment"): "On", ("", "/shared/comment"): "Hello"}
    )
    for test in (
        b'metadata "Lists" "/private/comment" "on"',
        b'metadata :matches "Lists" "/private/comment" "?n"',
        b'metadataexists "Lists" "/private/comment"',
        b'servermetadata :contains "/shared/comment" ["x", "hell"]',
        b'servermetadataexists ["/shared/comment"]',
    ):
        assert holds(test, place=place)
    for test in (
        b'metadata "INBOX" "/private/comment" "on"',
        b'metadata :contains "Lists" "/private/other" ""',
        b'metadataexists "Lists" ["/private/comment", "/private/other"]',
        b'servermetadata "/private/comment" "on"',
        b'servermetadataexists ["/shared/comment", "/shared/other"]',
    ):
        assert not holds(test, place=place)


@pytest.mark.parametrize(
    ("share", "grade", "percent", "count"),
    [
        (None, b"0", b"0", b"0"), (-0.2, b"1", b"0", b"1"), (0.0, b"1", b"0", b"1"),
        (0.01, b"2", b"1", b"1"), (0.5, b"6", b"50", b"1"), (0.999, b"9", b"99", b"1"),
        (1.0, b"10", b"100", b"1"), (7.5, b"10", b"100", b"1"),
    ],
)  # fmt: skip
def test_spamtest(share: float | None, grade: bytes, percent: bytes, count: bytes) -> None:
    """RFC 5235 §3.2."""
    place = Place(share=share)
    assert holds(b'spamtest "%b"' % grade, place=place)
    assert holds(b'spamtest :value "ge" %b "%b"' % (VALUE, grade), place=place)
    assert holds(b'spamtest :percent "%b"' % percent, place=place)
    assert holds(b'spamtest :count "eq" %b "%b"' % (VALUE, count), place=place)


@pytest.mark.parametrize(
    ("require", "test"),
    [
        (b"relational", b'spamtest "1"'),
        (b"spamtest", b'spamtest :percent "1"'),
        (b"relational", b'environment "name" "x"'),
        (b"servermetadata", b'metadataexists "a" "b"'),
        (b"mboxmetadata", b'servermetadataexists "b"'),
    ],
)
def test_each_must_be_required(require: bytes, test: bytes) -> None:
    with pytest.raises(ScriptError, match="needs: require"):
        compile_script(b'require "%b"; if %b { stop; }' % (require, test))


def test_the_field_that_we_write_is_read() -> None:
    for score, required, wanted in ((7.5, 15, 0.5), (-3, 15, -0.2), (1, 0, None)):
        field = rspamd.Opinion(rspamd.JUNK, score, required).field()
        assert spam_verdict.share(b"Subject: tea\r\n" + field + b"\r\n") == wanted
    for text in (b"", b"Yes", b"Yes, score=1.2.3 required=5.00", b"Yes, score=x required=5.00"):
        assert spam_verdict.share(b"X-Spam-Status: %b\r\n\r\n" % text) is None
