"""Domain names with other letters than those of ASCII."""

from __future__ import annotations

import pytest

from lemonade_server.wire.idn import forms, to_ascii


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Example.ORG", "example.org"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("bücher。example", "xn--bcher-kva.example"),
        ("bu\u0308cher.example", "xn--bcher-kva.example"),
        # Of RFC 5891's own kind: IDNA 2003 made fass.de of the first one, which is somebody else.
        ("faß.de", "xn--fa-hia.de"),
        ("FAẞ.de", "xn--fa-hia.de"),
        ("βόλος.com", "xn--nxasmm1c.com"),
        ("ΒΌΛΟΣ.com", "xn--nxasmq6b.com"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
    ],
)
def test_the_form_that_dns_knows(name: str, expected: str) -> None:
    assert to_ascii(name) == expected


@pytest.mark.parametrize("name", ["ü" * 64, "ß" * 70, "ü..de", "\u00ad"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        to_ascii(name)


def test_the_ways_to_write_a_name() -> None:
    assert forms("Example.org") == ["example.org"]
    assert forms("BÜCHER.example") == ["bücher.example", "xn--bcher-kva.example"]
    assert forms("xn--bcher-kva.example") == ["xn--bcher-kva.example", "bücher.example"]
    surrogate = "xn--" + "a\ud800".encode("punycode").decode()
    capital = "xn--" + "Ü".encode("punycode").decode()
    for strange in ("xn--é.example", "xn--99999999.example", surrogate, capital):
        assert forms(strange) == [strange.lower()]
