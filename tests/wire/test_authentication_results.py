"""Authentication-Results read by who shows them (RFC 8601)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lemonade_server.wire.authentication_results import MOST_RESULTS, AuthenticationResults, parse


def read(text: str) -> AuthenticationResults:
    found = parse(text.encode())
    assert found is not None
    return found


def test_methods_with_their_properties_in_order() -> None:
    found = read(
        "Mx.Example 1; spf=pass (ok; by\\) us) smtp.mailfrom=News@A.example;\r\n\t"
        'dkim=fail reason="bad; key" header.d=a.example header.s=k1; dkim=pass header.d=b.example;'
        "dmarc=pass (p=none) header.from=a.example"
    )
    assert found.authority == "mx.example"
    assert [(each.method, each.result) for each in found.results] == [
        ("spf", "pass"),
        ("dkim", "fail"),
        ("dkim", "pass"),
        ("dmarc", "pass"),
    ]
    assert found.of("spf")[0].properties == {"smtp.mailfrom": "news@a.example"}
    assert found.of("dkim")[0].properties == {"header.d": "a.example", "header.s": "k1"}


def test_none_says_nothing() -> None:
    assert read("mx.example; none").results == []
    assert read("mx.example").results == []


@pytest.mark.parametrize("value", ["", ";", "(mx.example", '"mx; dkim=pass', "@; dkim=pass"])
def test_what_does_not_say_whose_it_is_is_nobodys(value: str) -> None:
    assert parse(value.encode()) is None


def test_a_comment_or_a_quotation_holds_no_result() -> None:
    assert read("mx.example (; dkim=pass header.d=bank.example)").results == []
    found = read('mx.example; spf=fail reason="x; dkim=pass header.d=bank.example" smtp.helo=h')
    assert [each.method for each in found.results] == ["spf"]


def test_nothing_is_believed_behind_what_cannot_be_read() -> None:
    found = read("mx.example; spf=pass smtp.mailfrom=a.example; ??; dkim=pass header.d=b.example")
    assert [each.method for each in found.results] == ["spf"]
    assert read("mx.example; dkim=pass header.d").results == []


@given(st.binary(max_size=300))
def test_any_octets_are_read_or_are_not(value: bytes) -> None:
    for text in (value, b"mx.example; " + value, b'mx.example; dkim=pass reason="' + value):
        found = parse(text)
        assert found is None or len(found.results) <= MOST_RESULTS
