"""Authentication-Results that strangers write in our name (RFC 8601 §5)."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lemonade_server.screening import results

HOST = "mx.example.org"

blanks = st.text(" \t", max_size=2) | st.just("\r\n ")
words = st.text('abcö;=.@" \t', max_size=6) | st.sampled_from(["\\(", "\\)", "\\\\", HOST])
comments = st.recursive(
    words.map("({})".format),
    lambda inner: st.lists(words | inner, max_size=3).map(lambda parts: f"({''.join(parts)})"),
    max_leaves=6,
)
padding = st.lists(blanks | comments, max_size=4).map("".join)
spellings = st.sampled_from([HOST, HOST.upper(), f'"{HOST}"', '"mx\\.example.org"'])
others = st.sampled_from(["mx.example.com", "example.org", f"x{HOST}", f'"{HOST}."', "a"])
ends = st.sampled_from(
    ["", " ; spf=pass", ";none", " 1; dkim=pass", "(ours); dmarc=pass", "\t1 (x);"]
)


def header(value: str) -> bytes:
    return f"Subject: tea\r\nAuthentication-Results:{value}\r\n\r\n".encode()


@given(padding, spellings, ends)
@example("(a (nested) comment)", HOST, "; spf=pass")
@example(" (a\\)(b)) (c) ", HOST, ";none")
def test_ours_is_found_behind_any_comments(before: str, name: str, after: str) -> None:
    assert results.authority(f"{before}{name}{after}".encode()) == HOST
    assert results.is_forged(header(f" {before}{name}{after}"), HOST.upper())


@given(padding, others, ends)
@example(f"(({HOST}) {HOST})", "a", "; spf=pass")
def test_others_stay_whatever_their_comments_say(before: str, name: str, after: str) -> None:
    assert results.authority(f"{before}{name}{after}".encode()) == name.strip('"')
    assert not results.is_forged(header(f" {before}{name}{after}"), HOST)


@pytest.mark.parametrize(
    "value", ["", "(", "((a)", "(\\)", "(a", ";", '"', f'"{HOST}', "()", f"({'x' * 5_000}) a; none"]
)
def test_what_nobody_can_read_is_taken_for_forged(value: str) -> None:
    assert results.authority(value.encode()) is None
    assert results.is_forged(header(f" {value}"), HOST)


@given(st.binary(max_size=40))
def test_any_octets_are_judged(value: bytes) -> None:
    found = results.authority(value)
    assert found is None or found.strip()
